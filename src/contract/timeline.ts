/**
 * What is done to the cluster during a run: at given moments, or again and again at random. Indices are into
 * the plan's arrays; instants count from the start of the run, in whole nanoseconds.
 */
import type { Duration, Instant } from '../base/time.ts';
import type { Distribution } from './distribution.ts';
import type { Arrival } from './traffic/arrival.ts';
import type { PlannedRevision } from './workload.ts';

/** One side of a partition: nodes by index, whoever is outside the cluster, the API server with the controllers. */
export interface PartitionSide {
  readonly nodes: readonly number[];
  readonly external: boolean;
  readonly controlPlane: boolean;
}

/**
 * Something that happens. What lasts for a while says for how long in `lasts`; null: to the end of the run, or
 * until it is done.
 */
export type Action =
  /** `pod` null: all pods of the workload. */
  | {
      readonly kind: 'setReady';
      readonly workload: number;
      readonly pod: string | null;
      readonly ready: boolean;
    }
  | { readonly kind: 'scale'; readonly workload: number; readonly replicas: number }
  /** A new revision of the pod template; null: alike but for its name. */
  | {
      readonly kind: 'rollout';
      readonly workload: number;
      readonly revision: PlannedRevision | null;
    }
  | { readonly kind: 'deletePod'; readonly workload: number; readonly pod: string | null }
  /** The process dies; the kubelet starts it again after its back-off or, where that is given, so that it serves after `lasts`. */
  | {
      readonly kind: 'crash';
      readonly workload: number;
      readonly pod: string | null;
      readonly lasts: Duration | null;
    }
  | {
      readonly kind: 'slowPod';
      readonly workload: number;
      readonly pod: string | null;
      readonly factor: number;
      readonly lasts: Duration | null;
    }
  | { readonly kind: 'nodeDown'; readonly node: number; readonly lasts: Duration | null }
  | { readonly kind: 'zoneDown'; readonly zone: string; readonly lasts: Duration | null }
  /** Cordons the node and evicts its pods; `lasts`: until it is uncordoned. */
  | { readonly kind: 'drain'; readonly node: number; readonly lasts: Duration | null }
  | {
      readonly kind: 'partition';
      readonly between: readonly [PartitionSide, PartitionSide];
      readonly lasts: Duration | null;
    }
  /** Everything that passes through the API server takes `factor` times as long. */
  | { readonly kind: 'apiServerSlow'; readonly factor: number; readonly lasts: Duration | null }
  /** Index of the node; null: all of them. `lasts`: until kube-proxy is back and has listed what there is. */
  | { readonly kind: 'kubeProxyRestart'; readonly node: number | null; readonly lasts: Duration }
  /** `lasts`: until the arrivals of before are back. */
  | {
      readonly kind: 'setArrival';
      readonly client: number;
      readonly arrival: Arrival;
      readonly lasts: Duration | null;
    };

/** What happens at a moment of the script. `window`: the one it opens, and closes when it is over. */
export type TimelineAction = Action & { readonly at: Instant; readonly window?: number };

/** Something that happens again and again at random. */
export interface PlannedFault {
  /** The window that is open while it lasts; its random streams are named after that, too. */
  readonly window: number;
  /** From the end of one to the start of the next; and how long one lasts, null for what ends by itself. */
  readonly every: Distribution;
  readonly lasts: Distribution | null;
  /** One of these happens each time, at random; where its `pod` is null, to one of the workload's pods, at random. */
  readonly actions: readonly Action[];
}

/** A named span of the run over which figures are also reported. `all` (warm-up end to run end) is always the first. */
export interface PlannedWindow {
  readonly name: string;
  /** Both null: it is open while actions of the script or random faults keep it open. */
  readonly from: Instant | null;
  readonly to: Instant | null;
}
