/**
 * Traces of requests of one run. The slowest are known only when it is over: it is done twice then, once to find them and
 * once to write them down, which comes to the same by rule D4 of docs/determinism.md.
 */
import { deriveSeed } from '../base/seed.ts';
import type { Plan } from '../contract/plan.ts';
import type { RunOptions, RunResult } from '../contract/result.ts';
import type { RequestTrace } from '../contract/trace.ts';
import { startRun } from './start-run.ts';

/** Which requests: by their numbers, or so many of the slowest of the measurement. */
export type Traced =
  | { readonly kind: 'requests'; readonly requests: readonly number[] }
  | { readonly kind: 'slowest'; readonly count: number };

/** How far a run is that is done for a trace; it may take several. */
export interface TraceProgress {
  readonly run: number;
  readonly runs: number;
  readonly simulatedNs: number;
  readonly endNs: number;
  readonly events: number;
}

export interface TraceOptions {
  readonly replication: number;
  readonly onProgress?: ((progress: TraceProgress) => void) | undefined;
}

/** What was traced, in the order asked for, each followed by the calls that were made for it; the slowest first. Requests that the run did not have are missing. */
export interface TracedRun {
  readonly plan: Plan;
  readonly result: RunResult;
  readonly traces: readonly RequestTrace[];
}

/** Events between two tellings of progress. */
const SLICE_EVENTS = 65_536;

/** @throws InvariantError for a bug of ours. */
export function traceRun(plan: Plan, which: Traced, options: TraceOptions): TracedRun {
  const runs = which.kind === 'slowest' ? 2 : 1;
  const requests =
    which.kind === 'requests'
      ? which.requests
      : runOnce(plan, { slowest: which.count }, { ...options, run: 0, runs }).slowest!;
  const result = runOnce(plan, { trace: requests }, { ...options, run: runs - 1, runs });
  const byNumber = new Map(result.traces!.map((trace) => [trace.request, trace]));
  const traces = requests.flatMap((request) => {
    const trace = byNumber.get(request);
    return trace === undefined ? [] : withCalls(trace, result.traces!);
  });
  return { plan, result, traces: [...new Set(traces)] };
}

/** A trace, and behind it those of the calls that were made for it, each followed by its own. */
const withCalls = (trace: RequestTrace, all: readonly RequestTrace[]): readonly RequestTrace[] => [
  trace,
  ...all.filter(({ parent }) => parent === trace.request).flatMap((call) => withCalls(call, all)),
];

function runOnce(
  plan: Plan,
  asked: RunOptions,
  { replication, onProgress, run, runs }: TraceOptions & { run: number; runs: number },
): RunResult {
  const one = startRun(plan, deriveSeed(plan.seed, replication), { ...asked, replication });
  while (!one.advance(SLICE_EVENTS)) {
    const { simulatedNs, endNs, events } = one;
    onProgress?.({ run, runs, simulatedNs, endNs, events });
  }
  return one.result();
}
