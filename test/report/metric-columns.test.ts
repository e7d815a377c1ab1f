/**
 * The result files against the catalogue of metrics: whatever a column says of a client, a Service, a pod, a node or a
 * rollout can be the subject of a threshold, and the metric is what the cells say.
 */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { METRICS } from '../../src/contract/metrics.ts';
import type { Metric } from '../../src/contract/metrics.ts';
import type { RunResult } from '../../src/contract/result.ts';
import { resultJsonChunks } from '../../src/report/files/result-json.ts';
import { EXPORT_TABLES, TABLES } from '../../src/report/files/tables.ts';
import { concludeStudy } from '../../src/study/conclusion.ts';
import { RunMetrics } from '../../src/study/figures/metrics.ts';
import type { MetricQuery } from '../../src/study/figures/query.ts';
import { queriesOf } from '../../src/study/figures/run-figures.ts';
import { simulate } from '../../src/world/simulate.ts';
import { troubledPlan } from '../world/any-trouble.ts';
import { smallPlan } from '../study/small-plan.ts';

/** A row of a file by column; numbers as such. */
type Row = Readonly<Record<string, string | number | null>>;
type Files = Readonly<Record<string, readonly Row[]>>;

interface ReadRun {
  readonly run: Readonly<Record<string, unknown>>;
  readonly breakdown: readonly Row[];
}

function readRun(plan: Parameters<typeof simulate>[0], run: RunResult): ReadRun {
  const study = { variants: [{ plan, runs: [run] }], partial: false };
  const text = [...resultJsonChunks(concludeStudy(study, { compares: false }), () => '')].join('');
  const document = JSON.parse(text) as {
    variants: { breakdown: Row[]; runs: Record<string, unknown>[] }[];
  };
  const [variant] = document.variants;
  return { run: variant!.runs[0]!, breakdown: variant!.breakdown };
}

/** The rows of each file, by the name that the columns of metrics have in front. */
function filesOf({ run, breakdown }: ReadRun): Files {
  const lists = run as Readonly<Record<string, readonly Row[]>>;
  const { summary, balance, pods, errors, failures, timeline, stale, rollouts } = lists;
  return {
    summary,
    balance,
    pods,
    errors,
    failures,
    timeline,
    stale,
    rollouts,
    breakdown,
    'result.totals': [run['totals'] as Row],
    'result.windows': lists['windows']!,
    'result.networkProgramming': lists['networkProgramming']!,
  } as Files;
}

/** Columns that are no metric, and why. */
const WITHOUT: readonly (readonly [columns: RegExp, reason: string])[] = [
  [/\.(scenario|variant|replication|seed|window|client|service|pod|node|zone)$/, 'name the row'],
  [/^(errors|failures)\.(cause|reason|retry)$/, 'name the row'],
  [/^breakdown\.(band|part)$/, 'name the row'],
  [/^rollouts\.(rollout|workload|namespace|started_s)$/, 'name the row'],
  [/^timeline\.at_s$/, 'names the row'],
  [/^(connections|requests)\./, 'is of one connection or request, which are counted elsewhere'],
  [/^pods\.fair_share$/, 'is what the plan makes of it: balance is measured against it'],
  [/^result\.totals\.events$/, 'is the work of the simulator'],
  [/^result\.totals\.(issued|succeeded|failed|unfinished)$/, 'count the warm-up in: see requests'],
  [/^result\.totals\.little_(lambda_rps|w_ms)$/, 'say what requests and latency.mean do'],
  [/^result\.totals\.programming_ms_(mean|max)$/, 'count the warm-up in: see networkProgramming'],
  [/^result\.networkProgramming\.latency_ns$/, 'is the whole distribution'],
];

