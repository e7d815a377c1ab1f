/** Which windows of a plan are open when, where they open and close by the clock alone. */
import type { PlannedWindow } from '../../../contract/plan.ts';
import { IntervalTally } from '../../measure/interval-tally.ts';
import { NO_WINDOWS, type OpenWindows } from '../../measure/open-windows.ts';

export class WindowCalendar {
  /** When windows open or close, ns, ascending. */
  private readonly edges: readonly number[];
  /** Open from each edge to the next. Which interval of the timeline runs is not told. */
  private readonly open: readonly OpenWindows[];
  // The span that was asked for last.
  private from = -0;
  private to = -0;
  private found: OpenWindows = NO_WINDOWS;

  constructor(windows: readonly PlannedWindow[]) {
    // Nothing is open before the measurement, nor after it.
    const { from: begin, to: end } = windows[0];
    const spans = windows.map(({ from, to }) => ({
      from: Math.max(from ?? Infinity, begin!),
      to: Math.min(to ?? Infinity, end!),
    }));
    const edges = spans.filter(({ from, to }) => from < to).flatMap(({ from, to }) => [from, to]);
    this.edges = [...new Set([0, ...edges])].sort((a, b) => a - b);
    const someInterval = new IntervalTally();
    this.open = this.edges.map((at) => {
      let open = NO_WINDOWS;
      spans.forEach(({ from, to }, window) => {
        if (at < from || at >= to) return;
        open = window === 0 ? open.in(someInterval) : open.and(window);
      });
      return open;
    });
  }

  /** Whether windows open or close at an instant (ns). */
  isEdge(instant: number): boolean {
    return this.edges.includes(instant);
  }

  /** The windows that are open at an instant (ns). */
  at(instant: number): OpenWindows {
    if (instant < this.from || instant >= this.to) this.seek(instant);
    return this.found;
  }

  /** Whether no window opens or closes between two instants (ns), the second included. */
  isQuietBetween(first: number, last: number): boolean {
    if (first < this.from || first >= this.to) this.seek(first);
    return last < this.to;
  }

  private seek(instant: number): void {
    const { edges } = this;
    let i = edges.length - 1;
    while (edges[i] > instant) i--;
    this.from = edges[i];
    this.to = edges[i + 1] ?? Infinity;
    this.found = this.open[i];
  }
}
