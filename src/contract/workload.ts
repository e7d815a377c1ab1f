/**
 * Workloads of a plan: pods made alike, how their containers start, serve, are probed and end, and the
 * controller that makes them. Indices are into the plan's arrays; durations are whole nanoseconds.
 */
import type { Duration } from '../base/time.ts';
import type { Hints } from '../kube/endpoint.ts';
import type { IntOrPercent } from '../kube/int-or-percent.ts';
import type { Distribution } from './distribution.ts';
import type { PlannedShedding } from './shedding.ts';
import type { PlannedCalls } from './traffic/calls.ts';

export type { IntOrPercent };

/** How a workload's pods back one Service: the port each ServicePort is sent to. */
export interface PlannedMembership {
  /** Index into `Plan.services`. */
  readonly service: number;
  /** Per ServicePort (same order): the pod's port, or null where the pod declares no port of that name. */
  readonly targetPorts: readonly (number | null)[];
}

/** A random process of faults on each pod of a workload. */
export interface PlannedChurn {
  /** Time from the end of one fault to the start of the next, per pod. */
  readonly every: Distribution;
  /** How long a fault lasts. */
  readonly lasts: Distribution;
}

/** A pod that is there when the run starts. */
export interface PlannedPod {
  readonly name: string;
  readonly ip: string;
  /** Index into `Plan.nodes`. */
  readonly node: number;
  /** Whether it is ready when the run starts; for one that is terminating, whether it still serves. */
  readonly ready: boolean;
  /** It had been deleted before the run, and goes on serving for all of it. */
  readonly terminating: boolean;
  /** The hints of a fixed EndpointSlice, its nodes as indices into `Plan.nodes`; null: none are given. */
  readonly hints: Hints | null;
}

/** A probe (core/v1), with its defaults filled in. */
export interface PlannedProbe {
  readonly handler: 'httpGet' | 'tcpSocket' | 'grpc' | 'exec';
  readonly initialDelay: Duration;
  readonly period: Duration;
  readonly timeout: Duration;
  readonly successThreshold: number;
  readonly failureThreshold: number;
  /** null: the pod's. */
  readonly terminationGracePeriod: Duration | null;
}

/** What the kubelet asks a pod's container. A field null: it does not ask. */
export interface PlannedProbes {
  readonly readiness: PlannedProbe | null;
  readonly liveness: PlannedProbe | null;
  readonly startup: PlannedProbe | null;
  /**
   * Where there is no readiness probe, when a pod is Ready: once its process serves, as if a probe found that out at
   * once; or as soon as its container runs, which is what Kubernetes does.
   */
  readonly readyWithoutProbe: 'Serving' | 'Running';
}

/** What a process does at SIGTERM. */
export interface PlannedTermination {
  /** Exits at once; finishes the requests that it has and takes no new connection; or goes on as before. */
  readonly process: 'Exit' | 'Finish' | 'Serve';
  /** The longest it does so; null: until SIGKILL. */
  readonly lasts: Duration | null;
  /** Whether kept connections are closed as soon as they are idle. */
  readonly closesConnections: boolean;
}

/** Spread of pods over nodes or zones (core/v1, TopologySpreadConstraint). */
export interface PlannedSpread {
  readonly topology: 'zone' | 'hostname';
  readonly maxSkew: number;
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway';
}

/** Who makes and replaces a workload's pods. */
export type PlannedController =
  /** Nobody: a bare pod, or the endpoints of an EndpointSlice without pods. */
  | { readonly kind: 'None' }
  | {
      readonly kind: 'Deployment';
      readonly strategy:
        | {
            readonly type: 'RollingUpdate';
            readonly maxSurge: IntOrPercent;
            readonly maxUnavailable: IntOrPercent;
          }
        | { readonly type: 'Recreate' };
      readonly minReady: Duration;
      readonly progressDeadline: Duration;
      readonly paused: boolean;
    }
  | {
      readonly kind: 'StatefulSet';
      readonly podManagementPolicy: 'OrderedReady' | 'Parallel';
      readonly updateStrategy:
        | { readonly type: 'RollingUpdate'; readonly partition: number }
        | { readonly type: 'OnDelete' };
      readonly minReady: Duration;
    };

/** How a revision of the pod template differs from the one of the start. null: it does not. */
export interface PlannedRevision {
  readonly startUp: Distribution | null;
  readonly errorRate: number | null;
  /** Service times are multiplied by it; 1: as before. */
  readonly slowdown: number;
  /** Whether it is ever Ready. */
  readonly ready: boolean;
  /** From the start of a container until its process dies; null: it does not. */
  readonly crashesAfter: Distribution | null;
}

/** Pods made alike: a Deployment's, a StatefulSet's, a single Pod, or the endpoints of an EndpointSlice without pods. */
export interface PlannedWorkload {
  /** As users name it: `deployment/checkout`, `pod/debug`, `statefulset/db`, `endpointslice/legacy`. */
  readonly name: string;
  readonly namespace: string;
  /** Pods of the start. */
  readonly pods: readonly PlannedPod[];
  readonly controller: PlannedController;
  /** For pods made during the run: the prefix of their names, before an ordinal. */
  readonly podNamePrefix: string;
  readonly memberships: readonly PlannedMembership[];

  // How a pod serves.
  readonly serviceTime: Distribution;
  /** 0–1: the part of a service time that is CPU time; the rest is waiting. */
  readonly cpuShare: number;
  readonly concurrency: number;
  /** Requests that may wait at one pod; null: any number. */
  readonly queueLimit: number | null;
  /** What it refuses by how long requests wait; null: nothing. */
  readonly shedding: PlannedShedding | null;
  /** Connections that may wait for a worker to accept them (listen()'s backlog); null: they are accepted at once. */
  readonly backlog: number | null;
  /** 0–1: share of requests answered with status 500 after their service time. */
  readonly errorRate: number;
  /** What it calls while it serves; null: nothing. */
  readonly calls: PlannedCalls | null;
  /** Cores (resources.requests.cpu, resources.limits.cpu); null: none is set. */
  readonly cpuRequest: number | null;
  readonly cpuLimit: number | null;

  // How a container starts, is probed, and ends.
  /** Pull of an image that the node does not have; null: all nodes have it. */
  readonly imagePull: Distribution | null;
  /** From the start of the container until its process serves. */
  readonly startUp: Distribution;
  /** For how long after that it is slower, at first `slowdown` times and then less and less; null: not at all. */
  readonly warmUp: { readonly lasts: Duration; readonly slowdown: number } | null;
  readonly probes: PlannedProbes;
  /** From deletion to SIGTERM. */
  readonly preStop: Duration;
  /** null: finishes what it has begun, closing connections as they fall idle. */
  readonly onTerminate: PlannedTermination | null;
  /** From deletion to SIGKILL. */
  readonly terminationGracePeriod: Duration;
  readonly spread: readonly PlannedSpread[];

  // Random faults of its pods.
  /** Readiness lost and regained while the process goes on serving. */
  readonly readinessFlap: PlannedChurn | null;
  /** The process dies; `lasts` is the time until it serves again. */
  readonly crash: PlannedChurn | null;
}
