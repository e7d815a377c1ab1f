/**
 * When each window of the plan was open. Some open and close by the clock; others whenever actions of the script
 * or random faults begin and end, and are open as long as any of these goes on. None is open before the measurement
 * begins: what goes on by then opens its window at that moment.
 */
import type { PlannedWindow } from '../../contract/plan.ts';

export class WindowSpans {
  /** By window: begin and end (ns) of each span in turn; the last one has no end while it is open. */
  private readonly edges: number[][];
  /** What holds each window open now. */
  private readonly holders: number[];
  private hasBegun = false;

  constructor(windows: readonly PlannedWindow[]) {
    this.edges = windows.map(() => []);
    this.holders = windows.map(() => 0);
  }

  /** The measurement begins at `now` (ns). Returns the windows that are open from here on. */
  begin(now: number): number[] {
    this.hasBegun = true;
    const held = this.holders.flatMap((holders, window) => (holders > 0 ? [window] : []));
    for (const window of held) this.edges[window].push(now);
    return held;
  }

  /** Something begins at `now` (ns) that holds a window open. Returns whether that opens it. */
  enter(window: number, now: number): boolean {
    const isFirst = this.holders[window]++ === 0;
    return isFirst && this.turn(window, now);
  }

  /** It ends at `now` (ns). Returns whether that closes the window. */
  leave(window: number, now: number): boolean {
    // The clock may have closed the window before.
    if (this.holders[window] === 0) return false;
    const isLast = --this.holders[window] === 0;
    return isLast && this.turn(window, now);
  }

  /** The window closes at `now` (ns), whatever holds it open. Returns whether it was open. */
  end(window: number, now: number): boolean {
    if (this.holders[window] === 0) return false;
    this.holders[window] = 0;
    return this.turn(window, now);
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

  /** It opens or closes, if anything can be open yet. */
  private turn(window: number, now: number): boolean {
    if (this.hasBegun) this.edges[window].push(now);
    return this.hasBegun;
  }
}
