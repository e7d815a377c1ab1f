/**
 * The L7 proxy that clients outside the cluster call by, as an Ingress or a Gateway sets one up: its pods are the
 * client's replicas, and their connections to the target are what a run follows. Clients outside have connections
 * to it that are open already; each request crosses one, and each answer.
 *
 * Left out: balancing by the proxy itself, its own retries, its limits, failures of its pods.
 */
import type { Sampler } from '../../../engine/distributions/sampler.ts';
import type { Hop } from './network.ts';

export interface Ingress {
  /** Between the client outside and the proxy. */
  readonly hop: Hop;
  /** What the proxy takes for a request, beyond waiting for a connection of its own. */
  readonly proxyTime: Sampler;
}
