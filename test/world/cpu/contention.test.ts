/** Pods that share the cores of a node. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bench, type Job } from './cgroups.ts';

fc.configureGlobal({ seed: 42 });

const MS = 1e6;
const SECOND = 1e9;

/** So many threads that are never done, in each pod. */
const busy = (...threads: readonly number[]): Job[] =>
  threads.flatMap((count, pod) =>
    Array.from({ length: count }, () => ({ at: 0, needNs: 1e15, pod })),
  );

/** Cores that each pod has had over a second. */
function coresOf(cores: number, pods: Parameters<typeof bench>[1], jobs: readonly Job[]): number[] {
  const run = bench(cores, pods, jobs);
  run.runUntil(SECOND);
  return run.pods.map((pod) => pod.usage().usedNs / SECOND);
}

describe('a node with more threads than cores', () => {
  it('is shared 2 : 1 by pods that request 2 : 1', () => {
    const pods = [{ request: 1 }, { request: 0.5 }];
    expect(coresOf(3, pods, busy(4, 4))).toEqual([2, 1]);
  });

  it('gives nobody more than its threads, and the others what it leaves', () => {
    const pods = [{ request: 2 }, { request: 0.5 }, { request: 0.5 }];
    expect(coresOf(4, pods, busy(1, 4, 4))).toEqual([1, 1.5, 1.5]);
  });

  it('gives a pod without a request what the smallest weight is worth', () => {
    const [most, least] = coresOf(1, [{ request: 1 }, {}], busy(1, 1));
    expect(most).toBeCloseTo(1024 / 1026, 9);
    expect(least).toBeCloseTo(2 / 1026, 9);
  });

  it('gives what a throttled pod cannot use to the others', () => {
    const pods = [{ request: 1, limit: 0.25 }, { request: 1 }];
    // The first has half a core until its 25 ms are used up after 50 ms of each period.
    expect(coresOf(1, pods, busy(1, 1))).toEqual([0.25, 0.75]);
  });

  it('slows a pod down while another is busy, and not before or after', () => {
    const { runUntil, done } = bench(
      1,
      [{ request: 1 }, { request: 1 }],
      [
        { at: 0, needNs: 30 * MS },
        { at: 10 * MS, needNs: 5 * MS, pod: 1 },
      ],
    );
    runUntil(SECOND);
    expect(done).toEqual([35 * MS, 20 * MS]);
  });
});

describe('any jobs in any pods', () => {
  const pod = fc.record({
    request: fc.option(fc.integer({ min: 1, max: 4000 }).map((milli) => milli / 1000)),
    limit: fc.option(fc.integer({ min: 20, max: 4000 }).map((milli) => milli / 1000)),
    phase: fc.integer({ min: 0, max: 100 * MS - 1 }),
  });
  const job = fc.record({
    at: fc.integer({ min: 0, max: 300 * MS }),
    needNs: fc.integer({ min: 1, max: 20 * MS }),
    pod: fc.nat({ max: 4 }),
  });
  const world = fc.record({
    cores: fc.integer({ min: 1, max: 16 }).map((quarters) => quarters / 4),
    pods: fc.array(pod, { minLength: 5, maxLength: 5 }),
    jobs: fc.array(job, { minLength: 1, maxLength: 40 }),
  });

  it('conserve CPU time: nobody is done early, and all work is done once', () => {
    fc.assert(
      fc.property(world, ({ cores, pods, jobs }) => {
        const run = bench(cores, pods, jobs);
        const { queue } = run;
        let used = 0;
        let tooMuch = 0;
        while (queue.run(1, Infinity) === 1) {
          const before = used;
          used = 0;
          for (const group of run.pods) used += group.usage().usedNs;
          // Never more than the node has had time for, and nothing is taken back.
          if (used > cores * queue.now + 1 || used < before) tooMuch++;
        }
        expect(tooMuch).toBe(0);
        run.done.forEach((done, i) => {
          const { at, needNs } = jobs[i]!;
          expect(done).toBeGreaterThanOrEqual(at + needNs / Math.min(1, cores) - 1);
        });
        run.pods.forEach((group, i) => {
          const needed = jobs
            .filter((one) => one.pod === i)
            .reduce((sum, one) => sum + one.needNs, 0);
          // Each event may come a fraction of a ns late.
          expect(Math.abs(group.usage().usedNs - needed)).toBeLessThan(jobs.length + 1);
          const { limit } = pods[i]!;
          const end = Math.max(...run.done);
          const periods = Math.floor(end / (100 * MS)) + 2;
          if (limit !== null) expect(needed).toBeLessThanOrEqual(periods * limit * 100 * MS + 1e3);
          expect(queue.isPending(group)).toBe(false);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('leave no core idle while a thread without a limit could run', () => {
    fc.assert(
      fc.property(world, ({ cores, pods, jobs }) => {
        const run = bench(
          cores,
          pods.map(({ request }) => ({ request })),
          jobs,
        );
        run.runUntil(1e12);
        // As many threads as are there have a core each, or all cores are busy: events of the threads themselves.
        const moments = [...jobs.map(({ at }) => at), ...run.done].sort((a, b) => a - b);
        let work = 0;
        for (let i = 1; i < moments.length; i++) {
          const from = moments[i - 1]!;
          const there = jobs.filter((one, j) => one.at <= from && run.done[j]! > from).length;
          work += Math.min(there, cores) * (moments[i]! - from);
        }
        const needed = jobs.reduce((sum, { needNs }) => sum + needNs, 0);
        expect(Math.abs(work - needed)).toBeLessThan(cores * 3 * jobs.length + 1);
      }),
      { numRuns: 500 },
    );
  });
});
