/**
 * What makes a pod Ready: its container as its probes find it, and nothing that holds it back. Where no probe asks, it
 * is Ready as soon as its process serves, or as soon as the container runs.
 */
import type { PlannedProbes } from '../../contract/plan.ts';

export class Condition {
  /** Faults that have it not Ready now. */
  faults: number = 0;
  /** The script holds it. */
  isHeld: boolean = false;
  /** What its startup and readiness probes say of the container. */
  hasStarted: boolean;
  passes: boolean = false;

  private readonly probes: PlannedProbes;
  private readonly canBeReady: boolean;

  /** @param canBeReady false: pods of its revision are never Ready */
  constructor(probes: PlannedProbes, canBeReady: boolean) {
    this.probes = probes;
    this.canBeReady = canBeReady;
    this.hasStarted = probes.startup === null;
  }

  /** The container has passed its probes by the start of the run; whether something holds it unready all the same. */
  assume(ready: boolean): void {
    this.hasStarted = true;
    this.passes = true;
    this.isHeld = !ready;
  }

  /** Probes of another container count anew. */
  reset(): void {
    this.hasStarted = this.probes.startup === null;
    this.passes = false;
  }

  /** Whether the pod is Ready whose container `runs`, and whose process `serves`. */
  isReady(runs: boolean, serves: boolean): boolean {
    if (!this.canBeReady || this.isHeld || this.faults > 0) return false;
    if (!runs || !this.hasStarted) return false;
    if (this.probes.readiness !== null) return this.passes;
    return serves || this.probes.readyWithoutProbe === 'Running';
  }
}
