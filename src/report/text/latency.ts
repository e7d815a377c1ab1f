/** Percentiles per window and client, with their population. */
import { ERROR_CAUSES } from '../../contract/plan.ts';
import type { ErrorCause } from '../../contract/plan.ts';
import { clientFigures } from '../../study/figures/client-figures.ts';
import type { ClientScope } from '../../study/figures/client-figures.ts';
import { estimateOf } from '../../study/figures/estimate.ts';
import type { VariantRuns } from '../../study/study.ts';
import { formatCount, formatRatio, formatTime, plural } from '../numbers.ts';
import { formatEstimate } from './estimates.ts';
import { grid } from './grid.ts';
import { spanOf } from './header.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

const PERCENTILES: readonly { readonly name: string; readonly quantile: number }[] = [
  { name: 'p50', quantile: 0.5 },
  { name: 'p90', quantile: 0.9 },
  { name: 'p99', quantile: 0.99 },
  { name: 'p99.9', quantile: 0.999 },
];

/** Pooled clients first, then each by itself where there are several. */
function scopesOf(variant: VariantRuns): readonly (ClientScope & { readonly label: string })[] {
  const clients = variant.plan.clients.map((client) => client.name);
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
  const cell = (values: readonly number[]): string =>
    formatEstimate(estimateOf(values), formatTime);
  return [
    scope.label,
    cell(measured.map(({ latency }) => latency.mean())),
    ...PERCENTILES.map(({ quantile }) =>
      cell(measured.map(({ latency }) => latency.quantile(quantile))),
    ),
    measured.length === 0 ? '–' : formatTime(Math.max(...measured.map((one) => one.latency.max))),
    formatCount(total),
  ];
}

/** What a percentile is taken over, in words. */
export function populationLine(variant: VariantRuns): string {
  const span = spanOf(variant.plan);
  const runs = variant.runs.length;
  const means =
    runs > 1
      ? `means over ${plural(runs, 'replication')} ± half the 95% interval`
      : 'one replication, hence no interval';
  return `Requests due in the ${span}, over all attempts, whatever their outcome; ${means}.`;
}

/** The table of latencies. */
export function latencyLines(variant: VariantRuns, style: Style): readonly string[] {
  const head = ['Latency', 'mean', ...PERCENTILES.map(({ name }) => name), 'max', 'n'];
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
