/**
 * result.json: the study as one document. The same rows as in the CSV files, in the same order and
 * with the same decimals, without the columns that the document's own structure already says;
 * beside them seeds, fingerprints, thresholds and latency histograms.
 */
import { MODEL_VERSION } from '../../base/model-version.ts';
import type { Plan } from '../../contract/plan.ts';
import type { HistogramData, RunResult } from '../../contract/result.ts';
import { meanOf, quantileOf } from '../../stats/histogram-data.ts';
import type { Conclusion } from '../../study/conclusion.ts';
import type { RunFigures, VariantFigures } from '../../study/figures/run-figures.ts';
import { metricKey } from '../../study/figures/query.ts';
import type { Precision } from '../../study/replications/precision.ts';
import type { ShortRuns } from '../../study/replications/short-runs.ts';
import type { ShortWarmUp } from '../../study/replications/warm-up.ts';
import type { VariantRuns } from '../../study/study.ts';
import type { Judgement } from '../../study/thresholds.ts';
import { comparisonJson } from './comparison-files.ts';
import { millisecondsCell } from './columns.ts';
import type { Column } from './columns.ts';
import { jsonNumber } from './json-number.ts';
import {
  balanceRows,
  breakdownRows,
  errorRows,
  failureRows,
  podRows,
  rolloutRows,
  staleRows,
  summaryRows,
  timelineRows,
} from './rows.ts';
import {
  BALANCE,
  BREAKDOWN,
  ERRORS,
  FAILURES,
  PODS,
  ROLLOUTS,
  STALE,
  SUMMARY,
  TIMELINE,
} from './tables.ts';
import { jsonWhy } from './why-json.ts';

/** Raised when a field of result.json changes its meaning or goes away. */
export const SCHEMA_VERSION = 1;

/** Turns a histogram of nanoseconds into the text in which result.json holds it. */
export type HistogramEncoder = (histogram: HistogramData) => string;

/** A row as a JSON object, numbers with the decimals of the CSV files, empty cells as null. */
function jsonRow<Row>(columns: readonly Column<Row>[], row: Row): string {
  const fields = columns.map((column) => {
    const cell = column.cell(row);
    const value = column.text ? JSON.stringify(cell) : cell === '' ? 'null' : cell;
    return `${JSON.stringify(column.name)}:${value}`;
  });
  return `{${fields.join(',')}}`;
}

const jsonRows = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string =>
  `[${rows.map((row) => jsonRow(columns, row)).join(',')}]`;

export function jsonJudgement(judgement: Judgement): object {
  const { threshold, estimate } = judgement;
  return {
    expr: threshold.expr,
    during: threshold.during,
    severity: threshold.severity,
    status: judgement.status,
    value: jsonNumber(judgement.value),
    limit: threshold.value,
    margin: jsonNumber(judgement.margin),
    client: threshold.client,
    service: threshold.service,
    holds: judgement.holds,
    replications: estimate?.n ?? 0,
    low: jsonNumber(estimate?.low),
    high: jsonNumber(estimate?.high),
    interval: estimate?.method ?? null,
    replications_needed: judgement.replicationsNeeded,
  };
}

const jsonPrecision = ({ goal, reached, variant, ratio, needed }: Precision): object => ({
  metric: metricKey(goal.query),
  wanted: goal.ratio,
  max_replications: goal.maxReplications,
  reached,
  least_precise_variant: variant,
  half_width_ratio: jsonNumber(ratio),
  replications_needed: needed,
});

const jsonShortWarmUp = (found: ShortWarmUp): object => ({
  variant: found.variant,
  method: 'MSER',
  cut_ms: Number(millisecondsCell(found.cut)),
  warm_up_needed_ms: Number(millisecondsCell(found.warmUp)),
  cut_ms_mean: Number(millisecondsCell(found.cutMean)),
  rest_ms_mean: Number(millisecondsCell(found.restMean)),
  p_value: jsonNumber(found.pValue),
});

const jsonShortRuns = (found: ShortRuns): object => ({
  variant: found.variant,
  metric: found.metric,
  ms_mean: Number(millisecondsCell(found.mean)),
  ms_half_width: Number(millisecondsCell(found.halfWidth)),
  ms_all_runs: Number(millisecondsCell(found.pooled)),
});

function jsonBatchMeans({ batchMeans }: RunFigures): object | null {
  if (batchMeans === null) return null;
  return { batches: batchMeans.batches, intervals: batchMeans.intervals };
}

function jsonTotals(run: RunResult): string {
  const { totals } = run;
  return JSON.stringify({
    events: totals.events,
    issued: totals.issued,
    succeeded: totals.succeeded,
    failed: totals.failed,
    unfinished: totals.unfinished,
    connections_opened: totals.connectionsOpened,
    connections_closed: totals.connectionsClosed,
    connections_open: totals.connectionsOpen,
    little_l: jsonNumber(totals.littleL),
    little_lambda_rps: jsonNumber(totals.littleLambda),
    little_w_ms: Number(millisecondsCell(totals.littleW)),
    syncs: totals.syncs,
    sync_failures: totals.syncFailures,
    programming_ms_mean: Number(millisecondsCell(totals.programmingNsMean)),
    programming_ms_max: Number(millisecondsCell(totals.programmingNsMax)),
    dns_lookups: totals.dns.lookups,
    dns_failures: totals.dns.failures,
    dns_queries: totals.dns.queries,
    dns_queries_served: totals.dns.served,
  });
}

