/** Percentiles per window and client, with their population. */
import { ERROR_CAUSES } from '../../contract/plan.ts';
import type { ErrorCause } from '../../contract/plan.ts';
import { callersOf } from '../../contract/traffic/client.ts';
import { clientFigures } from '../../study/figures/client-figures.ts';
import type { ClientScope } from '../../study/figures/client-figures.ts';
import { batchMeansOf } from '../../study/figures/batch-means.ts';
import { metricEstimates } from '../../study/figures/metrics.ts';
import type { VariantRuns } from '../../study/study.ts';
import { formatCount, formatRatio, formatTime, plural } from '../numbers.ts';
import { formatEstimate } from './estimates.ts';
import { grid } from './grid.ts';
import { spanOf } from './header.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

/** The columns with an interval, by metric. */
const COLUMNS: readonly { readonly name: string; readonly metric: string }[] = [
  { name: 'mean', metric: 'latency.mean' },
  { name: 'p50', metric: 'latency.p50' },
  { name: 'p90', metric: 'latency.p90' },
  { name: 'p99', metric: 'latency.p99' },
  { name: 'p99.9', metric: 'latency.p999' },
];

/** Pooled clients first, then each by itself where there are several. */
function scopesOf(variant: VariantRuns): readonly (ClientScope & { readonly label: string })[] {
  const clients = callersOf(variant.plan).map((client) => client.name);
  return variant.plan.windows.flatMap(({ name: window }) => {
    const pooled = { window, client: null, label: window };
    if (clients.length < 2) return [pooled];
    return [
      pooled,
      ...clients.map((client) => ({ window, client, label: `${window} · ${client}` })),
    ];
  });
}

function latencyRow(
  variant: VariantRuns,
  scope: ClientScope & { readonly label: string },
): readonly string[] {
  const figures = variant.runs.map((run) => clientFigures(run, scope));
  const measured = figures.filter(({ latency }) => latency.count > 0);
  const total = measured.reduce((sum, { latency }) => sum + latency.count, 0);
  const queries = COLUMNS.map(({ metric }) => ({ ...scope, metric, service: null }));
  return [
    scope.label,
    ...metricEstimates(variant, queries).map((each) => formatEstimate(each, formatTime)),
    measured.length === 0 ? '–' : formatTime(Math.max(...measured.map((one) => one.latency.max))),
    formatCount(total),
  ];
}

/** What a percentile is taken over, in words, and what its interval is. */
export function populationLine(variant: VariantRuns): string {
  const span = spanOf(variant.plan);
  return `Requests due in the ${span}, over all attempts, whatever their outcome; ${intervalText(variant)}.`;
}

/** How the intervals of latencies were made. */
function intervalText({ plan, runs }: VariantRuns): string {
  if (runs.length > 1) {
    return `means over ${plural(runs.length, 'replication')} ± half the 95% interval (Student's t)`;
  }
  const batches = runs.length === 0 ? null : batchMeansOf(plan, runs[0]!);
  if (batches === null) return 'one replication, hence no interval';
  return `one replication ± half the 95% interval by batch means of ${batches.batches}, where it has one`;
}

/** The table of latencies. */
export function latencyLines(variant: VariantRuns, style: Style): readonly string[] {
  const head = ['Latency', ...COLUMNS.map(({ name }) => name), 'max', 'n'];
  const rows = scopesOf(variant).map((scope) => latencyRow(variant, scope));
  const [first, ...rest] = grid([head, ...rows], 'lrrrrrrr');
  return [style.bold(first!), ...rest, ...wrap(populationLine(variant)).map(style.dim)];
}

/** How many requests failed of what, over all clients and replications. */
function countsOfCauses(variant: VariantRuns): readonly (readonly [ErrorCause, number])[] {
  const figures = variant.runs.map((run) => clientFigures(run, { window: 'all', client: null }));
  return ERROR_CAUSES.flatMap((cause) => {
    const count = figures.reduce((total, one) => total + (one.errors.get(cause) ?? 0), 0);
    return count > 0 ? [[cause, count] as const] : [];
  });
}

/** What most failed requests failed of, in parentheses after a space; empty where none failed of anything. */
export function mainCauseText(variant: VariantRuns): string {
  const counts = countsOfCauses(variant);
  const [most] = counts.toSorted(([, a], [, b]) => b - a);
  if (most === undefined) return '';
  return counts.length === 1 ? ` (${most[0]})` : ` (mostly ${most[0]})`;
}

/** The share of failed requests, and of what; over all clients and replications. */
export function errorText(variant: VariantRuns): string {
  const figures = variant.runs.map((run) => clientFigures(run, { window: 'all', client: null }));
  const sum = (of: (one: (typeof figures)[number]) => number): number =>
    figures.reduce((total, one) => total + of(one), 0);
  const requests = sum((one) => one.requests);
  const failed = sum((one) => one.failed);
  const unfinished = sum((one) => one.unfinished);
  if (requests === 0) return 'none: no request was due';
  const causes = countsOfCauses(variant).map(([cause, count]) => `${cause} ${formatCount(count)}`);
  if (unfinished > 0) causes.push(`unfinished ${formatCount(unfinished)}`);
  const list = causes.length === 0 ? '' : `  (${causes.join(', ')})`;
  return `${formatRatio(failed / requests)} of ${plural(requests, 'request')}${list}`;
}
