import { describe, expect, it } from 'vitest';
import type { Instant } from '../../src/base/time.ts';
import type { Plan } from '../../src/contract/plan.ts';
import { warmUpSentence } from '../../src/report/text/warm-up.ts';
import { shortWarmUp } from '../../src/study/replications/warm-up.ts';
import type { WarmUpInput } from '../../src/study/replications/warm-up.ts';
import { KnownRuns } from './known-queue.ts';
import type { KnownQueue } from './known-queue.ts';

/** The share of studies that are told that their warm-up is too short. */
function warned(
  queue: KnownQueue,
  { studies, replications }: { studies: number; replications: number },
): number {
  const source = new KnownRuns(queue, 42);
  let count = 0;
  for (let study = 0; study < studies; study++) {
    const runs = Array.from({ length: replications }, (_, index) => source.next(index));
    if (shortWarmUp({ plan: source.plan, runs }) !== null) count += 1;
  }
  return count / studies;
}

describe('a warm-up that is too short', () => {
  const busy = { load: 0.9, intervals: 100, requestsPerInterval: 30 } as const;

  it('is hardly ever found where the queue is steady from the start: in 5 % of 200 studies at most', () => {
    const studies = { studies: 200, replications: 10 };
    const idle: KnownQueue = { load: 0.6, intervals: 40, requestsPerInterval: 30, start: 'steady' };
    expect(warned(idle, studies)).toBeLessThanOrEqual(0.05);
    expect(warned({ ...busy, intervals: 50, start: 'steady' }, studies)).toBeLessThanOrEqual(0.05);
  });

  it('is found more often than not, by 30 replications, in a queue that is 90 % busy and starts empty', () => {
    const studies = { studies: 40, replications: 30 };
    expect(warned({ ...busy, requestsPerInterval: 100, start: 'empty' }, studies)).toBeGreaterThan(
      0.5,
    );
  });

  it('says how much, how that is known, and what to write', () => {
    const source = new KnownRuns({ ...busy, start: 'empty' }, 42);
    const runs = Array.from({ length: 100 }, (_, index) => source.next(index));
    const found = shortWarmUp({ plan: source.plan, runs })!;
    expect(found.cutMean).toBeLessThan(found.restMean);
    expect(found.warmUp).toBe(found.cut);
    expect(warmUpSentence({ ...found, cut: 8e9, warmUp: 18e9 }, 1)).toMatch(
      /^The first 8s of the measurement still belong to the warm-up \(MSER; mean latency .+ms there, .+ms after, p < 0\.001 over 100 replications\): set spec\.warmUp: 18s\.$/,
    );
  });

  it('is not looked for where it cannot be told: one replication, few intervals, load or cluster that change', () => {
    const source = new KnownRuns({ ...busy, start: 'empty' }, 42);
    const runs = Array.from({ length: 100 }, (_, index) => source.next(index));
    const { plan } = source;
    const nothing: readonly WarmUpInput[] = [
      { plan, runs: runs.slice(0, 1) },
      { plan, runs: [] },
      { plan: changedAt(plan, 10), runs },
    ];
    for (const input of nothing) expect(shortWarmUp(input)).toBeNull();
    // A change after the end takes nothing away.
    expect(shortWarmUp({ plan: changedAt(plan, 100), runs })).not.toBeNull();
  });
});

/** The plan with a change of the cluster after so many intervals. */
const changedAt = (plan: Plan, intervals: number): Plan => ({
  ...plan,
  timeline: [
    { kind: 'scale', at: (intervals * plan.interval) as Instant, workload: 0, replicas: 2 },
  ],
});
