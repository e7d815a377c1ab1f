/** The defaults of clients that balance over endpoints, with the source of each number: a part of defaults.ts. */
import { seconds } from '../base/time.ts';
import type { Duration } from '../base/time.ts';
import type { ConnectBackoff, OutlierDetection } from '../contract/plan.ts';

/** Source: gRPC doc/connection-backoff.md. */
export const CONNECT_BACKOFF: ConnectBackoff = {
  base: seconds(1),
  factor: 1.6,
  jitter: 0.2,
  max: seconds(120),
};

/** Source: grpc-go internal/resolver/dns (MinResolutionInterval); GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS. */
export const MIN_RESOLUTION_INTERVAL: Duration = seconds(30);

/** Source: Envoy api/envoy/config/cluster/v3/cluster.proto (LeastRequestLbConfig); gRPC A48 has the same. */
export const LEAST_REQUEST_CHOICES = 2;

/** Source: the same (RingHashLbConfig); of the maximum gRPC A42 (grpc.lb.ring_hash.ring_size_cap). */
export const RING_SIZES = { min: 1024, max: 4096 } as const;

/** Source: the same (MaglevLbConfig). */
export const ENVOY_MAGLEV_TABLE_SIZE = 65_537;

/** Source: Envoy api/envoy/config/cluster/v3/outlier_detection.proto; gRPC A50 has the same but for failures in a row. */
export const OUTLIER_DETECTION: {
  readonly consecutive5xx: number;
  readonly interval: Duration;
  readonly baseEjectionTime: Duration;
  readonly maxEjectionTime: Duration;
  readonly maxEjectionPercent: number;
  readonly failurePercentage: NonNullable<OutlierDetection['failurePercentage']>;
  /** The factor in thousandths. */
  readonly successRate: NonNullable<OutlierDetection['successRate']>;
} = {
  consecutive5xx: 5,
  interval: seconds(10),
  baseEjectionTime: seconds(30),
  maxEjectionTime: seconds(300),
  maxEjectionPercent: 10,
  failurePercentage: { threshold: 85, minimumHosts: 5, requestVolume: 50 },
  successRate: { stdevFactor: 1900, minimumHosts: 5, requestVolume: 100 },
};
