/**
 * How many tries a client pod may have under way: a number, or one that follows the latencies and losses that it sees, as
 * TCP does. After Netflix' concurrency-limits, with its names and defaults, one sample a try.
 *
 * Left out: Vegas and the first Gradient; WindowedLimit, which averages samples over a second or so.
 */
import type { ConcurrencyLimitKind } from '../../../contract/plan.ts';

export interface AdaptiveLimit {
  readonly limit: number;
  /**
   * A try has ended after `rttNs`; `inFlight` were under way when it began, itself included. `dropped`: it met a limit
   * elsewhere, or nobody answered in time.
   */
  sample(rttNs: number, inFlight: number, dropped: boolean): void;
}

export function adaptiveLimit(kind: ConcurrencyLimitKind): AdaptiveLimit {
  switch (kind.kind) {
    case 'fixed':
      return new FixedLimit(kind.max);
    case 'aimd':
      return new AimdLimit(kind);
    case 'gradient2':
      return new Gradient2Limit(kind);
  }
}

class FixedLimit implements AdaptiveLimit {
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  sample(_rttNs: number, _inFlight: number, _dropped: boolean): void {
    // It stays as it is.
  }
}

/** One more for each success while at least half of the limit is used, a share less for each loss. */
export class AimdLimit implements AdaptiveLimit {
  limit: number;
  private readonly kind: Extract<ConcurrencyLimitKind, { kind: 'aimd' }>;

  constructor(kind: Extract<ConcurrencyLimitKind, { kind: 'aimd' }>) {
    this.kind = kind;
    this.limit = kind.initial;
  }

  sample(rttNs: number, inFlight: number, dropped: boolean): void {
    const { backoffRatio, max, min, timeout } = this.kind;
    let { limit } = this;
    if (dropped || rttNs > timeout) limit = Math.trunc(limit * backoffRatio);
    else if (inFlight * 2 >= limit) limit++;
    this.limit = Math.min(max, Math.max(min, limit));
  }
}

/** Samples that a long-term average begins with, all alike. */
const FIRST_SAMPLES = 10;

/**
 * Less, as the latency exceeds its own long-term average: limit ← smoothed(limit × gradient + queueSize), where gradient =
 * tolerance × long ÷ short, between a half and one.
 */
export class Gradient2Limit implements AdaptiveLimit {
  private readonly kind: Extract<ConcurrencyLimitKind, { kind: 'gradient2' }>;
  private estimate: number;
  /** Of latencies, ns. */
  private longRtt = -0;
  private samples = 0;

  constructor(kind: Extract<ConcurrencyLimitKind, { kind: 'gradient2' }>) {
    this.kind = kind;
    this.estimate = kind.initial;
  }

  get limit(): number {
    return Math.trunc(this.estimate);
  }

  sample(rttNs: number, inFlight: number, _dropped: boolean): void {
    const { max, min, queueSize, rttTolerance, smoothing } = this.kind;
    const long = this.average(rttNs);
    // After a time of overload, the long-term average comes down faster than it would by itself.
    if (long > 2 * rttNs) this.longRtt *= 0.95;
    // Whoever does not use the limit learns nothing of it.
    if (inFlight < this.estimate / 2) return;
    const gradient = rttNs === 0 ? 1 : Math.max(0.5, Math.min(1, (rttTolerance * long) / rttNs));
    const next = this.estimate * gradient + queueSize;
    const smoothed = this.estimate * (1 - smoothing) + next * smoothing;
    this.estimate = Math.max(min, Math.min(max, smoothed));
  }

  /** An exponential average, of the first samples a plain one. */
  private average(rttNs: number): number {
    if (this.samples < FIRST_SAMPLES) {
      this.samples++;
      this.longRtt += (rttNs - this.longRtt) / this.samples;
    } else {
      const weight = 2 / (this.kind.longWindow + 1);
      this.longRtt += weight * (rttNs - this.longRtt);
    }
    return this.longRtt;
  }
}
