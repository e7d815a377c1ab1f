/** What callers saw in each window, and why requests failed: a column a window. */
import { clientFigures } from '../../study/figures/client-figures.ts';
import { failureKinds } from '../../study/figures/failures.ts';
import type { VariantRuns } from '../../study/study.ts';
import { formatCount, formatRatio, formatTime, plural } from '../numbers.ts';
import { grid } from './grid.ts';
import type { Style } from './style.ts';

/** Windows beside `all` in one table, and kinds of failures; the files hold all of them. */
export const WINDOWS_SHOWN = 3;
export const KINDS_SHOWN = 6;

/** Requests of a window over all clients and replications, and its mean length. */
export interface WindowFigures {
  readonly window: string;
  /** Of those replications in which it opened, ns; null: in none. */
  readonly openNs: number | null;
  readonly requests: number;
  readonly failed: number;
  readonly unfinished: number;
  /** By cause and reason. */
  readonly kinds: ReadonlyMap<string, number>;
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** What there is to say of one window. */
export function figuresOf(variant: VariantRuns, window: string): WindowFigures {
  const figures = variant.runs.map((run) => clientFigures(run, { window, client: null }));
  const sum = (of: (one: (typeof figures)[number]) => number): number =>
    figures.reduce((total, one) => total + of(one), 0);
  const spans = variant.runs.map(
    (run) => run.windows.find((each) => each.window === window)!.openNs,
  );
  const kinds = failureKinds(variant, window).map(
    ({ cause, reason, count }) => [`${cause} · ${reason}`, count] as const,
  );
  return {
    window,
    openNs: mean(spans.filter((span) => span > 0)),
    requests: sum((one) => one.requests),
    failed: sum((one) => one.failed),
    unfinished: sum((one) => one.unfinished),
    kinds: new Map(kinds),
  };
}

/** `all`, and of the others those in which most requests failed, in the order of the scenario. */
function shownOf(all: readonly WindowFigures[]): readonly WindowFigures[] {
  const [whole, ...others] = all;
  const worst = others.toSorted((a, b) => b.failed - a.failed).slice(0, WINDOWS_SHOWN);
  return [whole!, ...others.filter((window) => worst.includes(window))];
}

/** `1.15% (1,920)`, or that nothing was due. */
export const failedCell = ({ requests, failed }: WindowFigures): string =>
  requests === 0 ? '–' : `${formatRatio(failed / requests)} (${formatCount(failed)})`;

/** Nothing where there was none. */
export const countCell = (count: number): string => (count === 0 ? '' : formatCount(count));

/** The table; nothing where there is no window beside `all`. */
export function windowLines(variant: VariantRuns, style: Style): readonly string[] {
  const { windows } = variant.plan;
  if (windows.length < 2 || variant.runs.length === 0) return [];
  const all = windows.map(({ name }) => figuresOf(variant, name));
  const shown = shownOf(all);
  const kinds = [...shown[0]!.kinds.keys()];
  const rows = [
    ['Windows', ...shown.map(({ window }) => window)],
    ['open', ...shown.map(({ openNs }) => (openNs === null ? 'never' : formatTime(openNs)))],
    ['requests', ...shown.map(({ requests }) => formatCount(requests))],
    ['failed', ...shown.map(failedCell)],
    ...kinds
      .slice(0, KINDS_SHOWN)
      .map((kind) => [`  ${kind}`, ...shown.map((one) => countCell(one.kinds.get(kind) ?? 0))]),
  ];
  if (shown[0]!.unfinished > 0) {
    rows.push(['  unfinished', ...shown.map(({ unfinished }) => countCell(unfinished))]);
  }
  const [first, ...rest] = grid(rows, `l${'r'.repeat(shown.length)}`);
  const left = [
    ...(kinds.length > KINDS_SHOWN ? [`${plural(kinds.length - KINDS_SHOWN, 'more kind')}`] : []),
    ...(all.length > shown.length ? [`${plural(all.length - shown.length, 'more window')}`] : []),
  ];
  return [
    style.bold(first!),
    ...rest,
    ...(left.length === 0 ? [] : [style.dim(`… ${left.join(' and ')}: see failures.csv`)]),
  ];
}
