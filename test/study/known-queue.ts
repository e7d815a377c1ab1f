/**
 * M/M/1 by Lindley's recursion (D. V. Lindley, "The theory of queues with a single server", 1952), as runs that
 * figures can be taken from: what the simulator finds of such a queue, which has tests of its own, a hundred times faster.
 */
import type { Instant } from '../../src/base/time.ts';
import type { Plan } from '../../src/contract/plan.ts';
import type { RunResult } from '../../src/contract/result.ts';
import { RandomStream } from '../../src/engine/random.ts';
import { standardExponential } from '../../src/engine/ziggurat.ts';
import { Histogram } from '../../src/stats/histogram.ts';
import { mm1 } from '../../src/stats/queueing/textbook.ts';
import type { QueueDistributions } from '../../src/stats/queueing/textbook.ts';
import { smallPlan } from './small-plan.ts';

/** Mean service time, ns. */
const SERVICE = 10e6;

/** A queue that is `load` busy, measured for `intervals` of `requestsPerInterval` on average. */
export interface KnownQueue {
  readonly load: number;
  readonly intervals: number;
  readonly requestsPerInterval: number;
  /** Begins empty, or in the steady state. */
  readonly start: 'empty' | 'steady';
}

/** What is true of it, ns. */
export const truthOf = ({ load }: KnownQueue): QueueDistributions =>
  mm1({ arrivalRate: load / SERVICE, serviceRate: 1 / SERVICE });

/** A plan with its timeline: all that figures ask of a plan. */
export function planOf({ load, intervals, requestsPerInterval }: KnownQueue): Plan {
  const interval = Math.round((requestsPerInterval * SERVICE) / load);
  const duration = intervals * interval;
  return {
    ...smallPlan({ pods: 1, rate: (load / SERVICE) * 1e9 }),
    interval: interval as Plan['interval'],
    duration: duration as Plan['duration'],
    windows: [{ name: 'all', from: 0 as Instant, to: duration as Instant }],
  };
}

/** Runs of such queues, from one stream of random numbers. */
export class KnownRuns {
  private readonly random: RandomStream;
  private readonly queue: KnownQueue;
  readonly plan: Plan;

  constructor(queue: KnownQueue, seed: number) {
    this.queue = queue;
    this.plan = planOf(queue);
    this.random = RandomStream.open(seed, `known-queue/${JSON.stringify(queue)}`);
  }

  /** A wait in the steady state: some with probability `load`, and then exponential. */
  private steadyWait(): number {
    const { load } = this.queue;
    const waits = this.random.next() < load;
    return waits ? (standardExponential(this.random) * SERVICE) / (1 - load) : 0;
  }

  /** The sojourn of one request in the steady state, ns, by itself. */
  sojourn(): number {
    return this.steadyWait() + standardExponential(this.random) * SERVICE;
  }

  /** The next run: its latencies, overall and by interval. */
  next(replication: number): RunResult {
    const { random, plan } = this;
    const { load, intervals, start } = this.queue;
    const all = new Histogram();
    const rows = Array.from({ length: intervals }, () => new Histogram(6));
    let wait = start === 'steady' ? this.steadyWait() : 0;
    const nextGap = (): number => (standardExponential(random) * SERVICE) / load;
    for (let at = nextGap(); at < plan.duration;) {
      const service = standardExponential(random) * SERVICE;
      const sojourn = Math.round(wait + service);
      all.record(sojourn);
      rows[Math.floor(at / plan.interval)]!.record(sojourn);
      const gap = nextGap();
      at += gap;
      wait = Math.max(0, wait + service - gap);
    }
    return resultOf(plan, { replication, all, rows });
  }
}

function resultOf(
  plan: Plan,
  found: {
    readonly replication: number;
    readonly all: Histogram;
    readonly rows: readonly Histogram[];
  },
): RunResult {
  const { replication, all, rows } = found;
  const requests = all.count;
  return {
    scenario: plan.scenario,
    variant: plan.variant,
    replication,
    seed: replication,
    fingerprint: { trajectory: '', result: '' },
    windows: [{ window: 'all', openNs: plan.duration }],
    clients: [
      {
        client: 'web',
        window: 'all',
        requests,
        succeeded: requests,
        completed: requests,
        errors: {},
        failures: [],
        unfinished: 0,
        attempts: requests,
        latency: all.toData(),
      },
    ],
    timeline: rows.map((row, index) => ({
      atNs: index * plan.interval,
      requests: row.count,
      errors: 0,
      latency: row.toData(),
      readyPods: 1,
    })),
    pods: [],
    breakdown: [],
    networkProgramming: [],
    staleView: [],
    rollouts: [],
  } as unknown as RunResult;
}
