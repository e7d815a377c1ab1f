/**
 * What chance makes of a few connections: exact figures of the largest of `n` counts that are
 * multinomial with equal chances, by the convolution of truncated exponential series (N. L. Johnson,
 * S. Kotz, Urn Models and Their Application, 1977).
 */

export interface Unevenness {
  /** Mean and standard deviation of the largest count over the mean count. */
  readonly maxOverMean: number;
  readonly deviation: number;
  /** Chance that an endpoint gets none. */
  readonly idle: number;
}

/** `connections` that each pick one of `endpoints`, all alike. */
export function unevenness(endpoints: number, connections: number): Unevenness {
  let mean = 0;
  let square = 0;
  let below = 0;
  for (let most = 1; most <= connections; most++) {
    const atMost = chanceWithin(endpoints, connections, 0, most);
    mean += most * (atMost - below);
    square += most ** 2 * (atMost - below);
    below = atMost;
  }
  const fair = connections / endpoints;
  return {
    maxOverMean: mean / fair,
    deviation: Math.sqrt(square - mean ** 2) / fair,
    // Rounding may leave a chance of next to nothing below 0.
    idle: Math.max(0, 1 - chanceWithin(endpoints, connections, 1, connections)),
  };
}

/** Chance that every count is from `least` to `most`: endpoints are added one by one. */
function chanceWithin(endpoints: number, connections: number, least: number, most: number): number {
  // chances[k]: that k connections went to the endpoints so far and none of those is out of bounds.
  let chances = new Float64Array(connections + 1);
  chances[0] = 1;
  for (let left = endpoints; left > 0; left--) {
    const next = new Float64Array(connections + 1);
    for (let k = 0; k <= connections; k++) {
      if (chances[k] === 0) continue;
      const picks = binomial(connections - k, 1 / left);
      const end = Math.min(most, connections - k);
      for (let more = least; more <= end; more++) next[k + more]! += chances[k]! * picks[more]!;
    }
    chances = next;
  }
  return chances[connections]!;
}

/** The binomial distribution of few trials. */
function binomial(trials: number, chance: number): Float64Array {
  const of = new Float64Array(trials + 1);
  if (chance === 1) {
    of[trials] = 1;
    return of;
  }
  of[0] = Math.pow(1 - chance, trials);
  for (let k = 1; k <= trials; k++) {
    of[k] = (of[k - 1]! * (trials - k + 1) * chance) / (k * (1 - chance));
  }
  return of;
}
