/**
 * When requests came: their rate over time, and whether they came as a Poisson process would have them. Memory is
 * bounded: requests are counted in windows, which grow tenfold or so where there are too many.
 */
import { chiSquareTail } from '../stats/special-functions/incomplete-gamma.ts';

/** Widths of windows in ms; each divides the next. */
const WIDTHS: readonly number[] = [10, 100, 1000, 10_000, 60_000, 600_000, 3_600_000, 86_400_000];
const WINDOWS_MAX = 100_000;
/** Windows that are compared with each other: neighbours, so that a rate which moves slowly is no burst. */
const GROUP = 10;
/** A window that tells of bursts has so many requests on average. */
const TELLING = 5;

/** Rate from `atMs` on, from the first request on. */
export interface RateStep {
  readonly atMs: number;
  readonly perSecond: number;
}

/** How the counts of neighbouring windows scatter. */
export interface Dispersion {
  readonly windowMs: number;
  /** Variance over mean of the counts of neighbouring windows: 1 for a Poisson process. */
  readonly index: number;
  /** That a Poisson process scatters as much, or as little. */
  readonly pValue: number;
}

export interface ObservedArrivals {
  readonly count: number;
  /** The earliest, in the log's own time. */
  readonly firstMs: number;
  readonly spanMs: number;
  readonly perSecond: number;
  readonly steps: readonly RateStep[];
  readonly stepMs: number;
  /** Whether no step's rate is far off the others'. */
  readonly isSteady: boolean;
  /** Null where there are too few requests to tell. */
  readonly dispersion: Dispersion | null;
  /** Standard deviation over mean of the times between requests; null where the log's moments are too coarse for it. */
  readonly gapCv: number | null;
  /** Rates by hour of the day (UTC, unless the log counts from another moment), at the middle of each; null where the log doesn't go through all. */
  readonly hours: readonly RateStep[] | null;
  /** Whether all moments are whole seconds. */
  readonly isWholeSeconds: boolean;
}

export class ArrivalTally {
  private windows = new Map<number, number>();
  private level = 0;
  private count = 0;
  private first = Infinity;
  private last = -Infinity;
  private isWholeSeconds = true;
  // Of the gaps, by B. P. Welford's method (Technometrics 4, 1962).
  private gaps = 0;
  private gapMean = 0;
  private gapSquares = 0;
  private before = NaN;

  /** Moments in order, or nearly so. */
  add(atMs: number): void {
    this.count += 1;
    if (atMs < this.first) this.first = atMs;
    if (atMs > this.last) this.last = atMs;
    if (atMs % 1000 !== 0) this.isWholeSeconds = false;
    const window = Math.floor(atMs / WIDTHS[this.level]!);
    this.windows.set(window, (this.windows.get(window) ?? 0) + 1);
    if (this.windows.size > WINDOWS_MAX) this.widen();
    const gap = atMs - this.before;
    this.before = atMs;
    if (!(gap >= 0)) return;
    this.gaps += 1;
    const off = gap - this.gapMean;
    this.gapMean += off / this.gaps;
    this.gapSquares += off * (gap - this.gapMean);
  }

  /** Null where there are fewer than two moments. Gaps count only where all moments came in order. */
  observed(isInOrder: boolean): ObservedArrivals | null {
    const span = this.last - this.first;
    if (this.count < 2 || !(span > 0)) return null;
    const { steps, stepMs } = this.steps(span);
    const dispersion = this.dispersion(span);
    const gapVariance = this.gapSquares / Math.max(1, this.gaps - 1);
    const isFine = isInOrder && !this.isWholeSeconds && this.gaps >= 100;
    return {
      count: this.count,
      firstMs: this.first,
      spanMs: span,
      perSecond: ((this.count - 1) / span) * 1e3,
      steps,
      stepMs,
      isSteady: isSteady(steps, stepMs, dispersion?.index ?? 1),
      dispersion,
      gapCv: isFine ? Math.sqrt(gapVariance) / this.gapMean : null,
      hours: this.hours(),
      isWholeSeconds: this.isWholeSeconds,
    };
  }

  private widen(): void {
    while (this.windows.size > WINDOWS_MAX / 2 && this.level < WIDTHS.length - 1) {
      this.level += 1;
      this.windows = this.inWindows(this.level, WIDTHS[this.level - 1]!);
    }
  }

  /** The counts in windows of a wider level, from those of `width`. */
  private inWindows(level: number, width: number = WIDTHS[this.level]!): Map<number, number> {
    const factor = WIDTHS[level]! / width;
    const wider = new Map<number, number>();
    for (const [window, count] of this.windows) {
      const key = Math.floor(window / factor);
      wider.set(key, (wider.get(key) ?? 0) + count);
    }
    return wider;
  }

