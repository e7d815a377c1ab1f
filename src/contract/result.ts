/**
 * The RunResult: what one run found, as plain, serialisable data. `world/` writes it; `study/`
 * collects it over replications and variants, `report/` renders it.
 *
 * Populations. A request belongs to a window when it was *due* in it, however late it ended; the
 * run goes on after its end, without new arrivals, until every measured request has ended. Latency
 * counts from the moment a request was due, over all its attempts, whatever its outcome.
 */
import type { FailureReason, RetryEnd } from './failures.ts';
import type { ErrorCause } from './plan.ts';
import type { RequestTrace } from './trace.ts';
import type { OpenTrace } from './traffic/trace.ts';

/** The parts of a latency, in the order in which files list them. They add up to it. */
export const LATENCY_PARTS = [
  'dns',
  'pool',
  'connect',
  'proxy',
  'network',
  'queue',
  'service',
  'calls',
  'retry',
] as const;
/** Indices into LATENCY_PARTS, for arrays of nanoseconds by part. */
export const DNS = 0;
export const POOL = 1;
export const CONNECT = 2;
export const PROXY = 3;
export const NETWORK = 4;
export const QUEUE = 5;
export const SERVICE = 6;
export const CALLS = 7;
export const RETRY = 8;
export type LatencyPart = (typeof LATENCY_PARTS)[number];

/** Bands of the latency distribution in breakdown.csv, by quantile, half-open [from, to). */
export const LATENCY_BANDS = [
  { name: 'p0-p50', from: 0, to: 0.5 },
  { name: 'p50-p90', from: 0.5, to: 0.9 },
  { name: 'p90-p99', from: 0.9, to: 0.99 },
  { name: 'p99-p99.9', from: 0.99, to: 0.999 },
  { name: 'p99.9-p100', from: 0.999, to: 1 },
] as const;

/**
 * Narrow bands around the percentiles that are printed: from half of what lies beyond the percentile below it
 * to as much above it. What a request at that percentile is made of is the mean over the band.
 */
export const PERCENTILE_BANDS = [
  { name: 'p50', from: 0.25, to: 0.75 },
  { name: 'p90', from: 0.85, to: 0.95 },
  { name: 'p99', from: 0.985, to: 0.995 },
  { name: 'p99.9', from: 0.9985, to: 0.9995 },
] as const;
export type PercentileName = (typeof PERCENTILE_BANDS)[number]['name'];

/** A window as it was in one run. */
export interface WindowResult {
  readonly window: string;
  /** For how long it was open, ns. */
  readonly openNs: number;
}

/** A latency histogram as data: log-linear buckets, see stats/histogram.ts. Values in nanoseconds. */
export interface HistogramData {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Sub-buckets per power of two, as a power of two. */
  readonly precision: number;
  /** Index of the first bucket of `counts`. */
  readonly offset: number;
  readonly counts: readonly number[];
}

/** Requests that failed alike. */
export interface FailureCount {
  readonly cause: ErrorCause;
  readonly reason: FailureReason;
  readonly retry: RetryEnd;
  readonly count: number;
}

/** How long circuit breakers were open. */
export interface CircuitTime {
  /** Summed over client pods, ns. */
  readonly openNs: number;
  /** For how long the window was open, times the client's pods, ns. */
  readonly podNs: number;
}

export interface ClientResult {
  readonly client: string;
  /** The workload whose pods made its requests for others (`deployment/checkout`); left out of clients of their own. */
  readonly calledBy?: string;
  readonly window: string;
  /** Due in the window: succeeded + errors + unfinished. */
  readonly requests: number;
  readonly succeeded: number;
  /** Succeeded while the window was open, whenever they were due: what throughput counts. */
  readonly completed: number;
  /** Failed requests by the cause of their last attempt; causes without any are left out. */
  readonly errors: Partial<Record<ErrorCause, number>>;
  /** The same, by reason as well: without those of which there were none. */
  readonly failures: readonly FailureCount[];
  /** Still in flight when the run was cut off. */
  readonly unfinished: number;
  /** Over all attempts of the requests. */
  readonly attempts: number;
  readonly latency: HistogramData;
  /** Absent: it has no circuit breaker. */
  readonly circuit?: CircuitTime;
}

