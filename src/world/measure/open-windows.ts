/**
 * The windows that are open at an instant, and who counts requests beside them: shared by all that happens until one opens or closes, or an
 * interval of the timeline ends. Nearly always that is `all` or nothing, so `all` stands apart from the named ones.
 */
import type { IntervalTally } from './interval-tally.ts';
import type { RequestWitness } from './rollout-book.ts';

export class OpenWindows {
  /** The interval of the timeline that runs while `all`, the first of the plan's windows, is open; null: it is not. */
  readonly interval: IntervalTally | null;
  /** Other windows, as indices into the plan's; null: none. */
  readonly named: readonly number[] | null;
  /** Who else counts requests from here on; null: nobody. */
  readonly witnesses: readonly RequestWitness[] | null;

  constructor(
    interval: IntervalTally | null,
    named: readonly number[] | null,
    witnesses: readonly RequestWitness[] | null,
  ) {
    this.interval = interval;
    this.named = named;
    this.witnesses = witnesses;
  }

  /** These windows in another interval. */
  in(interval: IntervalTally | null): OpenWindows {
    return new OpenWindows(interval, this.named, this.witnesses);
  }

  /** These windows and a named one. */
  and(window: number): OpenWindows {
    const named = [...(this.named ?? []), window].sort((a, b) => a - b);
    return new OpenWindows(this.interval, named, this.witnesses);
  }

  /** These windows but for a named one. */
  without(window: number): OpenWindows {
    const others = (this.named ?? []).filter((other) => other !== window);
    return new OpenWindows(this.interval, others.length === 0 ? null : others, this.witnesses);
  }

  /** These windows, with these witnesses. */
  seenBy(witnesses: readonly RequestWitness[]): OpenWindows {
    return new OpenWindows(this.interval, this.named, witnesses.length === 0 ? null : witnesses);
  }
}

export const NO_WINDOWS: OpenWindows = new OpenWindows(null, null, null);
