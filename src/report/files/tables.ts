/** The result files as tables: one list of columns each, and the rows that a study gives them. */
import { ERROR_CAUSES } from '../../contract/plan.ts';
import { LATENCY_PARTS } from '../../contract/result.ts';
import type { HistogramData, LatencyPart } from '../../contract/result.ts';
import { meanOf, quantileOf } from '../../stats/histogram-data.ts';
import { requestsLost } from '../../study/figures/rollouts.ts';
import type { Study } from '../../study/study.ts';
import { count, milliseconds, rate, ratio, seconds, text } from './columns.ts';
import type { Column } from './columns.ts';
import {
  balanceRows,
  breakdownRows,
  errorRows,
  failureRows,
  podRows,
  rolloutRows,
  runsOf,
  staleRows,
  summaryRows,
  timelineRows,
} from './rows.ts';
import type {
  BalanceRow,
  BreakdownRow,
  ConnectionRow,
  ErrorRow,
  FailureRow,
  PodRow,
  RequestRow,
  RolloutRow,
  RunIdentity,
  StaleRow,
  SummaryRow,
  TimelineRow,
} from './rows.ts';

/** What names the run of a row: the first columns of most files. */
export const RUN_COLUMNS: readonly Column<RunIdentity>[] = [
  text('scenario', (row) => row.run.scenario),
  text('variant', (row) => row.run.variant),
  count('replication', (row) => row.run.replication),
  count('seed', (row) => row.run.seed),
];

const quantile = (latency: HistogramData, q: number): number | null =>
  latency.count > 0 ? quantileOf(latency, q) : null;

/** Those that a run was cut off from are no successes either. */
const failed = (row: SummaryRow): number => row.client.requests - row.client.succeeded;

export const SUMMARY: readonly Column<SummaryRow>[] = [
  text('window', (row) => row.window),
  text('client', (row) => row.client.client),
  count('requests', (row) => row.client.requests),
  count('succeeded', (row) => row.client.succeeded),
  count('errors', failed),
  ratio('error_ratio', (row) =>
    row.client.requests > 0 ? failed(row) / row.client.requests : null,
  ),
  rate('throughput_rps', (row) =>
    row.windowNs > 0 ? row.client.completed / (row.windowNs / 1e9) : null,
  ),
  milliseconds('latency_ms_mean', (row) =>
    row.client.latency.count > 0 ? meanOf(row.client.latency) : null,
  ),
  milliseconds('latency_ms_p50', (row) => quantile(row.client.latency, 0.5)),
  milliseconds('latency_ms_p90', (row) => quantile(row.client.latency, 0.9)),
  milliseconds('latency_ms_p95', (row) => quantile(row.client.latency, 0.95)),
  milliseconds('latency_ms_p99', (row) => quantile(row.client.latency, 0.99)),
  milliseconds('latency_ms_p999', (row) => quantile(row.client.latency, 0.999)),
  milliseconds('latency_ms_max', (row) =>
    row.client.latency.count > 0 ? row.client.latency.max : null,
  ),
  ratio('attempts_per_request', ({ client: { attempts, requests } }) =>
    requests > 0 ? attempts / requests : null,
  ),
  ratio('calls_per_request', (row) => row.callsPerRequest),
];

export const BALANCE: readonly Column<BalanceRow>[] = [
  text('window', (row) => row.window),
  text('service', (row) => row.balance.service),
  count('pods', (row) => row.balance.pods),
  count('requests', (row) => row.balance.requests),
  ratio('max_over_mean', (row) => row.balance.maxOverMean),
  ratio('min_over_mean', (row) => row.balance.minOverMean),
  ratio('cv', (row) => row.balance.cv),
  ratio('jain', (row) => row.balance.jain),
  ratio('chi_square', (row) => row.balance.chiSquare),
  ratio('p_value', (row) => row.balance.pValue),
];