/** Sessions of a client: begun = completed + failed + open. */
export interface SessionResult {
  readonly client: string;
  readonly begun: number;
  /** Had all their requests. */
  readonly completed: number;
  /** Ended before, by an error or with the node of their client pod. */
  readonly failed: number;
  /** Had requests to come at the end of the measurement. */
  readonly open: number;
}

/** Mean time per part in one band of one client's latencies, window `all`. */
export interface BreakdownResult {
  readonly client: string;
  /** As of ClientResult. */
  readonly calledBy?: string;
  readonly band: string;
  readonly count: number;
  /** Nanoseconds, by LATENCY_PARTS. */
  readonly meanNs: readonly number[];
}

/** The same around one percentile of the latencies of all clients: see PERCENTILE_BANDS. */
export interface PercentileResult {
  readonly percentile: PercentileName;
  readonly count: number;
  readonly meanNs: readonly number[];
}

/**
 * Connections of clients of a Service to one of its pods that carried more than one request each from the start of the
 * measurement on. A pod that had none has no row.
 */
export interface SharedConnectionsResult {
  readonly service: string;
  readonly pod: string;
  readonly connections: number;
  /** Attempts sent over these, and the sum over them of its square. */
  readonly requests: number;
  readonly squares: number;
}

/** One pod of one Service in one window. Attempts that reached it, whatever their outcome. */
export interface PodResult {
  readonly service: string;
  readonly pod: string;
  readonly node: string;
  readonly zone: string;
  readonly window: string;
  readonly requests: number;
  /** Connections opened to it. */
  readonly connections: number;
  readonly inFlightMean: number;
  readonly inFlightMax: number;
  readonly queueNsMean: number;
  /** Server-side: from arrival at the pod to the end of service. */
  readonly latency: HistogramData;
  /** Busy workers over all workers, time average over the window, 0–1. */
  readonly utilisation: number;
  /** Time for which the pod was ready in truth, ns. */
  readonly readyNs: number;
  /**
   * The window's time shared out equally, at each instant, among the Service's pods that are ready then and
   * not terminating: this pod's part, ns. Over all pods it adds up to the time for which there was any.
   */
  readonly fairNs: number;
}

/** One interval of simulated time, counted from the start of the measurement, over all clients. */
export interface IntervalResult {
  readonly atNs: number;
  readonly requests: number;
  readonly errors: number;
  readonly latency: HistogramData;
  /** Ready pods, of all Services that are called, at the end of the interval. */
  readonly readyPods: number;
}

/**
 * How long changes of endpoints took from the pod to the rules of each node that serves clients: one
 * value a node and change of a Service. A change belongs to a window when it was caused in it.
 */
export interface NetworkProgrammingResult {
  readonly window: string;
  /** Changes × nodes that they were sent to. */
  readonly changes: number;
  /** Of these, not in force when the run ended. */
  readonly pending: number;
  /** Of those that were, ns. */
  readonly latency: HistogramData;
}

/** The stale view of a node in a window: for how long its rules named pods that took no new connections any more. */
export interface StaleNodeResult {
  readonly node: string;
  readonly zone: string;
  /** Pods that were named for a while after they had stopped, as often as they had. */
  readonly pods: number;
  /** Over these, and of the one named longest, ns. */
  readonly totalNs: number;
  readonly maxNs: number;
}

/** A pod's stop belongs to a window that was open then, and so does how long nodes named it after that. */
export interface StaleViewResult {
  readonly window: string;
  /** How often a pod behind a Service that is called stopped taking connections. */
  readonly stopped: number;
  /** Nodes with clients that named one of them for any time. */
  readonly nodes: readonly StaleNodeResult[];
}

/** A rollout, and what it cost those who call the Services that its workload backs. */
export interface RolloutResult {
  /** `deployment/checkout`, and its namespace. */
  readonly workload: string;
  readonly namespace: string;
  /** The window that its action opened; null: none. */
  readonly window: string | null;
  /** From the start of the measurement, ns; completedNs null: not before the run ended, or replaced by another. */
  readonly startedNs: number;
  readonly completedNs: number | null;
  readonly deadlineExceeded: boolean;
  /** Until it was complete, was given up or replaced, or the measurement ended, ns from the start of the measurement. */
  readonly endedNs: number;
  /** Requests that were due to these Services from its start to its end. */
  readonly requests: number;
  /** Those of them that failed, by cause; and those that failed after its end at pods that it had ended. */
  readonly errors: Partial<Record<ErrorCause, number>>;
  /** How many of `errors` are of the latter. */
  readonly lateErrors: number;
  /** Still in flight when the run was cut off. */
  readonly unfinished: number;
}