describe('every column of every result file', () => {
  const run = simulate(smallPlan({ duration: 1 }), 1);
  const { run: held } = readRun(smallPlan({ duration: 1 }), run);
  const columns = [
    ...[...TABLES, ...EXPORT_TABLES].flatMap((table) =>
      table.columns.map((column) => `${table.name}.${column}`),
    ),
    ...Object.keys(held['totals'] as Row).map((name) => `result.totals.${name}`),
    ...['windows', 'networkProgramming'].flatMap((list) =>
      Object.keys((held[list] as Row[])[0]!).map((name) => `result.${list}.${name}`),
    ),
  ];
  const measured = new Set(METRICS.map(({ column }) => column));

  it('is a metric, or has a reason not to be', () => {
    const isExcused = (column: string): boolean => WITHOUT.some(([named]) => named.test(column));
    expect(columns.filter((column) => !measured.has(column) && !isExcused(column))).toEqual([]);
    expect(columns.filter((column) => measured.has(column) && isExcused(column))).toEqual([]);
  });

  it('that a metric names exists, and every reason is needed', () => {
    const named = [...measured].filter((column) => column !== null);
    expect(named.filter((column) => !columns.includes(column))).toEqual([]);
    for (const [pattern] of WITHOUT) {
      expect(
        columns.some((column) => pattern.test(column)),
        String(pattern),
      ).toBe(true);
    }
  });
});

const fileOf = ({ column }: Metric): string => column!.slice(0, column!.lastIndexOf('.'));
const cellOf = ({ column }: Metric): string => column!.slice(column!.lastIndexOf('.') + 1);
const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** What the cells of one Service, or of a run, come to in the unit of the file. */
function worked(metric: Metric, rows: readonly Row[], openS: number): number | null {
  const { name } = metric;
  const cells = (column: string): number[] =>
    rows.flatMap((row) => (typeof row[column] === 'number' ? [row[column]] : []));
  const own = cells(cellOf(metric));
  const most = own.length === 0 ? null : Math.max(...own);
  const isWeighted = name === 'pods.queue.mean';
  if (isWeighted) {
    const waits = rows.map((row) => Number(row['queue_ms_mean'] ?? 0) * Number(row['requests']));
    return own.length === 0 ? null : sum(waits) / sum(cells('requests'));
  }
  if (name === 'pods.utilisation.mean') {
    const readyS = sum(cells('ready_s'));
    return readyS === 0 ? null : (sum(own) * openS) / readyS;
  }
  if (name === 'pods.requests.min') {
    const ready = rows.filter((row) => Number(row['fair_share']) > 0);
    return ready.length === 0 ? null : Math.min(...ready.map((row) => Number(row['requests'])));
  }
  if (name === 'timeline.errorRatio.max') {
    const busy = rows.filter((row) => Number(row['requests']) > 0);
    const ratios = busy.map((row) => Number(row['errors']) / Number(row['requests']));
    return ratios.length === 0 ? null : Math.max(...ratios);
  }
  if (name === 'rollout.incomplete') return rows.length - own.length;
  if (own.length === 0) return null;
  if (name === 'staleView.mean') return sum(cells('stale_ms_total')) / sum(cells('pods'));
  if (name.startsWith('rollout.') || /\.(sum|total)$|^staleView\.pods$/.test(name)) return sum(own);
  if (last(name) === 'max') return most;
  if (last(name) === 'min') return Math.min(...own);
  expect(own, name).toHaveLength(1);
  return own[0]!;
}

/** Of the errors of one client: the rows that the metric counts, over its requests. */
function failureShare(name: string, rows: readonly Row[], requests: number): number | null {
  if (requests === 0) return null;
  const key = last(name);
  const counted = rows.filter((row) =>
    name.startsWith('errors.retry.')
      ? row['retry'] === key
      : [row['cause'], row['reason']].includes(key),
  );
  return sum(counted.map((row) => Number(row['count']))) / requests;
}