export const PODS: readonly Column<PodRow>[] = [
  text('window', (row) => row.pod.window),
  text('service', (row) => row.pod.service),
  text('pod', (row) => row.pod.pod),
  text('node', (row) => row.pod.node),
  text('zone', (row) => row.pod.zone),
  count('requests', (row) => row.pod.requests),
  ratio('share', (row) => row.share),
  ratio('fair_share', (row) => row.fairShare),
  count('connections', (row) => row.pod.connections),
  ratio('in_flight_mean', (row) => row.pod.inFlightMean),
  count('in_flight_max', (row) => row.pod.inFlightMax),
  milliseconds('queue_ms_mean', (row) => (row.pod.requests > 0 ? row.pod.queueNsMean : null)),
  milliseconds('latency_ms_p99', (row) => row.latencyNsP99),
  ratio('utilisation', (row) => row.pod.utilisation),
  seconds('ready_s', (row) => row.pod.readyNs),
];

export const ERRORS: readonly Column<ErrorRow>[] = [
  text('window', (row) => row.window),
  text('client', (row) => row.client),
  text('cause', (row) => row.cause),
  count('count', (row) => row.count),
];

export const FAILURES: readonly Column<FailureRow>[] = [
  text('window', (row) => row.window),
  text('client', (row) => row.client),
  text('cause', (row) => row.cause),
  text('reason', (row) => row.reason),
  text('retry', (row) => row.retry),
  count('count', (row) => row.count),
];

export const BREAKDOWN: readonly Column<BreakdownRow>[] = [
  text('scenario', (row) => row.plan.scenario),
  text('variant', (row) => row.plan.variant),
  text('client', (row) => row.client),
  text('band', (row) => row.band),
  text('part', (row) => row.part),
  milliseconds('mean_ms', (row) => row.meanNs),
  ratio('share', (row) => row.share),
];

export const TIMELINE: readonly Column<TimelineRow>[] = [
  seconds('at_s', (row) => row.interval.atNs),
  count('requests', (row) => row.interval.requests),
  count('errors', (row) => row.interval.errors),
  milliseconds('latency_ms_p50', (row) => quantile(row.interval.latency, 0.5)),
  milliseconds('latency_ms_p99', (row) => quantile(row.interval.latency, 0.99)),
  count('ready_pods', (row) => row.interval.readyPods),
];

export const STALE: readonly Column<StaleRow>[] = [
  text('window', (row) => row.window),
  text('node', (row) => row.stale.node),
  text('zone', (row) => row.stale.zone),
  count('pods', (row) => row.stale.pods),
  milliseconds('stale_ms_mean', (row) => row.stale.totalNs / row.stale.pods),
  milliseconds('stale_ms_max', (row) => row.stale.maxNs),
  milliseconds('stale_ms_total', (row) => row.stale.totalNs),
];

export const ROLLOUTS: readonly Column<RolloutRow>[] = [
  count('rollout', (row) => row.number),
  text('workload', (row) => row.rollout.workload),
  text('namespace', (row) => row.rollout.namespace),
  text('window', (row) => row.rollout.window ?? ''),
  seconds('started_s', (row) => row.rollout.startedNs),
  seconds('completed_s', (row) => row.rollout.completedNs),
  count('deadline_exceeded', (row) => (row.rollout.deadlineExceeded ? 1 : 0)),
  count('requests', (row) => row.rollout.requests),
  count('lost', (row) => requestsLost(row.rollout)),
  count('lost_late', (row) => row.rollout.lateErrors),
  count('unfinished', (row) => row.rollout.unfinished),
  ...ERROR_CAUSES.map((cause) => count(cause, (row: RolloutRow) => row.rollout.errors[cause] ?? 0)),
];

export const CONNECTIONS: readonly Column<ConnectionRow>[] = [
  ...RUN_COLUMNS.slice(0, 3),
  count('connection', (row) => row.record.connection),
  text('client', (row) => row.record.client),
  text('client_ip', (row) => row.record.clientIp),
  count('client_port', (row) => row.record.clientPort),
  text('node', (row) => row.record.node),
  text('service', (row) => row.record.service),
  milliseconds('opened_ms', (row) => row.record.openedNs),
  milliseconds('closed_ms', (row) => row.record.closedNs),
  text('verdict', (row) => row.record.verdict),
  text('pod', (row) => row.record.pod),
  text('endpoint', (row) => row.record.endpoint),
  count('requests', (row) => row.record.requests),
];