/** For how long each window was open, and how many pods stopped in it. */
function jsonWindows({ windows, staleView }: RunResult): object[] {
  return windows.map(({ window, openNs }, i) => ({
    window,
    open_s: openNs / 1e9,
    pods_stopped: staleView[i]!.stopped,
  }));
}

/** One object a window; latencies in ms as everywhere, and all of them as a histogram. */
function jsonNetworkProgramming(run: RunResult, encode: HistogramEncoder): string {
  const windows = run.networkProgramming.map(({ window, changes, pending, latency }) => {
    const cell = (value: number): number | null =>
      latency.count === 0 ? null : Number(millisecondsCell(value));
    return {
      window,
      changes,
      pending,
      ms_mean: cell(meanOf(latency)),
      ms_p50: cell(quantileOf(latency, 0.5)),
      ms_p90: cell(quantileOf(latency, 0.9)),
      ms_p99: cell(quantileOf(latency, 0.99)),
      ms_max: cell(latency.max),
      latency_ns: encode(latency),
    };
  });
  return JSON.stringify(windows);
}

function* runChunks(
  plan: Plan,
  { run, figures }: { readonly run: RunResult; readonly figures: RunFigures },
  encode: HistogramEncoder,
): Iterable<string> {
  yield `{"replication":${run.replication},"seed":${run.seed}`;
  yield `,"fingerprint":${JSON.stringify(run.fingerprint)},"totals":${jsonTotals(run)}`;
  // Not rounded: what is read again is compared.
  yield `,"metrics":${JSON.stringify(figures.values)}`;
  yield `,"batch_means":${JSON.stringify(jsonBatchMeans(figures))}`;
  yield `,"summary":${jsonRows(SUMMARY, summaryRows(run))}`;
  yield `,"balance":${jsonRows(BALANCE, balanceRows(plan, run))}`;
  yield `,"pods":${jsonRows(PODS, podRows(plan, run))}`;
  yield `,"errors":${jsonRows(ERRORS, errorRows(run))}`;
  yield `,"failures":${jsonRows(FAILURES, failureRows(run))}`;
  yield `,"timeline":${jsonRows(TIMELINE, timelineRows(run))}`;
  yield `,"windows":${JSON.stringify(jsonWindows(run))}`;
  yield `,"stale":${jsonRows(STALE, staleRows(run))}`;
  if (run.sessions !== undefined) yield `,"sessions":${JSON.stringify(run.sessions)}`;
  yield `,"rollouts":${jsonRows(ROLLOUTS, rolloutRows(run))}`;
  yield `,"networkProgramming":${jsonNetworkProgramming(run, encode)}`;
  const histograms = summaryRows(run).map(({ window, client }) => ({
    window,
    client: client.client,
    latency_ns: encode(client.latency),
  }));
  yield `,"histograms":${JSON.stringify(histograms)}}`;
}

function* variantChunks(
  { plan, runs }: VariantRuns,
  {
    figures,
    judgements,
  }: { readonly figures: VariantFigures; readonly judgements: readonly Judgement[] },
  encode: HistogramEncoder,
): Iterable<string> {
  yield `{"variant":${JSON.stringify(plan.variant)},"planDigest":"${figures.planDigest}"`;
  yield `,"thresholds":${JSON.stringify(judgements.map(jsonJudgement))}`;
  // The variant is said above; the file's first two columns repeat it.
  yield `,"breakdown":${jsonRows(BREAKDOWN.slice(2), breakdownRows({ plan, runs }))}`;
  yield `,"why":${JSON.stringify(jsonWhy({ plan, runs }))}`;
  yield ',"runs":[';
  for (const [index, run] of runs.entries()) {
    yield index === 0 ? '\n' : ',\n';
    yield* runChunks(plan, { run, figures: figures.runs[index]! }, encode);
  }
  yield ']}';
}

/** The document in pieces. `encode` writes a histogram, see histogram-encoding.ts. */
export function* resultJsonChunks(
  { study, figures, judgements, comparison, shortWarmUps, shortRuns, fingerprint }: Conclusion,
  encode: HistogramEncoder,
): Iterable<string> {
  const plan = study.variants[0]!.plan;
  const head = {
    schemaVersion: SCHEMA_VERSION,
    modelVersion: MODEL_VERSION,
    scenario: plan.scenario,
    question: plan.question,
    partial: study.partial,
    seed: plan.seed,
    replications: plan.replications,
    fingerprint,
    warm_up_ms: Number(millisecondsCell(plan.warmUp)),
    duration_ms: Number(millisecondsCell(plan.duration)),
    histogramEncoding: 'HdrHistogram V2, compressed, base64; values in ns',
    precision: study.precision == null ? null : jsonPrecision(study.precision),
    short_warm_ups: shortWarmUps.map(jsonShortWarmUp),
    short_runs: shortRuns.map(jsonShortRuns),
    comparison: comparison === null ? null : comparisonJson(comparison),
  };
  yield JSON.stringify(head).slice(0, -1);
  yield ',"variants":[';
  for (const [index, variant] of study.variants.entries()) {
    yield index === 0 ? '\n' : ',\n';
    yield* variantChunks(
      variant,
      { figures: figures[index]!, judgements: judgements[index] ?? [] },
      encode,
    );
  }
  yield '\n]}\n';
}
