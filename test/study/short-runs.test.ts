/** Runs too short for their percentiles: found where intervals miss the truth, and not where they hold it. */
import { describe, expect, it } from 'vitest';
import type { Instant } from '../../src/base/time.ts';
import { shortRunsSentence } from '../../src/report/text/short-runs.ts';
import { shortRuns } from '../../src/study/replications/short-runs.ts';
import type { ShortRunsInput } from '../../src/study/replications/short-runs.ts';
import { KnownRuns } from './known-queue.ts';
import type { KnownQueue } from './known-queue.ts';

/** Runs of 5,400 requests, an M/M/1 that is 90 % busy: their p99 is some 14 % low. */
const SHORT: KnownQueue = { load: 0.9, intervals: 60, requestsPerInterval: 90, start: 'steady' };
/** Runs of 30,000 requests, 50 % busy: intervals hold the truth as often as they say. */
const LONG: KnownQueue = { load: 0.5, intervals: 60, requestsPerInterval: 500, start: 'steady' };

function study(queue: KnownQueue, seed: number, replications: number): ShortRunsInput {
  const source = new KnownRuns(queue, seed);
  const runs = Array.from({ length: replications }, (_, index) => source.next(index));
  return { plan: source.plan, runs };
}

/** Share of studies of five replications that are warned of. */
function warned(queue: KnownQueue, studies: number): number {
  let count = 0;
  for (let seed = 1; seed <= studies; seed += 1) {
    if (shortRuns(study(queue, seed, 5)) !== null) count += 1;
  }
  return count / studies;
}

describe('runs that are too short for a percentile', () => {
  it('are found in most studies of a queue whose p99 is far too low', () => {
    expect(warned(SHORT, 60)).toBeGreaterThan(0.6);
  });

  it('are not found where percentiles are as good as their intervals say: at most one study in 50', () => {
    expect(warned(LONG, 50)).toBeLessThanOrEqual(1 / 50);
  });

  it('are told of with what all runs say together, and what mends it', () => {
    const found = shortRuns(study(SHORT, 4, 10))!;
    expect(found.mean).toBeLessThan(found.pooled);
    const said = { ...found, metric: 'latency.p99', mean: 400e6, halfWidth: 50e6, pooled: 450e6 };
    expect(shortRunsSentence({ ...said, metric: 'latency.p99' }, 2)).toBe(
      `Runs are too short for latency.p99 of ${found.variant}: the mean of single runs, 400ms ± 50ms, is 11.1% ` +
        'below the 450ms of all 10 together, and its interval may miss the true value: set a longer spec.duration.',
    );
  });

  it('are not looked for where load or cluster change by plan, or where there are but two', () => {
    const input = study(SHORT, 4, 10);
    const at = (input.plan.duration / 2) as Instant;
    const action = { kind: 'setReady', at, workload: 0, pod: 'backend-0', ready: false } as const;
    expect(shortRuns({ ...input, plan: { ...input.plan, timeline: [action] } })).toBeNull();
    expect(shortRuns({ ...input, runs: input.runs.slice(0, 2) })).toBeNull();
  });
});