const part = (name: LatencyPart): Column<RequestRow> => {
  const index = LATENCY_PARTS.indexOf(name);
  return milliseconds(`${name}_ms`, (row) => row.record.partsNs[index] ?? null);
};

export const REQUESTS: readonly Column<RequestRow>[] = [
  ...RUN_COLUMNS.slice(0, 3),
  count('request', (row) => row.record.request),
  text('client', (row) => row.record.client),
  text('node', (row) => row.record.node),
  text('pod', (row) => row.record.pod),
  milliseconds('issued_ms', (row) => row.record.issuedNs),
  milliseconds('latency_ms', (row) => row.record.latencyNs),
  text('outcome', (row) => row.record.outcome),
  count('attempts', (row) => row.record.attempts),
  ...LATENCY_PARTS.map(part),
];

/** A result file in the making: its columns, and its rows in blocks, so that no file is ever held whole. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  blocks(study: Study): Iterable<readonly (readonly string[])[]>;
}

/** A table with one block of rows for each block that `rowsOf` gives. */
const table = <Row>(
  name: string,
  columns: readonly Column<Row>[],
  rowsOf: (study: Study) => Iterable<readonly Row[]>,
): Table => ({
  name,
  columns: columns.map((column) => column.name),
  *blocks(study): Iterable<readonly (readonly string[])[]> {
    for (const rows of rowsOf(study)) {
      yield rows.map((row) => columns.map((column) => column.cell(row)));
    }
  },
});

/** Rows of one run after the other, with what names the run in front. */
function* perRun<Row>(
  study: Study,
  rowsOf: (plan: Study['variants'][number]['plan'], run: RunIdentity['run']) => readonly Row[],
): Iterable<readonly Row[]> {
  for (const { plan, run } of runsOf(study)) yield rowsOf(plan, run);
}

/** Records at a time: some megabytes of text. */
const RECORDS_PER_BLOCK = 20_000;

/** The records of one run after the other, in blocks. */
function* perRecord<Record>(
  study: Study,
  recordsOf: (run: RunIdentity['run']) => readonly Record[] | undefined,
): Iterable<readonly (RunIdentity & { readonly record: Record })[]> {
  for (const { run } of runsOf(study)) {
    const records = recordsOf(run) ?? [];
    for (let at = 0; at < records.length; at += RECORDS_PER_BLOCK) {
      yield records.slice(at, at + RECORDS_PER_BLOCK).map((record) => ({ run, record }));
    }
  }
}

/** The files that every study leaves, in the order in which they are listed. */
export const TABLES: readonly Table[] = [
  table('summary', [...RUN_COLUMNS, ...SUMMARY], (study) =>
    perRun(study, (_, run) => summaryRows(run)),
  ),
  table('balance', [...RUN_COLUMNS, ...BALANCE], (study) => perRun(study, balanceRows)),
  table('pods', [...RUN_COLUMNS, ...PODS], (study) => perRun(study, podRows)),
  table('errors', [...RUN_COLUMNS, ...ERRORS], (study) =>
    perRun(study, (_, run) => errorRows(run)),
  ),
  table('failures', [...RUN_COLUMNS, ...FAILURES], (study) =>
    perRun(study, (_, run) => failureRows(run)),
  ),
  table('breakdown', BREAKDOWN, (study) => study.variants.map(breakdownRows)),
  table('timeline', [...RUN_COLUMNS, ...TIMELINE], (study) =>
    perRun(study, (_, run) => timelineRows(run)),
  ),
  table('stale', [...RUN_COLUMNS, ...STALE], (study) => perRun(study, (_, run) => staleRows(run))),
  table('rollouts', [...RUN_COLUMNS, ...ROLLOUTS], (study) =>
    perRun(study, (_, run) => rolloutRows(run)),
  ),
];

/** The files that are written where they are asked for. */
export const EXPORT_TABLES: readonly Table[] = [
  table('connections', CONNECTIONS, (study) => perRecord(study, (run) => run.connections)),
  table('requests', REQUESTS, (study) => perRecord(study, (run) => run.requests)),
];
