/**
 * A metric that moves the wrong way: it misses its threshold at a value, and by more than at a smaller one. Then what is met
 * is not in order of the values, and bisection would look on the wrong side.
 */
import type { Threshold } from '../../contract/plan.ts';
import { pairedInterval } from '../../stats/interval.ts';
import { metricKey } from '../figures/query.ts';
import { queryOf } from '../figures/run-figures.ts';
import type { VariantFigures } from '../figures/run-figures.ts';
import { isBinding, judge } from '../thresholds.ts';

/** Strict, as every two points of a row are held against each other. */
const SURE = 0.999;

/** The first binding threshold that `beyond` misses by more than `before` does, beyond chance; null: none. */
export function wrongWay(
  before: VariantFigures,
  beyond: VariantFigures,
  thresholds: readonly Threshold[],
): Threshold | null {
  const missed = judge(beyond, thresholds)
    .filter(({ status, threshold }) => status !== 'Passed' && isBinding(threshold))
    .map(({ threshold }) => threshold);
  return missed.find((threshold) => isWorse(before, beyond, threshold)) ?? null;
}

/** By the replications that both have: they share their random numbers. */
function isWorse(before: VariantFigures, beyond: VariantFigures, threshold: Threshold): boolean {
  const { operator } = threshold;
  if (operator === '==') return false;
  const key = metricKey(queryOf(threshold));
  const values = new Map(beyond.runs.map((run) => [run.replication, run.values[key]]));
  const pairs = before.runs.flatMap((run): [number, number][] => {
    const [from, to] = [run.values[key], values.get(run.replication)];
    return from === undefined || to === undefined ? [] : [[from, to]];
  });
  if (pairs.length < 2) return false;
  const { low, high } = pairedInterval(
    pairs.map(([, to]) => to),
    pairs.map(([from]) => from),
    SURE,
  );
  return operator === '<' || operator === '<=' ? low > 0 : high < 0;
}
