/** Poisson arrivals whose rate moves linearly from point to point of a period, and the same in the next one. */
import { assert } from '../../../base/assert.ts';
import { createUnitExponential } from '../../../engine/distributions/sampler.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { ArrivalOf, ArrivalTimes } from './arrival-times.ts';
import { pieceFrom, timeToReach } from './time-change.ts';
import type { Piece, RatePoint } from './time-change.ts';

export class DailyTimes implements ArrivalTimes {
  /** Of a period that begins at its first point. */
  private readonly pieces: readonly Piece[];
  private readonly period: number;
  /** Arrivals of a period, on average. */
  private readonly perPeriod: number;
  private readonly exponential: { next(): number };
  /** When the period began, ns; the time since then; and the piece which that is in. */
  private begin: number;
  private at: number;
  private piece = 0;

  /** After `from` (ns). */
  constructor(arrival: ArrivalOf<'daily'>, stream: RandomStream, from: number) {
    const { period, origin, points } = arrival;
    assert(points.length > 0, 'a daily arrival process has no points');
    const first = points[0].at;
    // The first point of the next period is where the last piece leads to.
    const around: readonly RatePoint[] = [
      ...points.map(({ at, rate }) => ({ at: at - first, rate })),
      { at: period, rate: points[0].rate },
    ];
    this.pieces = points.map((_, i) => pieceFrom(around[i], around[i + 1]));
    this.period = period;
    this.perPeriod = integralOf(around);
    const since = (((from - origin - first) % period) + period) % period;
    this.begin = from - since;
    this.at = since;
    while (this.endOf(this.piece) <= since) this.piece++;
    this.exponential = createUnitExponential(stream);
  }

  next(): number {
    if (this.perPeriod === 0) return Infinity;
    let target = this.exponential.next();
    for (;;) {
      if (this.at === 0 && target > this.perPeriod) {
        const whole = Math.floor(target / this.perPeriod);
        this.begin += whole * this.period;
        target -= whole * this.perPeriod;
      }
      const { from, rate, slope } = this.pieces[this.piece];
      const end = this.endOf(this.piece);
      const rateNow = Math.max(rate + slope * (this.at - from), 0);
      const reached = this.at + timeToReach(target, rateNow, slope);
      if (reached < end) {
        this.at = reached;
        return Math.round(this.begin + reached);
      }
      const span = end - this.at;
      target -= rateNow * span + (slope * span * span) / 2;
      this.at = end;
      this.piece++;
      if (this.piece < this.pieces.length) continue;
      this.piece = 0;
      this.at = 0;
      this.begin += this.period;
    }
  }

  private endOf(piece: number): number {
    return this.pieces[piece + 1]?.from ?? this.period;
  }
}

/** Of rates (per second) over moments (ns), by trapezes. */
function integralOf(points: readonly RatePoint[]): number {
  let sum = 0;
  for (let i = 1; i < points.length; i++) {
    const [before, after] = [points[i - 1], points[i]];
    sum += ((before.rate + after.rate) / 2e9) * (after.at - before.at);
  }
  return sum;
}
