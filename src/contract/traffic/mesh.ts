/**
 * Proxies that stand between clients and pods, and choose a pod themselves: those of a service mesh, and of an Ingress
 * that does not go by ClusterIPs. They need no rules of kube-proxy; what they know of endpoints is pushed to them.
 * Durations are whole nanoseconds.
 */
import type { Duration } from '../../base/time.ts';
import type { Distribution } from '../distribution.ts';
import type { RetryPolicy } from './retry.ts';

/**
 * From the EndpointSlices to the proxies: their control plane watches the API server (one watch, with the delay of
 * any), gathers what changes until it has been quiet for a while, and pushes it to every proxy.
 */
export interface PlannedPropagation {
  /** How long nothing may have changed before what has is pushed, and how long a push waits for that at most. */
  readonly debounceAfter: Duration;
  readonly debounceMax: Duration;
  /** From there until a proxy goes by it: drawn for every push and proxy. */
  readonly push: Distribution;
}

/** What a proxy bounds towards one Service, whatever the number of its pods; null: no bound. */
export interface PlannedCircuitBreakers {
  /** Requests that wait for a connection. */
  readonly maxPendingRequests: number | null;
  /** Requests under way, those that wait included. */
  readonly maxRequests: number | null;
  /** Retries under way. */
  readonly maxRetries: number | null;
}

/** What an L7 proxy does with each request, besides choosing an endpoint for it. */
export interface PlannedRouting {
  readonly propagation: PlannedPropagation;
  /** From when the proxy has the request, retries included; null: for ever. */
  readonly timeout: Duration | null;
  /** The proxy's own; null: none. */
  readonly retry: RetryPolicy | null;
  readonly circuitBreakers: PlannedCircuitBreakers;
}

/** How a client's requests go by a mesh. */
export type PlannedMesh =
  /** By a proxy in the client's pod, which chooses for each request, and one in the pod that serves. */
  | {
      readonly mode: 'Sidecar';
      readonly proxyTime: { readonly client: Distribution; readonly server: Distribution };
      readonly routing: PlannedRouting;
    }
  /** By the ztunnels of both nodes; that of the client's chooses for each connection. */
  | {
      readonly mode: 'Ztunnel';
      readonly proxyTime: { readonly client: Distribution; readonly server: Distribution };
      readonly propagation: PlannedPropagation;
    }
  /** By the ztunnel of the client's node to a pod of a workload, which chooses for each request, and the pod's ztunnel. */
  | {
      readonly mode: 'Waypoint';
      /** Index into `Plan.workloads`. */
      readonly workload: number;
      readonly proxyTime: {
        readonly client: Distribution;
        readonly waypoint: Distribution;
        readonly server: Distribution;
      };
      readonly routing: PlannedRouting;
    };
