/**
 * What the rows of the result files are made from: the study's data, in the order of the files:
 * variant, replication, window, then client, Service, pod or cause.
 */
import type { FailureReason, RetryEnd } from '../../contract/failures.ts';
import { ERROR_CAUSES } from '../../contract/plan.ts';
import type { ErrorCause, Plan } from '../../contract/plan.ts';
import { LATENCY_BANDS, LATENCY_PARTS } from '../../contract/result.ts';
import type {
  ClientResult,
  ConnectionRecord,
  IntervalResult,
  PodResult,
  RequestRecord,
  RolloutResult,
  RunResult,
  StaleNodeResult,
} from '../../contract/result.ts';
import { quantileOf } from '../../stats/histogram-data.ts';
import { callsPerRequest } from '../../study/figures/calls.ts';
import { pooledParts } from '../../study/figures/breakdown.ts';
import { serviceBalances } from '../../study/figures/service-balance.ts';
import type { ServiceBalance } from '../../study/figures/service-balance.ts';
import type { Study, VariantRuns } from '../../study/study.ts';

/** The run a row belongs to. */
export interface RunIdentity {
  readonly run: RunResult;
}

/** A row of summary.csv. */
export interface SummaryRow extends RunIdentity {
  readonly window: string;
  readonly client: ClientResult;
  readonly windowNs: number;
  /** Attempts of a call for each request of the clients of the scenario; null: it is one of these. */
  readonly callsPerRequest: number | null;
}

/** A row of balance.csv. */
export interface BalanceRow extends RunIdentity {
  readonly window: string;
  readonly balance: ServiceBalance;
}

/** A row of pods.csv. */
export interface PodRow extends RunIdentity {
  readonly pod: PodResult;
  /** Of the Service's requests, 0–1; null where it had none. */
  readonly share: number | null;
  /** Of the Service's time, shared among the pods ready at each instant, 0–1; null where none ever was. */
  readonly fairShare: number | null;
  /** Server-side, ns; null without requests. */
  readonly latencyNsP99: number | null;
}

/** A row of errors.csv. */
export interface ErrorRow extends RunIdentity {
  readonly window: string;
  readonly client: string;
  readonly cause: ErrorCause | 'unfinished';
  readonly count: number;
}

/** A row of failures.csv. */
export interface FailureRow extends RunIdentity {
  readonly window: string;
  readonly client: string;
  readonly cause: ErrorCause | 'unfinished';
  /** Both empty for requests that are unfinished. */
  readonly reason: FailureReason | '';
  readonly retry: RetryEnd | '';
  readonly count: number;
}

/** A row of breakdown.csv: over all replications of a variant. */
export interface BreakdownRow {
  readonly plan: Plan;
  readonly client: string;
  readonly band: string;
  readonly part: string;
  /** Mean over the requests of the band, ns; null where the band is empty. */
  readonly meanNs: number | null;
  /** Of the band's latency, 0–1. */
  readonly share: number | null;
}

/** A row of timeline.csv. */
export interface TimelineRow extends RunIdentity {
  readonly interval: IntervalResult;
}

/** A row of stale.csv. */
export interface StaleRow extends RunIdentity {
  readonly window: string;
  readonly stale: StaleNodeResult;
}

/** A row of rollouts.csv. */
export interface RolloutRow extends RunIdentity {
  /** Counts from 0, in the order in which they began. */
  readonly number: number;
  readonly rollout: RolloutResult;
}

/** A row of connections.csv. */
export interface ConnectionRow extends RunIdentity {
  readonly record: ConnectionRecord;
}

/** A row of requests.csv. */
export interface RequestRow extends RunIdentity {
  readonly record: RequestRecord;
}

/** The rows of summary.csv of one run. */
export function summaryRows(run: RunResult): readonly SummaryRow[] {
  return run.windows.flatMap(({ window, openNs: windowNs }) =>
    run.clients
      .filter((client) => client.window === window)
      .map((client) => ({
        run,
        window,
        client,
        windowNs,
        callsPerRequest: callsPerRequest(run, { window, client: client.client }),
      })),
  );
}

