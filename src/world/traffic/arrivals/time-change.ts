/**
 * Non-homogeneous Poisson processes by the time change: the k-th arrival falls where the integral of the rate
 * reaches the sum of k standard exponential variates. E. Çinlar, Introduction to Stochastic Processes, 1975, 4.7.
 */

/** A piece of a rate function: from `from` ns on, the rate (1/ns) starts at `rate` and grows by `slope` (1/ns²). */
export interface Piece {
  readonly from: number;
  readonly rate: number;
  readonly slope: number;
}

/** A rate (per second) at a moment (ns). */
export interface RatePoint {
  readonly at: number;
  readonly rate: number;
}

/** The piece that begins at a point and leads to the next, where there is one. */
export function pieceFrom(point: RatePoint, next: RatePoint | undefined): Piece {
  // Two points at one instant are a jump.
  const moves = next !== undefined && next.at > point.at;
  const slope = moves ? (next.rate - point.rate) / 1e9 / (next.at - point.at) : 0;
  return { from: point.at, rate: point.rate / 1e9, slope };
}

/** The time after which the integral of rate + slope·t reaches `target`; Infinity: never. */
export function timeToReach(target: number, rate: number, slope: number): number {
  if (target <= 0) return 0;
  if (slope === 0) return rate > 0 ? target / rate : Infinity;
  const discriminant = rate * rate + 2 * slope * target;
  if (discriminant < 0) return Infinity;
  // The stable form of the root: no difference of near equals.
  return (2 * target) / (rate + Math.sqrt(discriminant));
}
