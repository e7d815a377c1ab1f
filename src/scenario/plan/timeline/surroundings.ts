/** What actions of the timeline and random faults may name. */
import type { Duration } from '../../../base/time.ts';
import type { PlannedClient, PlannedNode, PlannedWorkload } from '../../../contract/plan.ts';
import type { Path } from '../../text/tree.ts';
import type { WorkloadFinder } from '../find-workload.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import type { Draft } from '../workload-drafts.ts';

export interface TimelineSurroundings {
  readonly finder: WorkloadFinder;
  readonly nodes: readonly PlannedNode[];
  /** Nodes by name. */
  readonly nodeIndex: ReadonlyMap<string, number>;
  readonly drafts: readonly Draft[];
  /** By the same index as `drafts`. */
  readonly workloads: readonly PlannedWorkload[];
  readonly clients: readonly PlannedClient[];
  readonly warmUp: Duration;
  readonly duration: Duration;
}

/** An action as it is planned. */
export interface ActionContext {
  /** Of the action: `spec.timeline[0].scale`. */
  readonly path: Path;
  readonly around: TimelineSurroundings;
  readonly document: ScenarioDocument;
  /** Whether what is left out is one at random each time, as it is for faults. */
  readonly isRandom: boolean;
}
