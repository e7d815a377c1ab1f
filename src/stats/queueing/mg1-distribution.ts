/**
 * The distribution of wait and sojourn in M/G/1, for any service whose distribution function is known.
 *
 * A wait is a sum of a geometric number of residual service times (Pollaczek and Khinchine; Kleinrock, 5.7). On a grid
 * of equal steps such a sum has Panjer's recursion (H. H. Panjer, ASTIN Bulletin 12, 1981): exact but for the rounding of
 * residual times to the grid, which leaves their mean in place. Where service has so heavy a tail that the grid does not
 * reach a quantile, that is Infinity.
 */
import { assert } from '../../base/assert.ts';
import { mg1 } from './mg1.ts';
import { quantileOfTail } from './queue.ts';
import type { QueueDistributions } from './queue.ts';

/** Steps of the grid. */
const STEPS = 4096;
/** Times that the grid may be made twice as long, where much lies beyond it. */
const DOUBLINGS_MAX = 5;
/** What may lie beyond the grid: well below the percentiles that anybody asks for. */
const BEYOND_MAX = 1e-4;

export function mg1Distribution({
  arrivalRate,
  meanService,
  serviceCv,
  serviceTail,
}: {
  arrivalRate: number;
  meanService: number;
  serviceCv: number;
  /** P(service > t). */
  serviceTail: (t: number) => number;
}): QueueDistributions {
  assert(serviceCv < Infinity, 'M/G/1 has no mean wait where service has no variance');
  const base = mg1({ arrivalRate, meanService, serviceCv });
  let step = (8 * (base.meanWait + meanService)) / STEPS;
  let waits = waitsOnGrid({ step, utilisation: base.utilisation, meanService, serviceTail });
  for (let i = 0; i < DOUBLINGS_MAX && waits.beyond > BEYOND_MAX; i++) {
    step *= 2;
    waits = waitsOnGrid({ step, utilisation: base.utilisation, meanService, serviceTail });
  }
  const { shares } = waits;
  const above = tailSums(shares, waits.beyond);
  const waitTail = (t: number): number =>
    t < 0 ? 1 : (above[Math.floor(t / step)] ?? waits.beyond);
  const sojournTail = (t: number): number => {
    const last = Math.min(Math.floor(t / step), STEPS);
    let sum = above[last]!;
    for (let n = 0; n <= last; n++) sum += shares[n]! * serviceTail(t - n * step);
    return sum;
  };
  const isKnown = (q: number): boolean => waits.beyond < (1 - q) / 2;
  return {
    ...base,
    waitProbability: base.utilisation,
    waitTail,
    sojournTail,
    waitQuantile: (q) => (isKnown(q) ? quantileOfTail(waitTail, { q, scale: step }) : Infinity),
    sojournQuantile: (q) =>
      isKnown(q) ? quantileOfTail(sojournTail, { q, scale: meanService }) : Infinity,
  };
}

/** P(wait = n steps), and what lies beyond the last of them. */
function waitsOnGrid({
  step,
  utilisation,
  meanService,
  serviceTail,
}: {
  step: number;
  utilisation: number;
  meanService: number;
  serviceTail: (t: number) => number;
}): { readonly shares: Float64Array; readonly beyond: number } {
  const residuals = residualShares({ step, meanService, serviceTail });
  const shares = new Float64Array(STEPS + 1);
  const scale = 1 / (1 - utilisation * residuals[0]!);
  shares[0] = (1 - utilisation) * scale;
  let sum = shares[0]!;
  for (let n = 1; n <= STEPS; n++) {
    let total = 0;
    for (let j = 1; j <= n; j++) total += residuals[j]! * shares[n - j]!;
    shares[n] = utilisation * scale * total;
    sum += shares[n]!;
  }
  return { shares, beyond: Math.max(0, 1 - sum) };
}

/**
 * The share of residual service times at each point of the grid. Each is shared between its two neighbours so that the
 * mean stays; the integrals of P(service > t) / mean are Simpson's.
 */
function residualShares({
  step,
  meanService,
  serviceTail,
}: {
  step: number;
  meanService: number;
  serviceTail: (t: number) => number;
}): Float64Array {
  const shares = new Float64Array(STEPS + 1);
  for (let n = 0; n < STEPS; n++) {
    // Left end, middle and right end of the cell, weighted by how far away the neighbours are.
    const from = n * step;
    const [left, middle, right] = [
      serviceTail(from),
      serviceTail(from + step / 2),
      serviceTail(from + step),
    ];
    const density = step / (6 * meanService);
    shares[n] = shares[n]! + density * (left + 2 * middle);
    shares[n + 1] = shares[n + 1]! + density * (2 * middle + right);
  }
  return shares;
}

/** P(wait > n steps) for each n. */
function tailSums(shares: Float64Array, beyond: number): Float64Array {
  const above = new Float64Array(shares.length);
  let sum = beyond;
  for (let n = shares.length - 1; n >= 0; n--) {
    above[n] = sum;
    sum += shares[n]!;
  }
  return above;
}
