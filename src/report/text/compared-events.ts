/**
 * What happened, variants side by side: what callers saw in each window, what requests failed of, and how soon the rules
 * followed. Only what happened in one of them has a line.
 */
import { metricEstimate } from '../../study/figures/metrics.ts';
import { overall } from '../../study/figures/query.ts';
import { networkProgramming } from '../../study/figures/network-programming.ts';
import type { VariantRuns } from '../../study/study.ts';
import { formatCount, formatTime, plural } from '../numbers.ts';
import { formatEstimate } from './estimates.ts';
import { grid } from './grid.ts';
import { staleFigures } from './stale.ts';
import type { Style } from './style.ts';
import { countCell, failedCell, figuresOf, KINDS_SHOWN, WINDOWS_SHOWN } from './windows.ts';
import type { WindowFigures } from './windows.ts';

/** Variants next to each other in 100 columns. */
const VARIANTS_PER_BLOCK = 4;

type Row = readonly string[];

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

const metricCell = (variant: VariantRuns, metric: string, window: string): string =>
  formatEstimate(metricEstimate(variant, { ...overall(metric), window }), formatTime);

/** What there is to say of a window in each variant; null in those that do not have it. */
interface Window {
  readonly name: string;
  readonly figures: readonly (WindowFigures | null)[];
}

const failedIn = ({ figures }: Window): number => sum(figures.map((one) => one?.failed ?? 0));

/** All windows but `all`, by name. */
function windowsOf(variants: readonly VariantRuns[]): readonly Window[] {
  const names = new Set(variants.flatMap(({ plan }) => plan.windows.map(({ name }) => name)));
  names.delete('all');
  return [...names].map((name) => ({
    name,
    figures: variants.map((variant) =>
      variant.plan.windows.some((window) => window.name === name) ? figuresOf(variant, name) : null,
    ),
  }));
}

function windowRows({ name, figures }: Window, variants: readonly VariantRuns[]): readonly Row[] {
  const cells = (of: (one: WindowFigures, variant: VariantRuns) => string): Row =>
    figures.map((one, i) => (one === null ? '' : of(one, variants[i]!)));
  return [
    [
      `during ${name}`,
      ...cells(({ openNs }) => (openNs === null ? 'never open' : formatTime(openNs))),
    ],
    ['  latency.p50', ...cells((_, variant) => metricCell(variant, 'latency.p50', name))],
    ['  latency.p99', ...cells((_, variant) => metricCell(variant, 'latency.p99', name))],
    ['  failed', ...cells(failedCell)],
  ];
}

/** A line a kind of failure; `left` is the number of kinds without one. */
function failureRows(variants: readonly VariantRuns[]): { readonly rows: Row[]; left: number } {
  const whole = variants.map((variant) => figuresOf(variant, 'all'));
  const totals = new Map<string, number>();
  for (const { kinds } of whole) {
    for (const [kind, count] of kinds) totals.set(kind, (totals.get(kind) ?? 0) + count);
  }
  const unfinished = whole.map((one) => one.unfinished);
  if (totals.size === 0 && sum(unfinished) === 0) return { rows: [], left: 0 };
  const shown = [...totals].toSorted(([, a], [, b]) => b - a).slice(0, KINDS_SHOWN);
  return {
    rows: [
      ['failed overall', ...whole.map(failedCell)],
      ...shown.map(([kind]) => [
        `  ${kind}`,
        ...whole.map(({ kinds }) => countCell(kinds.get(kind) ?? 0)),
      ]),
      ...(sum(unfinished) === 0 ? [] : [['  unfinished', ...unfinished.map(countCell)]]),
    ],
    left: totals.size - shown.length,
  };
}

/** How soon rules followed changes of endpoints, and how long they named pods that had stopped. */
function rulesRows(variants: readonly VariantRuns[]): readonly Row[] {
  const rows: Row[] = [];
  const followed = variants.map((variant) =>
    variant.runs.map((run) => networkProgramming(run, 'all')),
  );
  if (followed.flat().some(({ changes }) => changes > 0)) {
    const cells = (metric: string): Row =>
      variants.map((variant) => metricCell(variant, `networkProgramming.${metric}`, 'all'));
    rows.push(['rules follow after p50', ...cells('p50')], ['  p99', ...cells('p99')]);
    const pending = followed.map((runs) => sum(runs.map((one) => one.pending)));
    if (sum(pending) > 0) rows.push(['  pending at the end', ...pending.map(countCell)]);
  }
  const stale = variants.map(staleFigures);
  if (stale.some((one) => one !== null && one.pods > 0)) {
    rows.push(
      ['stopped pods', ...stale.map((one) => formatCount(one?.stopped ?? 0))],
      [
        '  still named for',
        ...stale.map((one) => (one === null || one.pods === 0 ? '0ms' : one.mean)),
      ],
      ['  at most', ...stale.map((one) => one?.worst[0] ?? '')],
    );
  }
  return rows;
}

/** The lines; none where nothing happened. */
export function comparedEventLines(all: readonly VariantRuns[], style: Style): readonly string[] {
  const variants = all.filter(({ runs }) => runs.length > 0);
  const windows = windowsOf(variants);
  const worst = windows.toSorted((a, b) => failedIn(b) - failedIn(a)).slice(0, WINDOWS_SHOWN);
  const failures = failureRows(variants);
  const rows = [
    ...windows
      .filter((window) => worst.includes(window))
      .flatMap((window) => windowRows(window, variants)),
    ...failures.rows,
    ...rulesRows(variants),
  ];
  if (rows.length === 0) return [];
  const runs = plural(Math.max(...variants.map((variant) => variant.runs.length)), 'replication');
  const lines: string[] = [];
  for (let at = 0; at < variants.length; at += VARIANTS_PER_BLOCK) {
    const part = (row: Row): Row => [row[0]!, ...row.slice(1 + at, 1 + at + VARIANTS_PER_BLOCK)];
    const head = part([`Counts over ${runs}`, ...variants.map(({ plan }) => plan.variant)]);
    const [first, ...rest] = grid([head, ...rows.map(part)], `l${'r'.repeat(head.length - 1)}`);
    if (lines.length > 0) lines.push('');
    lines.push(style.bold(first!), ...rest);
  }
  const left = [
    ...(failures.left > 0 ? [plural(failures.left, 'more kind')] : []),
    ...(windows.length > worst.length
      ? [plural(windows.length - worst.length, 'more window')]
      : []),
  ];
  return left.length === 0
    ? lines
    : [...lines, style.dim(`… ${left.join(' and ')}: see failures.csv`)];
}