  /** Rates in at most some fifty steps of a round width. */
  private steps(span: number): { readonly steps: readonly RateStep[]; readonly stepMs: number } {
    const width = WIDTHS[this.level]!;
    const wanted = Math.max(span / STEPS_MAX, (span / this.count) * STEP_REQUESTS, width);
    const stepMs = STEP_WIDTHS.find((each) => each >= wanted && each % width === 0) ?? null;
    if (stepMs === null || stepMs >= span) {
      return { steps: [{ atMs: 0, perSecond: (this.count / span) * 1e3 }], stepMs: span };
    }
    const counts = new Array<number>(Math.floor(span / stepMs) + 1).fill(0);
    for (const [window, count] of this.windows) {
      const step = Math.floor((window * width - this.first) / stepMs);
      counts[Math.min(counts.length - 1, Math.max(0, step))]! += count;
    }
    // The last step may be short; where it is too short to tell, it goes on as the one before.
    const rest = span - (counts.length - 1) * stepMs;
    const steps = counts.map((count, i) => {
      const length = i === counts.length - 1 ? rest : stepMs;
      return { atMs: i * stepMs, perSecond: (count / length) * 1e3 };
    });
    if (rest < stepMs / 2 && steps.length > 1) steps.pop();
    return { steps, stepMs };
  }

  private hours(): readonly RateStep[] | null {
    const width = WIDTHS[this.level]!;
    if (width > HOUR_MS) return null;
    const counts = new Array<number>(HOURS).fill(0);
    for (const [window, count] of this.windows) counts[hourOf(window * width)]! += count;
    const covered = new Array<number>(HOURS).fill(0);
    const days = Math.floor((this.last - this.first) / (HOURS * HOUR_MS));
    const rest = this.first + days * HOURS * HOUR_MS;
    covered.fill(days * HOUR_MS);
    for (let from = rest; from < this.last;) {
      const to = Math.min(this.last, (Math.floor(from / HOUR_MS) + 1) * HOUR_MS);
      covered[hourOf(from)]! += to - from;
      from = to;
    }
    if (covered.some((ms) => ms < HOUR_MS / 2)) return null;
    return counts.map((count, hour) => ({
      atMs: (hour + 0.5) * HOUR_MS,
      perSecond: (count / covered[hour]!) * 1e3,
    }));
  }

  /**
   * Variance over mean within groups of neighbouring windows; under a Poisson process the sum of squares over the mean is χ²
   * distributed: D. R. Cox, P. A. W. Lewis, The Statistical Analysis of Series of Events, 1966, section 6.3.
   */
  private dispersion(span: number): Dispersion | null {
    const level = WIDTHS.findIndex(
      (width, i) =>
        i >= this.level &&
        (this.count * width) / span >= TELLING &&
        (!this.isWholeSeconds || width >= 1000),
    );
    const width = WIDTHS[level];
    if (width === undefined || span / width < 2 * GROUP) return null;
    const windows = this.inWindows(level);
    // The windows of the first and the last request are not whole.
    const from = Math.floor(this.first / width) + 1;
    const groups = Math.floor((Math.floor(this.last / width) - from) / GROUP);
    let squares = 0;
    let degrees = 0;
    for (let group = 0; group < Math.min(groups, WINDOWS_MAX); group++) {
      const counts = Array.from(
        { length: GROUP },
        (_, i) => windows.get(from + group * GROUP + i) ?? 0,
      );
      const mean = counts.reduce((sum, count) => sum + count, 0) / GROUP;
      if (mean === 0) continue;
      squares += counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / mean;
      degrees += GROUP - 1;
    }
    if (degrees === 0) return null;
    const above = chiSquareTail(squares, degrees);
    return {
      windowMs: width,
      index: squares / degrees,
      pValue: Math.min(1, 2 * Math.min(above, 1 - above)),
    };
  }
}

const HOUR_MS = 3_600_000;
const HOURS = 24;
const hourOf = (ms: number): number => ((Math.floor(ms / HOUR_MS) % HOURS) + HOURS) % HOURS;

const STEPS_MAX = 48;
/** A step has so many requests on average, so that chance moves its rate by a tenth at most. */
const STEP_REQUESTS = 100;
const STEP_WIDTHS: readonly number[] = [
  100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 21_600_000, 43_200_000, 86_400_000,
  604_800_000,
];
/** Rates that scatter no more than this, beyond chance, are one rate. */
const STEADY_CV = 0.1;

function isSteady(steps: readonly RateStep[], stepMs: number, dispersion: number): boolean {
  const mean = steps.reduce((sum, { perSecond }) => sum + perSecond, 0) / steps.length;
  const squares = steps.reduce((sum, { perSecond }) => sum + (perSecond - mean) ** 2, 0);
  const variance = steps.length < 2 ? 0 : squares / (steps.length - 1) / mean ** 2;
  const byChance = Math.max(1, dispersion) / ((mean * stepMs) / 1e3);
  return variance <= STEADY_CV ** 2 + byChance;
}
