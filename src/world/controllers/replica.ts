/** A pod as the controller that made it has it: from its creation, when it has no node yet, to the end of its object. */
import type { PlannedRevision } from '../../contract/plan.ts';
import type { Pod } from '../cluster/pod.ts';
import type { UnboundPod } from './scheduler.ts';

/** A revision of a workload's pod template. */
export interface Template {
  /** Counts from 0. */
  readonly revision: number;
  /** How it differs from the one of the start; null: it does not. */
  readonly change: PlannedRevision | null;
}

/** What is fixed at its creation. */
export interface ReplicaFacts {
  readonly workload: number;
  /** The number that its controller gave it; those of a StatefulSet are given again and again. */
  readonly ordinal: number;
  readonly name: string;
  readonly template: Template;
  /** Its number among all that its workload ever had. */
  readonly number: number;
  /** ns; -Infinity: before the run. */
  readonly createdAt: number;
  /** As random as a UID. */
  readonly uid: number;
}

export class Replica implements UnboundPod {
  readonly facts: ReplicaFacts;
  /** Null: it has no node yet. */
  pod: Pod | null = null;
  /**
   * What the API server has of it. `isRunning`: its kubelet has reported it; `isDeleted`: it has a deletion timestamp
   * or is gone.
   */
  isRunning: boolean = false;
  isReady: boolean = false;
  readySince: number = -Infinity;
  isDeleted: boolean = false;
  private readonly bound: (replica: Replica, node: number) => void;

  constructor(facts: ReplicaFacts, bound: (replica: Replica, node: number) => void) {
    this.facts = facts;
    this.bound = bound;
  }

  get workload(): number {
    return this.facts.workload;
  }

  bind(node: number): void {
    this.bound(this, node);
  }

  /** When it will have been ready for `minReady` (ns): from then on it is available. Infinity: it is not ready. */
  availableAt(minReady: number): number {
    return this.isReady && !this.isDeleted ? this.readySince + minReady : Infinity;
  }
}
