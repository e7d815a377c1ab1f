/** How much longer the requests of a pod take than as drawn: for its revision, for faults, and while it is new. */
import type { PlannedRevision, PlannedWorkload } from '../../contract/plan.ts';
import { compound } from '../faults/compound.ts';
import { warmUpFactor } from './warm-up.ts';

/** Since when a process serves that has done so for long when the run starts. */
const FROM_THE_START = -Infinity;

export class Pace {
  /** Whether they take as long as drawn, and there is nothing to ask. */
  isPlain: boolean;

  private readonly warmUp: PlannedWorkload['warmUp'];
  private readonly ofRevision: number;
  private ofFaults = 1;
  private servesSince = FROM_THE_START;

  constructor({ warmUp }: PlannedWorkload, revision: PlannedRevision | null) {
    this.warmUp = warmUp;
    this.ofRevision = revision?.slowdown ?? 1;
    this.isPlain = this.ofRevision === 1;
  }

  /** A fault multiplies it by `factor`; 1/factor takes that back. */
  slow(factor: number): void {
    this.ofFaults = compound(this.ofFaults, factor);
    this.note(this.warmUp !== null);
  }

  /** A process begins to serve at `now` (ns). */
  begin(now: number): void {
    if (this.warmUp === null) return;
    this.servesSince = now;
    this.note(true);
  }

  /** The factor at `now` (ns). */
  at(now: number): number {
    const age = now - this.servesSince;
    const isWarm = this.warmUp === null || age >= this.warmUp.lasts;
    if (isWarm) this.note(false);
    const ofAge = isWarm ? 1 : warmUpFactor(this.warmUp!, age);
    return this.ofRevision * this.ofFaults * ofAge;
  }

  private note(mayWarmUp: boolean): void {
    this.isPlain = !mayWarmUp && this.ofRevision === 1 && this.ofFaults === 1;
  }
}