/** How far apart a cell of six decimals and its value may be. */
function expectClose(
  value: number | null,
  cell: number | null,
  { name, unit, column }: Metric,
): void {
  const ofCell = /(^|_)s$/.test(column!) ? 1e9 : 1e6;
  const inUnit = cell !== null && unit === 'duration' ? cell * ofCell : cell;
  if (value === null || inUnit === null) {
    expect(value, name).toBe(inUnit);
    return;
  }
  const slack = unit === 'duration' ? ofCell * 1e-6 : unit === 'rate' ? 1e-3 : 1e-6;
  expect(Math.abs(value - inUnit), `${name}: ${value}, cell ${inUnit}`).toBeLessThanOrEqual(
    slack * 1.01 + Math.abs(inUnit) * 1e-4,
  );
}

describe('a metric is what its column says', () => {
  /** Metrics that had a value in some run. */
  const seen = new Set<string>();

  /** What the files say to a query; undefined where it is one of several rows put together by another rule. */
  function inFiles(metric: Metric, query: MetricQuery, files: Files): number | null | undefined {
    const { window, client, service } = query;
    const open = files['result.windows']!.find((row) => row['window'] === window)!;
    const openS = Number(open['open_s']);
    if (openS === 0) return null;
    const file = fileOf(metric);
    const rows = files[file]!.filter(
      (row) =>
        (!('window' in row) || file === 'rollouts' || row['window'] === window) &&
        (client === null || row['client'] === client) &&
        (service === null || row['service'] === service),
    );
    if (metric.scope === 'client') {
      const summary = files['summary']!.filter(
        (row) => row['window'] === window && row['client'] === client,
      );
      const requests = Number(summary[0]!['requests']);
      if (file === 'errors' || file === 'failures') {
        return failureShare(metric.name, rows, requests);
      }
      // Bands are put together by how many requests they hold, which the file does not say.
      if (file === 'breakdown') return undefined;
      if (requests === 0 && /^(errors|succeeded)/.test(metric.name)) return null;
    }
    if (file === 'rollouts') {
      const own = rows.filter((row) => window === 'all' || row['window'] === window);
      return metric.name === 'rollout.duration' || own.length === 0
        ? undefined
        : worked(metric, own, openS);
    }
    if (file === 'stale') return rows.length === 0 ? undefined : worked(metric, rows, openS);
    // What the file rounds, a short time of readiness makes large.
    if (
      metric.name === 'pods.utilisation.mean' &&
      sum(rows.map((row) => Number(row['ready_s']))) < (openS * rows.length) / 10
    ) {
      return undefined;
    }
    if (metric.name === 'networkProgramming.pending' && rows[0]!['changes'] === 0) return null;
    if (metric.name.startsWith('dns.') && rows[0]!['dns_lookups'] === 0) return null;
    return worked(metric, rows, openS);
  }

  beforeAll(() => {
    const plans = fc.sample(troubledPlan, { seed: 42, numRuns: 40 });
    for (const plan of plans) {
      const run = simulate(plan, 1);
      const files = filesOf(readRun(plan, run));
      const metrics = new RunMetrics(run);
      const names = plan.clients.map(({ name }) => name);
      for (const metric of METRICS.filter(({ column }) => column !== null)) {
        const queries = queriesOf(plan).filter((query) => query.metric === metric.name);
        const asked =
          metric.scope === 'client'
            ? queries
                .filter(({ client }) => client === null)
                .flatMap((query) => names.map((client) => ({ ...query, client })))
            : // Of several Services together, each metric has a rule of its own.
              queries.filter(
                ({ service }) =>
                  metric.scope !== 'service' || service !== null || plan.services.length === 1,
              );
        for (const query of asked) {
          const value = metrics.value(query);
          const cell = inFiles(metric, query, files);
          if (cell === undefined) continue;
          if (value !== null) seen.add(metric.name);
          expectClose(value, cell, metric);
        }
      }
    }
  });

  it('in every run of forty, where it has a value in one of them', () => {
    const unseen = METRICS.filter(({ name, column }) => column !== null && !seen.has(name));
    const excused = /^(breakdown\.|rollout\.duration$)/;
    expect(unseen.map(({ name }) => name).filter((name) => !excused.test(name))).toEqual([]);
  });
});