/** The rows of balance.csv of one run. */
export function balanceRows(plan: Plan, run: RunResult): readonly BalanceRow[] {
  return plan.windows.flatMap(({ name: window }) =>
    serviceBalances(run, window).map((balance) => ({ run, window, balance })),
  );
}

/** The rows of pods.csv of one run. */
export function podRows(plan: Plan, run: RunResult): readonly PodRow[] {
  const rows: PodRow[] = [];
  for (const { name: window } of plan.windows) {
    const pods = run.pods.filter((pod) => pod.window === window);
    const totals = new Map<string, { requests: number; fairNs: number }>();
    for (const pod of pods) {
      const total = totals.get(pod.service) ?? { requests: 0, fairNs: 0 };
      total.requests += pod.requests;
      total.fairNs += pod.fairNs;
      totals.set(pod.service, total);
    }
    for (const pod of pods) {
      const total = totals.get(pod.service)!;
      rows.push({
        run,
        pod,
        share: total.requests > 0 ? pod.requests / total.requests : null,
        fairShare: total.fairNs > 0 ? pod.fairNs / total.fairNs : null,
        latencyNsP99: pod.latency.count > 0 ? quantileOf(pod.latency, 0.99) : null,
      });
    }
  }
  return rows;
}

/** The rows of errors.csv of one run: causes that occurred, and requests that the run was cut off from. */
export function errorRows(run: RunResult): readonly ErrorRow[] {
  return summaryRows(run).flatMap(({ window, client }) =>
    [...ERROR_CAUSES, 'unfinished' as const].flatMap((cause) => {
      const count = cause === 'unfinished' ? client.unfinished : (client.errors[cause] ?? 0);
      return count > 0 ? [{ run, window, client: client.client, cause, count }] : [];
    }),
  );
}

/** The rows of failures.csv of one run: those of errors.csv, by reason. */
export function failureRows(run: RunResult): readonly FailureRow[] {
  return summaryRows(run).flatMap(({ window, client }) => {
    const { unfinished } = client;
    const of = { run, window, client: client.client };
    const rows: FailureRow[] = client.failures.map((failure) => ({ ...of, ...failure }));
    if (unfinished === 0) return rows;
    return [...rows, { ...of, cause: 'unfinished', reason: '', retry: '', count: unfinished }];
  });
}

/** The rows of breakdown.csv of one variant: replications weighted by their requests. */
export function breakdownRows(variant: VariantRuns): readonly BreakdownRow[] {
  const rows: BreakdownRow[] = [];
  for (const { name: client } of variant.plan.clients) {
    for (const { name: band } of LATENCY_BANDS) {
      const { meanNs, shares } = pooledParts(
        variant,
        (row) => row.client === client && row.band === band,
      );
      for (const [index, part] of LATENCY_PARTS.entries()) {
        rows.push({
          plan: variant.plan,
          client,
          band,
          part,
          meanNs: meanNs?.[index] ?? null,
          share: shares?.[index] ?? null,
        });
      }
    }
  }
  return rows;
}

/** The rows of timeline.csv of one run. */
export function timelineRows(run: RunResult): readonly TimelineRow[] {
  return run.timeline.map((interval) => ({
    run,
    interval,
  }));
}

/** The rows of stale.csv of one run: nodes that named a pod for longer than it took connections. */
export function staleRows(run: RunResult): readonly StaleRow[] {
  return run.staleView.flatMap(({ window, nodes }) =>
    nodes.map((stale) => ({ run, window, stale })),
  );
}

/** The rows of rollouts.csv of one run. */
export function rolloutRows(run: RunResult): readonly RolloutRow[] {
  return run.rollouts.map((rollout, number) => ({ run, number, rollout }));
}

/** Every run of a study with its plan, in the order of the files. */
export function runsOf(study: Study): readonly { readonly plan: Plan; readonly run: RunResult }[] {
  return study.variants.flatMap(({ plan, runs }) => runs.map((run) => ({ plan, run })));
}
