/**
 * Clients of a plan: what they call, when, over which connections, and what they do when it fails. Indices are
 * into the plan's arrays; durations are whole nanoseconds.
 */
import type { Duration } from '../../base/time.ts';
import type { PlannedResolver } from '../dns.ts';
import type { PlannedWay } from '../service.ts';
import type { Arrival } from './arrival.ts';
import type { PlannedBalancer } from './balancer.ts';
import type { CircuitBreakerPolicy } from './circuit-breaker.ts';
import type { ConcurrencyLimitPolicy } from './concurrency-limit.ts';
import type { ConnectionPolicy } from './connection-policy.ts';
import type { PlannedMesh, PlannedRouting } from './mesh.ts';
import type { HedgePolicy } from './hedge.ts';
import type { RetryPolicy } from './retry.ts';
import type { SessionPolicy } from './session.ts';

/** Where a client's connections go. */
export type PlannedTarget =
  /** A port of a Service: indices into `Plan.services` and its `ports`. */
  | { readonly kind: 'servicePort'; readonly service: number; readonly port: number }
  /** The same of a headless Service: its pods themselves, at the port that they have for it. */
  | { readonly kind: 'headless'; readonly service: number; readonly port: number }
  /** A Service's ClusterIP at a port that the Service does not have. */
  | { readonly kind: 'unknownPort'; readonly service: number; readonly port: number }
  /** An address of the service range that no Service has. */
  | { readonly kind: 'unknownAddress'; readonly ip: string; readonly port: number };

/** A client: pods that call one target alike, and the requests that are due over all of them. */
export interface PlannedClient {
  readonly name: string;
  /** The workload whose pods make its requests as they serve others: an index; null: a client of its own. */
  readonly origin: number | null;
  /** One entry a client pod: its node (index), or null for a client outside the cluster. Of an `origin`: its pods of the start. */
  readonly replicas: readonly { readonly ip: string; readonly node: number | null }[];
  readonly target: PlannedTarget;
  /** null: by the ClusterIP or, to a headless Service, straight to its pods. */
  readonly via: PlannedWay | null;
  /** Null: it is in none. */
  readonly mesh: PlannedMesh | null;
  readonly protocol: 'TCP' | 'UDP';
  readonly arrival: Arrival;
  /** What arrives are users who make several requests each; null: requests. */
  readonly session: SessionPolicy | null;
  readonly connection: ConnectionPolicy;
  /**
   * How a pod is picked for each request: by the client itself, of a headless Service's, or by the L7 proxy that it calls
   * by. Null: with each connection.
   */
  readonly balancer: PlannedBalancer | null;
  readonly connectTimeout: Duration | null;
  /** Per attempt, from its start to its response. */
  readonly timeout: Duration | null;
  /** Over all attempts of a request and what lies between them; null: none. */
  readonly deadline: Duration | null;
  readonly retry: RetryPolicy | null;
  readonly hedge: HedgePolicy | null;
  readonly circuitBreaker: CircuitBreakerPolicy | null;
  readonly concurrencyLimit: ConcurrencyLimitPolicy | null;
  /** Null where the target's address need not be looked up. */
  readonly resolver: PlannedResolver | null;
  /** Source ports per client pod and destination; null: unlimited and untracked. */
  readonly ports: {
    readonly first: number;
    readonly last: number;
    readonly timeWait: Duration;
  } | null;
}

/** Clients whose requests are their own, not made by pods that serve others. */
export const callersOf = ({
  clients,
}: {
  readonly clients: readonly PlannedClient[];
}): readonly PlannedClient[] => clients.filter(({ origin }) => origin === null);

type ByProxy = Pick<PlannedClient, 'mesh' | 'via'>;

/** What the proxy that a client's requests go by does with each of them; null: there is none, or it sees none. */
export function routingOf({ mesh, via }: ByProxy): PlannedRouting | null {
  if (via?.kind === 'Ingress') return via.routing;
  return mesh === null || mesh.mode === 'Ztunnel' ? null : mesh.routing;
}

/** Whether a proxy picks pods for a client by itself: for each request, or for each connection as a ztunnel does. */
export const isPickedForByProxy = (client: ByProxy): boolean =>
  client.mesh !== null || routingOf(client) !== null;
