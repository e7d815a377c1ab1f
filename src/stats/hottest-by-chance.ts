/**
 * How uneven a perfectly random spread looks: the load of the hottest of `pods` where each of `draws` picks
 * one of them by chance, all alike, over the mean load. The counts are multinomial: independent Poisson counts
 * given their sum (W. Feller, An Introduction to Probability Theory and Its Applications, vol. 1, II.5 and VI.10).
 */

/** The hottest pod's load over the mean: its own mean and standard deviation. */
export interface HottestByChance {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * Up to so many draws the sum is held to what it is. Beyond, it is left free: its fluctuation moves all pods
 * alike, which the deviation is corrected for, and the mean is within 1 % from five draws a pod on.
 */
const EXACT_DRAWS = 200;

export function hottestByChance({
  pods,
  draws,
}: {
  readonly pods: number;
  readonly draws: number;
}): HottestByChance {
  if (pods === 1) return { mean: 1, deviation: 0 };
  const each = draws / pods;
  const chances = poissonChances(each);
  const exact = draws <= EXACT_DRAWS && Number.isInteger(draws);
  const atMost = exact ? exactly(pods, draws, chances) : independently(pods, chances);
  // E[max] = Σ P(max > m) and E[max²] = Σ (2m + 1) P(max > m), over m ≥ 0; below `from` it is larger for sure.
  let first = chances.from;
  let second = chances.from ** 2;
  for (let i = 0; i < atMost.length; i++) {
    const beyond = Math.max(0, 1 - atMost[i]!);
    first += beyond;
    second += (2 * (chances.from + i) + 1) * beyond;
  }
  // A sum that is left free moves the hottest, too: by its own variance over pods².
  const variance = second - first ** 2 - (exact ? 0 : draws / pods ** 2);
  return { mean: first / each, deviation: Math.sqrt(Math.max(0, variance)) / each };
}

/** Once it is this unlikely that the hottest has more, it has not. */
const NEGLIGIBLE = 1e-12;

/** P(max ≤ m) for m from `from` on, counts being independent. */
function independently(pods: number, { of }: Chances): Float64Array {
  const all = new Float64Array(of.length);
  let atMost = 0;
  for (let i = 0; i < of.length; i++) {
    atMost += of[i]!;
    all[i] = Math.pow(Math.min(atMost, 1), pods);
  }
  return all;
}

/** The same, given that the counts add up to `draws`. */
function exactly(pods: number, draws: number, { from, of }: Chances): Float64Array {
  const whole = new Float64Array(draws + 1);
  of.forEach((chance, i) => {
    if (from + i <= draws) whole[from + i] = chance;
  });
  const all = sumOfCounts(whole, pods)[draws]!;
  let atMost = 0;
  return of.map((_, i) => {
    const most = from + i;
    if (most >= draws || atMost > 1 - NEGLIGIBLE) return 1;
    const capped = whole.map((chance, count) => (count <= most ? chance : 0));
    atMost = sumOfCounts(capped, pods)[draws]! / all;
    return atMost;
  });
}

/** The chances of the sum of `terms` counts, each with these chances; by repeated squaring, cut off at their length. */
function sumOfCounts(chances: Float64Array, terms: number): Float64Array {
  let power = chances;
  let sum: Float64Array | null = null;
  for (let left = terms; left > 0; left >>= 1) {
    if (left % 2 === 1) sum = sum === null ? power : convolved(sum, power);
    if (left > 1) power = convolved(power, power);
  }
  return sum!;
}

function convolved(one: Float64Array, other: Float64Array): Float64Array {
  const result = new Float64Array(one.length);
  for (let i = 0; i < one.length; i++) {
    if (one[i] === 0) continue;
    for (let j = 0; i + j < one.length; j++) result[i + j]! += one[i]! * other[j]!;
  }
  return result;
}

/** Chances of the counts from `from` on. */
interface Chances {
  readonly from: number;
  readonly of: Float64Array;
}

/** The chance of each count from `from` on of a Poisson distribution; what is left out is below 1e-20. */
function poissonChances(mean: number): Chances {
  const reach = Math.ceil(12 * Math.sqrt(mean)) + 30;
  const middle = Math.floor(mean);
  const from = Math.max(0, middle - reach);
  const of = new Float64Array(middle + reach - from + 1);
  // Outwards from the mode, then scaled: exact at any mean, where e^-mean would have vanished.
  of[middle - from] = 1;
  for (let m = middle; m > from; m--) of[m - 1 - from] = (of[m - from]! * m) / mean;
  for (let m = middle + 1; m - from < of.length; m++) of[m - from] = (of[m - 1 - from]! * mean) / m;
  let total = 0;
  for (let i = 0; i < of.length; i++) total += of[i]!;
  for (let i = 0; i < of.length; i++) of[i]! /= total;
  return { from, of };
}
