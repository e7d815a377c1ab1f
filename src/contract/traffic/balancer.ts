/**
 * Who picks an endpoint for each request where that is not kube-proxy: a client that knows the addresses of all pods, or
 * a proxy on its behalf. Names are gRPC's and Envoy's. Durations are whole nanoseconds, shares are 0–1.
 */
import type { Duration } from '../../base/time.ts';

/** How an endpoint is picked. */
export type BalancingPolicy =
  /** The first address that takes a connection, for as long as that lasts. */
  | { readonly kind: 'pick_first' }
  | { readonly kind: 'round_robin' }
  | { readonly kind: 'random' }
  /** The one with the fewest requests under way, of `choices` that are drawn; Infinity: of all. */
  | { readonly kind: 'least_request'; readonly choices: number }
  | { readonly kind: 'ring_hash'; readonly minRingSize: number; readonly maxRingSize: number }
  | { readonly kind: 'maglev'; readonly tableSize: number };

/** What policies that hash go by. */
export type HashKey =
  /** The address of the client pod. */
  | { readonly kind: 'clientIp' }
  /** A key of the request (a user, a cache entry), one of `keys` whose popularity falls as rank^-skew (Zipf); 0: all alike. */
  | { readonly kind: 'request'; readonly keys: number; readonly skew: number };

/** When a client asks again for the addresses behind a name. */
export interface ReResolution {
  /** As soon as a connection is lost or cannot be opened. */
  readonly onDisconnect: boolean;
  /** Never sooner than this after the last time. */
  readonly minInterval: Duration;
  /** And anyhow this often; null: not by time alone. */
  readonly every: Duration | null;
}

/** How long an endpoint is left alone after a connection to it could not be opened (gRPC connection-backoff.md). */
export interface ConnectBackoff {
  readonly base: Duration;
  readonly factor: number;
  /** The wait is within ± this share of it. */
  readonly jitter: number;
  readonly max: Duration;
}

/** Endpoints that fail are left alone for a while (Envoy outlier_detection; gRPC A50). */
export interface OutlierDetection {
  /** Failures in a row after which one is ejected; null: any number. */
  readonly consecutiveFailures: number | null;
  /** How often shares are looked at, and whether ejected ones may come back. */
  readonly interval: Duration;
  /** Times how often it has been ejected of late. */
  readonly baseEjectionTime: Duration;
  readonly maxEjectionTime: Duration;
  /** Nobody else is ejected where this share of the endpoints already is. */
  readonly maxEjection: number;
  /** Ejects those of which this share or more of an interval's requests failed; null: none. */
  readonly failurePercentage: {
    readonly threshold: number;
    /** Endpoints with so many requests in the interval that there must be, and how many that is. */
    readonly minimumHosts: number;
    readonly requestVolume: number;
  } | null;
  /** Ejects those whose share of successes is so many standard deviations below the mean; null: none. */
  readonly successRate: {
    readonly stdevFactor: number;
    readonly minimumHosts: number;
    readonly requestVolume: number;
  } | null;
}

/** A client that balances by itself. */
export interface PlannedBalancer {
  readonly policy: BalancingPolicy;
  /** Null where the policy does not hash. */
  readonly key: HashKey | null;
  readonly resolution: ReResolution;
  /** Null: the next request tries again at once. */
  readonly connectBackoff: ConnectBackoff | null;
  readonly outlierDetection: OutlierDetection | null;
  /** How often at most another endpoint is picked where a request has failed at the one that was (Envoy previous_hosts). */
  readonly hostSelectionRetries: number;
}
