/**
 * When each window of the plan was open. Some open and close by the clock; others whenever actions of the script
 * or random faults begin and end, and are open as long as any of these goes on.
 */
import type { PlannedWindow } from '../../contract/plan.ts';

export class WindowSpans {
  /** By window: begin and end (ns) of each span in turn; the last one has no end while it is open. */
  private readonly edges: number[][];
  /** What holds each window open now. */
  private readonly holders: number[];

  constructor(windows: readonly PlannedWindow[]) {
    this.edges = windows.map(() => []);
    this.holders = windows.map(() => 0);
  }

  /** Something begins at `now` (ns) that holds a window open. Returns whether that opens it. */
  enter(window: number, now: number): boolean {
    const isFirst = this.holders[window]++ === 0;
    if (isFirst) this.edges[window].push(now);
    return isFirst;
  }

  /** It ends at `now` (ns). Returns whether that closes the window. */
  leave(window: number, now: number): boolean {
    const isLast = --this.holders[window] === 0;
    if (isLast) this.edges[window].push(now);
    return isLast;
  }

  isOpen(window: number): boolean {
    return this.holders[window] > 0;
  }

  /** Whether a window was open at an instant (ns) that is over. Spans are half-open. */
  wasOpen(window: number, at: number): boolean {
    const edges = this.edges[window];
    let i = edges.length;
    while (i > 0 && edges[i - 1] > at) i--;
    return i % 2 === 1;
  }

  /** For how long a window has been open, in ns, once it is closed. */
  total(window: number): number {
    return this.edges[window].reduce((sum, edge, i) => sum + (i % 2 === 0 ? -edge : edge), 0);
  }
}
