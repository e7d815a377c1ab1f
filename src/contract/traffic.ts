/**
 * Clients of a plan: what they call, when, over which connections, and what they do when it fails. Indices are
 * into the plan's arrays; durations are whole nanoseconds.
 */
import type { Duration, Instant } from '../base/time.ts';
import type { PlannedResolver } from './dns.ts';
import type { PlannedWay } from './service.ts';

/** Arrivals of requests, over all replicas of a client. Rates are requests per second. */
export type Arrival =
  | { readonly kind: 'poisson'; readonly rate: number }
  | { readonly kind: 'constant'; readonly rate: number }
  /** Poisson whose rate jumps (`steps`) or moves linearly (`ramp`) from point to point; constant before the first and after the last. */
  | {
      readonly kind: 'steps' | 'ramp';
      readonly points: readonly { readonly at: Instant; readonly rate: number }[];
    };

/**
 * How a client pod uses connections: one for every request, one request at a time on kept ones (HTTP/1.1), or
 * any number at a time (HTTP/2, gRPC).
 */
export type ConnectionPolicy =
  | { readonly mode: 'PerRequest' }
  | {
      readonly mode: 'KeepAlive' | 'Multiplexed';
      /** Connections of one client replica at most. */
      readonly pool: number;
      /** Which of the idle connections serves next (KeepAlive). */
      readonly reuse: 'Lifo' | 'Fifo' | 'Random';
      /** null: any number, for ever, never. */
      readonly maxRequests: number | null;
      readonly maxAge: Duration | null;
      readonly idleTimeout: Duration | null;
    };

/**
 * Why an attempt failed, in the order in which files list it.
 *
 * `connectTimeout`: no answer to the SYN; `timeout`: no response in time;
 * `refused`: RST or ICMP port unreachable; `unreachable`: ICMP host unreachable; `reset`: an established
 * connection was reset; `503`: the pod's queue was full; `500`: the pod's errorRate;
 * `noPorts`: EADDRNOTAVAIL, all source ports in use; `dns`: EAI_AGAIN, no answer for the name; `nodeDown`: the
 * client's own node went down, or all nodes of its pods are.
 */
export const ERROR_CAUSES = [
  'refused',
  'unreachable',
  'connectTimeout',
  'timeout',
  'reset',
  '503',
  '500',
  'noPorts',
  'dns',
  'nodeDown',
] as const;
export type ErrorCause = (typeof ERROR_CAUSES)[number];

/** When a failed attempt is tried again. */
export interface RetryPolicy {
  /** Retries at most, beyond the first attempt (as `attempts` of HTTPRoute and Istio). */
  readonly attempts: number;
  readonly on: readonly ErrorCause[];
  readonly backoff: {
    readonly base: Duration;
    readonly factor: number;
    readonly max: Duration | null;
    /** None: d; Full: uniform in [0, d]; Equal: d/2 + uniform in [0, d/2]. */
    readonly jitter: 'None' | 'Full' | 'Equal';
  };
  /** Retries as a share (0–1) of requests, a token bucket; null: no limit. */
  readonly budget: number | null;
}

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
  /** One entry a client pod: its node (index), or null for a client outside the cluster. */
  readonly replicas: readonly { readonly ip: string; readonly node: number | null }[];
  readonly target: PlannedTarget;
  /** null: by the ClusterIP or, to a headless Service, straight to its pods. */
  readonly via: PlannedWay | null;
  readonly protocol: 'TCP' | 'UDP';
  readonly arrival: Arrival;
  readonly connection: ConnectionPolicy;
  readonly connectTimeout: Duration | null;
  /** Per attempt, from its start to its response. */
  readonly timeout: Duration | null;
  readonly retry: RetryPolicy | null;
  /** Null where the target's address need not be looked up. */
  readonly resolver: PlannedResolver | null;
  /** Source ports per client pod and destination; null: unlimited and untracked. */
  readonly ports: {
    readonly first: number;
    readonly last: number;
    readonly timeWait: Duration;
  } | null;
}
