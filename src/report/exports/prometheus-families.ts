/**
 * Figures as families of Prometheus: a gauge for each metric, and one summary of latencies with its quantiles. Values are
 * means over replications in base units; how well they are known, and of how many replications they are, are
 * series of their own. None is a counter: a file takes the place of the last one, and its values may be less.
 *
 * Left out: figures of single pods, which pods.csv has.
 */
import { METRICS } from '../../contract/metrics.ts';
import type { Metric, MetricUnit } from '../../contract/metrics.ts';
import { estimateIn } from '../../study/figures/run-figures.ts';
import type { RunFigures, VariantFigures } from '../../study/figures/run-figures.ts';
import { metricKey, parseMetricKey } from '../../study/figures/query.ts';
import type { MetricQuery } from '../../study/figures/query.ts';
import type { Judgement } from '../../study/thresholds.ts';
import type { Family, Labels, Sample } from './prometheus-text.ts';

/** The figures of a variant, and how its thresholds were judged. */
export interface ExportedVariant {
  readonly figures: VariantFigures;
  readonly judgements: readonly Judgement[];
}

/** How a unit is written: the end of a name, and how much of the metric's own unit makes one. */
const UNITS: Readonly<Record<MetricUnit, { readonly suffix: string; readonly scale: number }>> = {
  duration: { suffix: '_seconds', scale: 1e9 },
  ratio: { suffix: '_ratio', scale: 1 },
  rate: { suffix: '_per_second', scale: 1 },
  count: { suffix: '', scale: 1 },
  number: { suffix: '', scale: 1 },
};

/** The metrics that are quantiles of the one summary. */
const QUANTILES: ReadonlyMap<string, string> = new Map([
  ['latency.p50', '0.5'],
  ['latency.p90', '0.9'],
  ['latency.p95', '0.95'],
  ['latency.p99', '0.99'],
  ['latency.p999', '0.999'],
]);

const LATENCY = 'svcsim_latency_seconds';

/**
 * `svcsim_pods_in_flight_mean_max` for `pods.inFlight.mean.max`. `_sum`, `_count` and `_total` at the end
 * are summaries' and counters'.
 */
export function familyName({ name, unit }: Pick<Metric, 'name' | 'unit'>): string {
  const { suffix } = UNITS[unit];
  const words = name
    .replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/_sum$/, '_summed')
    .replace(/_count$/, '');
  return words.endsWith(suffix) ? `svcsim_${words}` : `svcsim_${words}${suffix}`;
}

const labelsOf = (
  { scenario, variant }: VariantFigures,
  { window, client, service }: Pick<MetricQuery, 'window' | 'client' | 'service'>,
): Labels => ({ scenario, variant, window, client: client ?? '', service: service ?? '' });

/** Everything that runs of a variant have a value of, by metric, in the order of the first run that has it. */
function queriesIn({ runs }: VariantFigures): ReadonlyMap<string, readonly MetricQuery[]> {
  const keys = new Set(runs.flatMap(({ values }) => Object.keys(values)));
  const byMetric = new Map<string, MetricQuery[]>();
  for (const key of keys) {
    const query = parseMetricKey(key);
    if (query === null) continue;
    const own = byMetric.get(query.metric);
    if (own === undefined) byMetric.set(query.metric, [query]);
    else own.push(query);
  }
  return byMetric;
}

/** Number of latencies of a run, and their sum in seconds; null where there are none. */
function latenciesOf(
  { values }: RunFigures,
  query: MetricQuery,
): { readonly count: number; readonly sum: number } | null {
  const valueOf = (metric: string): number | null =>
    values[metricKey({ ...query, metric })] ?? null;
  const mean = valueOf('latency.mean');
  const requests = valueOf('requests');
  if (mean === null || requests === null) return null;
  const count = Math.round(requests * (1 - (valueOf('errors.unfinished') ?? 0)));
  return { count, sum: (mean * count) / UNITS.duration.scale };
}

/** The summary's `_sum` and `_count`: of all replications together. */
function totalsOf(figures: VariantFigures, query: MetricQuery): readonly Sample[] {
  const found = figures.runs.flatMap((run) => latenciesOf(run, query) ?? []);
  if (found.length === 0) return [];
  const labels = labelsOf(figures, query);
  const sum = found.reduce((total, own) => total + own.sum, 0);
  const count = found.reduce((total, own) => total + own.count, 0);
  return [
    { suffix: '_sum', labels, value: sum },
    { suffix: '_count', labels, value: count },
  ];
}

/** All figures of all variants, each variant with what it has of each metric. */
type Figures = readonly {
  readonly figures: VariantFigures;
  readonly queries: ReadonlyMap<string, readonly MetricQuery[]>;
}[];

