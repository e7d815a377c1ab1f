/**
 * The controllers of a cluster beside those of single workloads, and the delays with which all of them act.
 * Indices are into the plan's arrays; durations are whole nanoseconds.
 */
import type { Duration } from '../base/time.ts';
import type { Distribution } from './distribution.ts';
import type { IntOrPercent } from './workload.ts';

/** The control plane's own delays and limits. */
export interface PlannedControlPlane {
  /** Change in a pod to its status in the API server. */
  readonly kubelet: Distribution;
  /** Pod status to EndpointSlice written. */
  readonly endpointSlice: Distribution;
  /** An object written to whoever watches it: each node's kube-proxy, each kubelet. */
  readonly watch: Distribution;
  /** A change that a workload's controller reacts to, to what it writes. */
  readonly controller: Distribution;
  /** A pod created to a node chosen for it. */
  readonly scheduler: Distribution;
  readonly endpointSlices: PlannedEndpointSlices;
  readonly nodeLifecycle: PlannedNodeLifecycle;
  readonly backOff: PlannedBackOff;
}

/** The EndpointSlice controller of kube-controller-manager. */
export interface PlannedEndpointSlices {
  readonly maxEndpointsPerSlice: number;
  /** Services that it syncs at a time. */
  readonly workers: number;
  /** How long a pod's change waits for others. */
  readonly batchPeriod: Duration;
  /** Writes to the API server: per second, and at once after a quiet time. null: no limit. */
  readonly writeLimit: { readonly qps: number; readonly burst: number } | null;
  /** 0–1: share of syncs that fail, and are tried again after 1 s, 2 s, 4 s … */
  readonly syncFailure: number;
}

/** Heartbeats of nodes, and what follows when they stay away. */
export interface PlannedNodeLifecycle {
  readonly heartbeat: Duration;
  /** How often the node controller looks. */
  readonly monitorPeriod: Duration;
  readonly monitorGracePeriod: Duration;
  /** How long pods tolerate a node that is not ready or not reachable; null: for ever. */
  readonly toleration: Duration | null;
}

/** CrashLoopBackOff of the kubelet: the delay before a container is started again. */
export interface PlannedBackOff {
  readonly initial: Duration;
  readonly max: Duration;
  /** A container that has run for this long starts from `initial` again. */
  readonly resetAfter: Duration;
}

/** A metric that an autoscaler watches, per pod. */
export type AutoscalerMetric =
  /** CPU used over CPU requested, against a share of it (0–1). */
  | { readonly kind: 'CpuUtilization'; readonly target: number }
  /** CPU used, in cores per pod. */
  | { readonly kind: 'CpuAverage'; readonly target: number }
  /** Requests begun per second, requests in flight, or requests waiting, per pod. */
  | {
      readonly kind: 'RequestsPerSecond' | 'RequestsInFlight' | 'QueueLength';
      readonly target: number;
    };

export interface ScalingPolicy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  readonly period: Duration;
}

export interface ScalingRules {
  readonly stabilizationWindow: Duration;
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled';
  readonly policies: readonly ScalingPolicy[];
  /** Share by which the ratio may be off 1 without consequences. */
  readonly tolerance: number;
}

/** A HorizontalPodAutoscaler (autoscaling/v2). */
export interface PlannedAutoscaler {
  readonly name: string;
  readonly namespace: string;
  /** The workload that it scales. */
  readonly workload: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly metrics: readonly AutoscalerMetric[];
  /** Whether spec.behavior is given: without it, replicas at most double in a sync or come to 4, and any number may go. */
  readonly hasBehavior: boolean;
  readonly scaleUp: ScalingRules;
  readonly scaleDown: ScalingRules;
  /** How often it looks, and how often what it looks at is measured (and over how long). */
  readonly syncPeriod: Duration;
  readonly metricsPeriod: Duration;
  readonly cpuInitializationPeriod: Duration;
  readonly initialReadinessDelay: Duration;
}

/** A PodDisruptionBudget (policy/v1), over the pods of these workloads. */
export interface PlannedDisruptionBudget {
  readonly name: string;
  readonly namespace: string;
  readonly workloads: readonly number[];
  readonly limit:
    { readonly minAvailable: IntOrPercent } | { readonly maxUnavailable: IntOrPercent };
}