export type Verdict = 'forwarded' | 'rejected' | 'dropped' | 'unrouted';

/** A row of connections.csv. Instants in ns; closedNs null: open at the end. */
export interface ConnectionRecord {
  readonly connection: number;
  readonly client: string;
  readonly clientIp: string;
  readonly clientPort: number;
  readonly node: string;
  readonly service: string;
  readonly openedNs: number;
  readonly closedNs: number | null;
  readonly verdict: Verdict;
  readonly pod: string;
  readonly endpoint: string;
  readonly requests: number;
}

/** A row of requests.csv: one measured request, with its parts by LATENCY_PARTS. */
export interface RequestRecord {
  readonly request: number;
  readonly client: string;
  readonly node: string;
  readonly pod: string;
  readonly issuedNs: number;
  readonly latencyNs: number;
  /** `ok` or the cause of failure. */
  readonly outcome: 'ok' | ErrorCause;
  readonly attempts: number;
  readonly partsNs: readonly number[];
}

export interface RunResult {
  readonly scenario: string;
  readonly variant: string;
  readonly replication: number;
  /** The seed that reproduces this run alone. */
  readonly seed: number;
  /** Hexadecimal digests: of every event fired, and of every figure below. */
  readonly fingerprint: { readonly trajectory: string; readonly result: string };
  /** One a window of the plan, in its order. */
  readonly windows: readonly WindowResult[];
  readonly clients: readonly ClientResult[];
  readonly breakdown: readonly BreakdownResult[];
  /** One a band of PERCENTILE_BANDS. */
  readonly percentiles: readonly PercentileResult[];
  readonly pods: readonly PodResult[];
  readonly sharedConnections: readonly SharedConnectionsResult[];
  readonly timeline: readonly IntervalResult[];
  /** One a window. */
  readonly networkProgramming: readonly NetworkProgrammingResult[];
  /** One a window. */
  readonly staleView: readonly StaleViewResult[];
  /** Of clients whose requests come in sessions, the warm-up included; left out where there are none. */
  readonly sessions?: readonly SessionResult[];
  /** In the order in which they began. */
  readonly rollouts: readonly RolloutResult[];
  readonly totals: {
    readonly events: number;
    /** Requests issued, the warm-up included: succeeded + failed + unfinished. */
    readonly issued: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly unfinished: number;
    readonly connectionsOpened: number;
    readonly connectionsClosed: number;
    readonly connectionsOpen: number;
    /** Time average of requests in flight over the measurement, arrival rate (1/s) and mean latency (ns): L = λW. */
    readonly littleL: number;
    readonly littleLambda: number;
    readonly littleW: number;
    /** Of DNS: calls of getaddrinfo() and those that failed, queries of client pods, queries that reached CoreDNS. */
    readonly dns: {
      readonly lookups: number;
      readonly failures: number;
      readonly queries: number;
      readonly served: number;
    };
    /** Syncs of all kube-proxies that succeeded, and that failed. */
    readonly syncs: number;
    readonly syncFailures: number;
    /** Longest and mean delay from a change in a pod to the rules of a node that serves clients, ns. */
    readonly programmingNsMean: number;
    readonly programmingNsMax: number;
  };
  /** Only where asked for. */
  readonly connections?: readonly ConnectionRecord[];
  readonly requests?: readonly RequestRecord[];
  /** Numbers of the slowest measured requests, the slowest first. */
  readonly slowest?: readonly number[];
  /** Of those requests that were asked for and were due, by their numbers. */
  readonly traces?: readonly RequestTrace[];
}

/** What a run may be asked for beyond its figures. */
export interface RunOptions {
  readonly replication?: number;
  readonly recordConnections?: boolean;
  readonly recordRequests?: boolean;
  /** How many of the slowest measured requests are to be named. */
  readonly slowest?: number;
  /** Numbers of requests to be traced. */
  readonly trace?: readonly number[];
  /** Opens the traces that the plan's arrivals name. */
  readonly traces?: OpenTrace;
}