/** A sample a query of `metric`, of what `valueOf` gives of its estimate. */
function samplesOf(
  all: Figures,
  { name }: Metric,
  sampleOf: (
    figures: VariantFigures,
    query: MetricQuery,
  ) => Pick<Sample, 'labels' | 'value'> | null,
): readonly Sample[] {
  return all.flatMap(({ figures, queries }) =>
    (queries.get(name) ?? []).flatMap((query) => {
      const sample = sampleOf(figures, query);
      return sample === null ? [] : [{ suffix: '' as const, ...sample }];
    }),
  );
}

const meanOf =
  (scale: number, more: Labels = {}) =>
  (figures: VariantFigures, query: MetricQuery): Pick<Sample, 'labels' | 'value'> => ({
    labels: { ...labelsOf(figures, query), ...more },
    value: estimateIn(figures, query)!.mean / scale,
  });

/** Percentiles of latencies, with their population. */
function latencySummary(all: Figures): Family {
  const percentiles = METRICS.filter(({ name }) => QUANTILES.has(name));
  const quantiles = percentiles.flatMap((metric) =>
    samplesOf(all, metric, meanOf(UNITS.duration.scale, { quantile: QUANTILES.get(metric.name)! })),
  );
  const totals = all.flatMap(({ figures, queries }) =>
    (queries.get('latency.mean') ?? []).flatMap((query) => totalsOf(figures, query)),
  );
  return {
    name: LATENCY,
    type: 'summary',
    help:
      'Latency of measured requests, over all attempts: quantiles are means over replications, sum and count are of all ' +
      'replications together',
    samples: [...quantiles, ...totals],
  };
}

const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}`;

/** A metric's own family. */
function gauge(all: Figures, metric: Metric): Family {
  return {
    name: familyName(metric),
    type: 'gauge',
    help: `${sentence(metric.description)} (${metric.name}), mean over replications`,
    samples: samplesOf(all, metric, meanOf(UNITS[metric.unit].scale)),
  };
}

/** Half the widths of the intervals of all metrics of one kind of unit. */
function halfWidths(all: Figures, unit: MetricUnit): Family {
  const { suffix, scale } = UNITS[unit];
  return {
    name: `svcsim_half_width${suffix}`,
    type: 'gauge',
    help: 'Half the width of the 95 % interval of the mean of a metric',
    samples: METRICS.filter((metric) => UNITS[metric.unit].suffix === suffix).flatMap((metric) =>
      samplesOf(all, metric, (figures, query) => {
        const { halfWidth } = estimateIn(figures, query)!;
        if (halfWidth === null) return null;
        const labels = { ...labelsOf(figures, query), metric: metric.name };
        return { labels, value: halfWidth / scale };
      }),
    ),
  };
}

function populations(all: Figures): Family {
  return {
    name: 'svcsim_replications',
    type: 'gauge',
    help: 'Replications that have a value of a metric',
    samples: METRICS.flatMap((metric) =>
      samplesOf(all, metric, (figures, query) => ({
        labels: { ...labelsOf(figures, query), metric: metric.name },
        value: estimateIn(figures, query)!.n,
      })),
    ),
  };
}

/** A series a threshold; one that is written twice has one. */
function thresholdFamily(variants: readonly ExportedVariant[]): Family {
  const samples = variants.flatMap(({ figures, judgements }) => {
    const own = judgements.map(({ threshold, holds }): [string, Sample] => {
      const { expr, severity, during: window, client, service } = threshold;
      const scope = labelsOf(figures, { window, client, service });
      const labels = { ...scope, threshold: expr, severity };
      return [JSON.stringify(labels), { suffix: '', labels, value: holds ? 1 : 0 }];
    });
    return [...new Map(own).values()];
  });
  return {
    name: 'svcsim_threshold_holds',
    type: 'gauge',
    help: '1 where a threshold holds, 0 where it does not, or nothing was measured; one that is undecided goes by the mean',
    samples,
  };
}

function about(variants: readonly ExportedVariant[]): Family {
  return {
    name: 'svcsim_variant_info',
    type: 'gauge',
    help: 'What was simulated: digest of the plan, version of the model, seed of the first replication',
    samples: variants.map(({ figures: { scenario, variant, planDigest, modelVersion, runs } }) => ({
      suffix: '',
      labels: {
        scenario,
        variant,
        plan_digest: planDigest,
        model_version: String(modelVersion),
        seed: runs.length === 0 ? '' : String(runs[0]!.seed),
      },
      value: 1,
    })),
  };
}

/** All families, in the order of the file. */
export function prometheusFamilies(variants: readonly ExportedVariant[]): readonly Family[] {
  const all = variants.map(({ figures }) => ({ figures, queries: queriesIn(figures) }));
  return [
    about(variants),
    thresholdFamily(variants),
    latencySummary(all),
    ...METRICS.filter(({ name }) => !QUANTILES.has(name)).map((metric) => gauge(all, metric)),
    // One unit of each suffix: counts and numbers have none.
    ...(['duration', 'ratio', 'rate', 'number'] as const).map((unit) => halfWidths(all, unit)),
    populations(all),
  ];
}
