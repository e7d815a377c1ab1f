/** How far a sweep is, on standard error: one line that is drawn over, or a line a point where nobody looks. */
import type { Sweep } from '../../contract/sweep.ts';
import { plural } from '../../report/numbers.ts';
import type { Progress } from '../../study/executors/executor.ts';
import type { SweepRun } from '../../study/sweep/runs.ts';
import type { SweepFlags } from '../options.ts';
import { createProgressDisplay } from './progress.ts';
import type { ProgressDisplay } from './progress.ts';
import { isInteractive, note } from './terminal.ts';

/** Told of runs as they end. */
export class SweepWatch {
  private readonly display: ProgressDisplay | null;
  private readonly isQuiet: boolean;
  /** Runs left of each point. */
  private readonly left = new Map<number, number>();
  private readonly sweep: Sweep;
  private points = 0;

  constructor(
    sweep: Sweep,
    runs: readonly SweepRun[],
    flags: Pick<SweepFlags, 'quiet' | 'progress'>,
  ) {
    this.sweep = sweep;
    this.isQuiet = flags.quiet === true || !flags.progress;
    const { scenario } = sweep.points[0]!.plan;
    this.display =
      !this.isQuiet && isInteractive(process.stderr)
        ? createProgressDisplay(scenario, process.stderr)
        : null;
    for (const { point } of runs) this.left.set(point, (this.left.get(point) ?? 0) + 1);
  }

  /** Undefined where nobody looks. */
  get onProgress(): ((progress: Progress) => void) | undefined {
    const { display } = this;
    return display === null ? undefined : (progress) => display.show(progress);
  }

  clear(): void {
    this.display?.clear();
  }

  /** Where nothing can be drawn over, a line a point. */
  finished(point: number): void {
    const left = (this.left.get(point) ?? 0) - 1;
    this.left.set(point, left);
    if (left > 0) return;
    this.points += 1;
    if (this.isQuiet || this.display !== null) return;
    const { name, plan } = this.sweep.points[point]!;
    note(`${plan.scenario} ${name}: done (${this.points} of ${plural(this.left.size, 'point')})`);
  }
}
