/** How far a sweep is, on standard error: one line that is drawn over, or a line a point where nobody looks. */
import type { Sweep } from '../../contract/sweep.ts';
import { plural } from '../../report/numbers.ts';
import type { JudgedPoint } from '../../study/sweep/conclusion.ts';
import type { Progress } from '../../study/executors/executor.ts';
import type { SweepRun } from '../../study/sweep/runs.ts';
import type { SweepFlags } from '../options.ts';
import { createProgressDisplay } from './progress.ts';
import type { ProgressDisplay } from './progress.ts';
import { isInteractive, note } from './terminal.ts';

type WatchFlags = Pick<SweepFlags, 'quiet' | 'progress'>;

/** Told of runs as they end. */
export class SweepWatch {
  private readonly display: ProgressDisplay | null;
  private readonly isQuiet: boolean;
  /** Runs left of each point. */
  private readonly left = new Map<number, number>();
  private readonly sweep: Sweep;
  private points = 0;
  /** Of a search, the most runs that it takes; null: all runs are known. */
  private readonly runsAtMost: number | null;
  private runs = 0;

  /** Of all these runs. */
  static ofGrid(sweep: Sweep, runs: readonly SweepRun[], flags: WatchFlags): SweepWatch {
    const watch = new SweepWatch(sweep, null, flags);
    for (const { point } of runs) watch.left.set(point, (watch.left.get(point) ?? 0) + 1);
    return watch;
  }

  /** Of a search, which asks for its runs as it goes on: the time left is what it takes at most. */
  static ofSearch(sweep: Sweep, runsAtMost: number, flags: WatchFlags): SweepWatch {
    return new SweepWatch(sweep, runsAtMost, flags);
  }

  private constructor(sweep: Sweep, runsAtMost: number | null, flags: WatchFlags) {
    this.sweep = sweep;
    this.runsAtMost = runsAtMost;
    this.isQuiet = flags.quiet === true || !flags.progress;
    const { scenario } = sweep.points[0]!.plan;
    this.display =
      !this.isQuiet && isInteractive(process.stderr)
        ? createProgressDisplay(scenario, process.stderr)
        : null;
  }

  /** Undefined where nobody looks. */
  get onProgress(): ((progress: Progress) => void) | undefined {
    const { display, runsAtMost } = this;
    if (display === null) return undefined;
    if (runsAtMost === null) return (progress) => display.show(progress);
    return (progress) => {
      const jobs = Math.max(runsAtMost, this.runs + progress.jobs - progress.finished);
      const running = progress.share * progress.jobs - progress.finished;
      const share = Math.min(1, (this.runs + running) / jobs);
      display.show({ ...progress, finished: this.runs, jobs, share });
    };
  }

  clear(): void {
    this.display?.clear();
  }

  /** Where nothing can be drawn over, a line a point. */
  finished(point: number): void {
    this.runs += 1;
    if (this.runsAtMost !== null) return;
    const left = (this.left.get(point) ?? 0) - 1;
    this.left.set(point, left);
    if (left > 0) return;
    this.points += 1;
    if (this.isQuiet || this.display !== null) return;
    const { name, plan } = this.sweep.points[point]!;
    note(`${plan.scenario} ${name}: done (${this.points} of ${plural(this.left.size, 'point')})`);
  }
  /** Of a search: what came of a point. */
  decided({ point, figures, verdict }: JudgedPoint): void {
    if (this.isQuiet || this.display !== null) return;
    const runs = plural(figures.runs.length, 'replication');
    note(`${point.plan.scenario} ${point.name}: ${verdict} after ${runs}`);
  }
}
