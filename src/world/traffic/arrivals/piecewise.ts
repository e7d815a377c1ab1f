/** Poisson arrivals whose rate jumps (steps) or moves linearly (ramp) from point to point. */
import { assert } from '../../../base/assert.ts';
import { createUnitExponential } from '../../../engine/distributions/sampler.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { ArrivalTimes } from './arrival-times.ts';
import { pieceFrom, timeToReach } from './time-change.ts';
import type { Piece, RatePoint } from './time-change.ts';

export class PiecewiseTimes implements ArrivalTimes {
  private readonly pieces: readonly Piece[];
  private readonly exponential: { next(): number };
  private piece = 0;
  private at: number;

  constructor(points: readonly RatePoint[], linear: boolean, stream: RandomStream, from: number) {
    this.at = from;
    this.pieces = piecesOf(points, linear);
    while ((this.pieces[this.piece + 1]?.from ?? Infinity) <= from) this.piece++;
    this.exponential = createUnitExponential(stream);
  }

  next(): number {
    let target = this.exponential.next();
    for (;;) {
      const { from, rate, slope } = this.pieces[this.piece];
      const end = this.pieces[this.piece + 1]?.from ?? Infinity;
      const rateNow = Math.max(rate + slope * (this.at - from), 0);
      const reached = this.at + timeToReach(target, rateNow, slope);
      if (reached < end) {
        this.at = reached;
        return Math.round(reached);
      }
      if (end === Infinity) return Infinity;
      const span = end - this.at;
      target -= rateNow * span + (slope * span * span) / 2;
      this.at = end;
      this.piece++;
    }
  }
}

/** Constant before the first point and after the last. */
function piecesOf(points: readonly RatePoint[], linear: boolean): Piece[] {
  assert(points.length > 0, 'a piecewise arrival process has no points');
  const first: Piece = { from: 0, rate: points[0].rate / 1e9, slope: 0 };
  return [first, ...points.map((point, i) => pieceFrom(point, linear ? points[i + 1] : undefined))];
}
