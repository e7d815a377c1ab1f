/**
 * What a study will cost, from a short pilot: the first stretch of one replication, simulated and thrown away. The clock
 * is the caller's. Estimates are of runs that go on as they began: a queue that grows, or a rollout to come, is not in them.
 */
import { deriveSeed } from '../../base/seed.ts';
import type { Plan } from '../../contract/plan.ts';
import { startRun } from '../start-run.ts';
import { expectedRequests } from './expected-requests.ts';

export interface StudyCost {
  /** Over all variants. */
  readonly runs: number;
  /** That all runs together issue on average, warm-ups included. */
  readonly requests: number;
  /** Null: no pilot was run. */
  readonly estimate: {
    /** CPU time of all runs, ms; and wall time on so many workers. */
    readonly cpuMs: number;
    readonly wallMs: number;
    readonly workers: number;
    readonly peakBytes: number;
  } | null;
}

/** How to look at a pilot from outside. */
export interface Gauge {
  /** Milliseconds from any moment on. */
  readonly now: () => number;
  /** Bytes that the process has now. */
  readonly memory: () => number;
}

/** Of all pilots together, ms. */
const PILOT_MS = 300;
/** And what comes before, until code is compiled. */
const WARM_UP_MS = 100;
/** What is looked at as one, ms: long enough for a clock. */
const PIECE_MS = 10;
/** What a worker needs before it simulates anything: an isolate and the code. */
const WORKER_BYTES = 40e6;
const SLICE = 1 << 12;

/**
 * Of so many plans that are much like one whose cost is known: the points of a sweep. Estimated by their requests.
 */
export function costLike(
  known: StudyCost,
  plans: readonly Plan[],
  { workers }: { readonly workers: number },
): StudyCost {
  const { runs, requests } = sizeOf(plans);
  const { estimate } = known;
  if (estimate === null || known.requests === 0) return { runs, requests, estimate: null };
  const cpuMs = estimate.cpuMs * (requests / known.requests);
  return { runs, requests, estimate: { ...estimate, cpuMs, wallMs: cpuMs / workers, workers } };
}

const sizeOf = (plans: readonly Plan[]): Pick<StudyCost, 'runs' | 'requests'> => ({
  runs: plans.reduce((sum, { replications }) => sum + replications, 0),
  requests: plans.reduce((sum, plan) => sum + plan.replications * expectedRequests(plan), 0),
});

export function costOf(
  plans: readonly Plan[],
  { workers, gauge }: { readonly workers: number; readonly gauge: Gauge | null },
): StudyCost {
  const { runs, requests } = sizeOf(plans);
  if (gauge === null) return { runs, requests, estimate: null };
  const before = gauge.memory();
  if (plans.length > 0) runMs(plans[0]!, WARM_UP_MS, gauge.now);
  const each = plans.map((plan) => runMs(plan, PILOT_MS / plans.length, gauge.now));
  const grown = Math.max(0, gauge.memory() - before);
  const cpuMs = plans.reduce((sum, { replications }, i) => sum + replications * each[i]!, 0);
  const used = Math.max(1, Math.min(workers, runs));
  const longest = Math.max(...each);
  return {
    runs,
    requests,
    estimate: {
      cpuMs,
      // The last runs leave workers idle.
      wallMs: Math.max(longest, (Math.ceil(runs / used) * cpuMs) / runs),
      workers: used,
      peakBytes: before + used * grown + (used > 1 ? used * WORKER_BYTES : 0),
    },
  };
}

/**
 * What one replication takes, ms, from its first stretch of at most `budget` ms: as fast as the fastest piece of it, which is
 * compiled already and was not interrupted. Where the express lane gives up, only what comes then counts.
 */
function runMs(plan: Plan, budget: number, now: () => number): number {
  const begin = now();
  const run = startRun(plan, deriveSeed(plan.seed, 0));
  const from = now();
  let piece = { at: from, simulated: 0 };
  let slowness = Infinity;
  for (;;) {
    const isOver = run.advance(SLICE);
    const at = now();
    if (run.simulatedNs < piece.simulated) {
      slowness = Infinity;
      piece = { at, simulated: run.simulatedNs };
    }
    const passed = at - piece.at;
    if (passed >= PIECE_MS || isOver) {
      const simulated = run.simulatedNs - piece.simulated;
      if (simulated > 0) slowness = Math.min(slowness, passed / simulated);
      piece = { at, simulated: run.simulatedNs };
    }
    if (isOver && slowness === Infinity) return at - begin;
    if (isOver || (at - from >= budget && slowness < Infinity)) {
      return from - begin + slowness * run.endNs;
    }
  }
}
