/** Independent runs of one plan, and what theory must lie inside of. */
import { expect } from 'vitest';
import { deriveSeed } from '../../src/base/seed.ts';
import type { Plan } from '../../src/contract/plan.ts';
import type { RunResult } from '../../src/contract/result.ts';
import { Histogram } from '../../src/stats/histogram.ts';
import { meanInterval } from '../../src/stats/interval.ts';
import { simulate } from '../../src/world/simulate.ts';

export function replicate(
  plan: Plan,
  { seed, count }: { seed: number; count: number },
): RunResult[] {
  return Array.from({ length: count }, (_, i) =>
    simulate(plan, deriveSeed(seed, i), { replication: i }),
  );
}

/** Quantile of the latencies of a run's only client, window `all`, in ns. */
export const quantile = (result: RunResult, q: number): number =>
  Histogram.fromData(result.clients[0]!.latency).quantile(q);

export const meanLatency = (result: RunResult): number => {
  const { sum, count } = result.clients[0]!.latency;
  return sum / count;
};

/** False-alarm rate over seeds of one comparison with theory. */
const ALPHA = 0.001;

/**
 * Holds what `measure` finds in each replication against `expected`, which must lie in the interval of
 * confidence 1 - ALPHA. The interval must be narrow too, `within` of the expected value on either
 * side: a model that is off by twice that would be found out more than 999 times in 1000.
 */
export function expectTheory(
  results: readonly RunResult[],
  measure: (result: RunResult) => number,
  { expected, within }: { expected: number; within: number },
): void {
  const { low, high, halfWidth } = meanInterval(results.map(measure), 1 - ALPHA);
  expect(low).toBeLessThanOrEqual(expected);
  expect(high).toBeGreaterThanOrEqual(expected);
  expect(halfWidth / expected).toBeLessThan(within);
}
