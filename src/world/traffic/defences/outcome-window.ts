/**
 * Outcomes of tries as a circuit breaker remembers them: the last so many (resilience4j's COUNT_BASED window), or those of
 * the last so many seconds, summed by whole seconds of the clock (TIME_BASED). Both take the same memory for ever.
 */
import type { CircuitBreakerPolicy } from '../../../contract/plan.ts';

const FAILED = 1;
const SLOW = 2;
const NS_PER_SECOND = 1e9;

export interface OutcomeWindow {
  /** Those in the window when it was last added to, and how many of them failed or were slow. */
  readonly total: number;
  readonly failed: number;
  readonly slow: number;
  /** A try has ended at `now` (ns). */
  add(failed: boolean, slow: boolean, now: number): void;
}

export function outcomeWindow(window: CircuitBreakerPolicy['window']): OutcomeWindow {
  return window.kind === 'requests'
    ? new LastTries(window.requests)
    : new LastSeconds(window.seconds);
}

export class LastTries implements OutcomeWindow {
  total: number = 0;
  failed: number = 0;
  slow: number = 0;
  private readonly outcomes: Uint8Array;
  private next = 0;

  constructor(size: number) {
    this.outcomes = new Uint8Array(size);
  }

  add(failed: boolean, slow: boolean, _now: number): void {
    const { outcomes } = this;
    if (this.total === outcomes.length) {
      const oldest = outcomes[this.next];
      if ((oldest & FAILED) > 0) this.failed--;
      if ((oldest & SLOW) > 0) this.slow--;
    } else {
      this.total++;
    }
    outcomes[this.next] = (failed ? FAILED : 0) | (slow ? SLOW : 0);
    this.next = this.next + 1 < outcomes.length ? this.next + 1 : 0;
    if (failed) this.failed++;
    if (slow) this.slow++;
  }
}

export class LastSeconds implements OutcomeWindow {
  total: number = 0;
  failed: number = 0;
  slow: number = 0;
  // By second, modulo their number.
  private readonly totals: Float64Array;
  private readonly failures: Float64Array;
  private readonly slows: Float64Array;
  /** The last second that has a place. */
  private second = 0;

  constructor(seconds: number) {
    this.totals = new Float64Array(seconds);
    this.failures = new Float64Array(seconds);
    this.slows = new Float64Array(seconds);
  }

  add(failed: boolean, slow: boolean, now: number): void {
    this.moveTo(Math.floor(now / NS_PER_SECOND));
    const place = this.second % this.totals.length;
    this.total++;
    this.totals[place]++;
    if (failed) {
      this.failed++;
      this.failures[place]++;
    }
    if (slow) {
      this.slow++;
      this.slows[place]++;
    }
  }

  /** Forgets the seconds that have left the window. */
  private moveTo(second: number): void {
    const { totals, failures, slows } = this;
    const { length } = totals;
    const from = Math.max(this.second + 1, second - length + 1);
    for (let left = from; left <= second; left++) {
      const place = left % length;
      this.total -= totals[place];
      this.failed -= failures[place];
      this.slow -= slows[place];
      totals[place] = 0;
      failures[place] = 0;
      slows[place] = 0;
    }
    this.second = Math.max(this.second, second);
  }
}
