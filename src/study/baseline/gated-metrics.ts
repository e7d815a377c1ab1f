/** The metrics of a scenario that a baseline holds, and a check judges. */
import { compareCodeUnits } from '../../base/order.ts';
import { didYouMean } from '../../base/suggest.ts';
import { METRICS } from '../../contract/metrics.ts';
import type { Metric } from '../../contract/metrics.ts';
import type { Plan } from '../../contract/plan.ts';
import { COMPARED_METRICS } from '../comparison/compare.ts';
import { metricKey, parseMetricKey } from '../figures/query.ts';
import type { MetricQuery } from '../figures/query.ts';
import { queriesOf } from '../figures/run-figures.ts';

/** A metric that cannot be gated; the message says why and what there is. */
export class MetricChoiceError extends Error {
  override readonly name = 'MetricChoiceError';
}

const GATED: readonly string[] = COMPARED_METRICS;

/** The metric of a query. */
export const metricOf = ({ metric }: MetricQuery): Metric =>
  METRICS.find(({ name }) => name === metric)!;

const isPooled = ({ client, service }: MetricQuery): boolean => client === null && service === null;

/**
 * The queries of a plan that `wanted` names, or those that are gated unless told: the metrics of a comparison in
 * every window, over all clients, of the Service that is worst off. A name alone (`latency.p99`) is that metric in
 * every window; a key (`latency.p99{window=rollout}`, `latency.p99{window=all}`) is that one.
 *
 * @throws MetricChoiceError
 */
export function gatedQueries(plan: Plan, wanted: readonly string[] | null): readonly MetricQuery[] {
  const all = queriesOf(plan);
  if (wanted === null) {
    return all.filter((query) => isPooled(query) && GATED.includes(query.metric));
  }
  const found = new Map<string, MetricQuery>();
  for (const name of wanted) {
    for (const query of queriesNamed(name, all)) found.set(metricKey(query), query);
  }
  return [...found.values()];
}

function queriesNamed(name: string, all: readonly MetricQuery[]): readonly MetricQuery[] {
  const found = all.filter((query) =>
    name.includes('{') ? keysOf(query).includes(name) : isPooled(query) && query.metric === name,
  );
  if (found.length === 0) {
    const known = name.includes('{')
      ? all.map(metricKey).filter((key) => key.includes('{'))
      : METRICS.map((metric) => metric.name);
    throw new MetricChoiceError(
      `no metric ${name} in this scenario${didYouMean(name, known)} docs/results.md lists them`,
    );
  }
  if (metricOf(found[0]!).better === null) {
    throw new MetricChoiceError(`${name} cannot regress: neither more nor less of it is better`);
  }
  return found;
}

/** The key of a query, and the one that says `window=all`, too. */
function keysOf(query: MetricQuery): readonly string[] {
  const key = metricKey(query);
  if (query.window !== 'all') return [key];
  const labels = key.slice(query.metric.length);
  return [
    key,
    `${query.metric}${labels === '' ? '{window=all}' : `{window=all,${labels.slice(1)}`}`,
  ];
}

const RANKS: ReadonlyMap<string, number> = new Map(METRICS.map(({ name }, rank) => [name, rank]));

/** Keys of metrics as people read them: the whole measurement first, then by window, in the order of the catalogue. */
export function inReadingOrder(keys: readonly string[]): readonly string[] {
  const parsed = keys.map((key) => ({ key, query: parseMetricKey(key)! }));
  const windowOf = ({ window }: MetricQuery): string => (window === 'all' ? '' : window);
  return parsed
    .toSorted(
      (a, b) =>
        compareCodeUnits(windowOf(a.query), windowOf(b.query)) ||
        RANKS.get(a.query.metric)! - RANKS.get(b.query.metric)! ||
        compareCodeUnits(a.key, b.key),
    )
    .map(({ key }) => key);
}
