/** The defaults of meshes and of proxies that balance, with the source of each number: a part of defaults.ts. */
import { MICROSECOND, MILLISECOND, seconds } from '../base/time.ts';
import type { Duration } from '../base/time.ts';
import type { Distribution, RetryPolicy } from '../contract/plan.ts';
import type { PlannedCircuitBreakers, PlannedPropagation } from '../contract/traffic/mesh.ts';
import { lognormalOfQuantiles } from './plan/lognormal.ts';

/**
 * What a proxy takes for a request and its answer together. Assumptions in the order of magnitude of what Istio's
 * benchmarks show at a moderate load, where two sidecars add a fraction of a millisecond to a few: a full HTTP proxy with
 * telemetry takes a quarter of a millisecond at the median, and a ztunnel, which copies bytes, a fifth of that.
 */
export const HTTP_PROXY_TIME: Distribution = lognormalOfQuantiles(250 * MICROSECOND, MILLISECOND);
export const ZTUNNEL_TIME: Distribution = lognormalOfQuantiles(50 * MICROSECOND, 200 * MICROSECOND);

/**
 * istiod gathers changes until nothing has come for 100 ms, for 10 s at most (PILOT_DEBOUNCE_AFTER,
 * PILOT_DEBOUNCE_MAX). That making a push and taking it over takes 20 ms is an assumption.
 */
export const PROPAGATION: PlannedPropagation = {
  debounceAfter: (100 * MILLISECOND) as Duration,
  debounceMax: seconds(10),
  push: { kind: 'constant', value: (20 * MILLISECOND) as Duration },
};

/**
 * Two retries, on another endpoint, of what cannot have done anything and of 503 (Istio's default retry policy:
 * connect-failure, refused-stream, unavailable, cancelled, 503). Wait: Envoy's, 25 ms doubled up to ten times that, with
 * full jitter.
 */
export const PROXY_RETRY: RetryPolicy = {
  attempts: 2,
  on: ['refused', 'unreachable', 'connectTimeout', '503'],
  backoff: {
    base: (25 * MILLISECOND) as Duration,
    factor: 2,
    max: (250 * MILLISECOND) as Duration,
    jitter: 'Full',
  },
  budget: null,
};

/** Istio sets all of Envoy's thresholds to 2^32 - 1, which is no bound (Envoy's own: 1024 each, 3 retries). */
export const CIRCUIT_BREAKERS: PlannedCircuitBreakers = {
  maxPendingRequests: null,
  maxRequests: null,
  maxRetries: null,
};

/** Source: Istio's MeshConfig.connectTimeout. */
export const PROXY_CONNECT_TIMEOUT: Duration = seconds(10);

/**
 * Connections of a proxy to each endpoint: as many as there are requests at a time (HTTP/1.1), or one that all share
 * (HTTP/2). Idle ones are closed after an hour (Envoy's idle_timeout of upstream connections).
 */
export const PROXY_POOL: Readonly<Record<'KeepAlive' | 'Multiplexed', number>> = {
  KeepAlive: 1_000_000,
  Multiplexed: 1,
};
export const PROXY_IDLE_TIMEOUT = '1h';

/** Source: Istio's default of DestinationRule.trafficPolicy.loadBalancer: the better of two. */
export const PROXY_POLICY = 'least_request';

/** How often a proxy looks for an endpoint that the request has not failed at (Istio: host_selection_retry_max_attempts). */
export const PROXY_HOST_SELECTION_RETRIES = 5;
