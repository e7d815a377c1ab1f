/** The control plane, as it is written: delays of its hops, and settings of its controllers. */
import * as z from 'zod';
import { distribution } from './distribution.ts';
import type { DistributionInput } from './distribution.ts';
import { choice, duration, fields, integer, number, orNone, ratio } from './fields.ts';

interface EndpointSlicesInput {
  maxEndpointsPerSlice?: number | undefined;
  workers?: number | undefined;
  batchPeriod?: string | undefined;
  qps?: number | 'none' | undefined;
  burst?: number | undefined;
  syncFailure?: { probability?: string | number | undefined } | undefined;
}

interface NodeLifecycleInput {
  heartbeat?: string | undefined;
  monitorPeriod?: string | undefined;
  monitorGracePeriod?: string | undefined;
  toleration?: string | undefined;
}

interface BackOffInput {
  initial?: string | undefined;
  max?: string | undefined;
  resetAfter?: string | undefined;
}

/** What a metric of pods may be, as the simulator measures it. */
export const POD_METRICS = ['RequestsPerSecond', 'RequestsInFlight', 'QueueLength'] as const;
export type PodMetric = (typeof POD_METRICS)[number];

export interface AutoscalingInput {
  syncPeriod?: string | undefined;
  metricsPeriod?: string | undefined;
  tolerance?: string | number | undefined;
  downscaleStabilization?: string | undefined;
  cpuInitializationPeriod?: string | undefined;
  initialReadinessDelay?: string | undefined;
  /** By name of a metric. */
  metrics?: Record<string, PodMetric> | undefined;
}

export interface ControlPlaneInput {
  kubelet?: DistributionInput | undefined;
  endpointSlice?: DistributionInput | undefined;
  watch?: DistributionInput | undefined;
  controller?: DistributionInput | undefined;
  scheduler?: DistributionInput | undefined;
  endpointSlices?: EndpointSlicesInput | undefined;
  nodeLifecycle?: NodeLifecycleInput | undefined;
  backOff?: BackOffInput | undefined;
  autoscaling?: AutoscalingInput | undefined;
}

export const controlPlane: z.ZodType<ControlPlaneInput> = fields({
  kubelet: distribution.optional(),
  endpointSlice: distribution.optional(),
  watch: distribution.optional(),
  controller: distribution.optional(),
  scheduler: distribution.optional(),
  endpointSlices: fields({
    maxEndpointsPerSlice: integer(1, 1000).optional(),
    workers: integer(1, 1000).optional(),
    batchPeriod: duration.optional(),
    qps: orNone(number().positive()).optional(),
    burst: integer(1, 1_000_000).optional(),
    syncFailure: fields({ probability: ratio.optional() }).optional(),
  }).optional(),
  nodeLifecycle: fields({
    heartbeat: duration.optional(),
    monitorPeriod: duration.optional(),
    monitorGracePeriod: duration.optional(),
    toleration: orNone(duration).optional(),
  }).optional(),
  backOff: fields({
    initial: duration.optional(),
    max: duration.optional(),
    resetAfter: duration.optional(),
  }).optional(),
  autoscaling: fields({
    syncPeriod: duration.optional(),
    metricsPeriod: duration.optional(),
    tolerance: ratio.optional(),
    downscaleStabilization: duration.optional(),
    cpuInitializationPeriod: duration.optional(),
    initialReadinessDelay: duration.optional(),
    metrics: z
      .record(z.string(), choice(POD_METRICS), { error: 'a map of metrics by name' })
      .optional(),
  }).optional(),
});
