/** A CPU limit: how the quota of a period decides when threads are done. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bench } from './cgroups.ts';

fc.configureGlobal({ seed: 42 });

const MS = 1e6;
const FOREVER = 1e12;

/** When a single thread that starts with a fresh period is done, in units of the quota's own. */
function alone(needNs: number, quotaNs: number): number {
  const full = Math.ceil(needNs / quotaNs) - 1;
  return full * 100 * MS + needNs - full * quotaNs;
}

describe('a single thread', () => {
  it('O22: needs 204 ms for 30 ms of CPU time at a limit of 0.13, throttled in 2 of 3 periods', () => {
    const { runUntil, done, pods } = bench(4, [{ limit: 0.13 }], [{ at: 0, needNs: 30 * MS }]);
    runUntil(FOREVER);
    expect(done).toEqual([204 * MS]);
    expect(pods[0]!.usage()).toEqual({
      usedNs: 30 * MS,
      periods: 3,
      throttledPeriods: 2,
      throttledNs: 2 * 87 * MS,
    });
  });

  it('takes floor((c - ε) / q) whole periods and what remains', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 * MS }),
        fc.integer({ min: 10, max: 1000 }),
        (needNs, milli) => {
          const { runUntil, done } = bench(2, [{ limit: milli / 1000 }], [{ at: 0, needNs }]);
          runUntil(FOREVER);
          expect(done[0]).toBe(alone(needNs, milli * 100_000));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('that is done as the quota ends has not been throttled', () => {
    const { runUntil, done, pods } = bench(1, [{ limit: 0.2 }], [{ at: 0, needNs: 40 * MS }]);
    runUntil(FOREVER);
    expect(done).toEqual([120 * MS]);
    expect(pods[0]!.usage()).toMatchObject({ periods: 2, throttledPeriods: 1 });
  });

  it('starts when it comes, on a grid that is there before it', () => {
    // Of the period from 30 ms to 130 ms it has the last 5 ms, and needs 8 ms.
    const limits = [{ limit: 0.1, phase: 30 * MS }];
    const { runUntil, done } = bench(1, limits, [{ at: 125 * MS, needNs: 18 * MS }]);
    runUntil(FOREVER);
    expect(done).toEqual([233 * MS]);
  });

  it('is not held up by a limit of a core', () => {
    const { runUntil, done, pods } = bench(1, [{ limit: 1 }], [{ at: 0, needNs: 950 * MS }]);
    runUntil(FOREVER);
    expect(done).toEqual([950 * MS]);
    expect(pods[0]!.usage()).toMatchObject({ periods: 10, throttledPeriods: 0 });
  });

  it('has a quota of 1 ms at least', () => {
    const { runUntil, done } = bench(1, [{ limit: 0.001 }], [{ at: 0, needNs: 3 * MS }]);
    runUntil(FOREVER);
    expect(done).toEqual([201 * MS]);
  });
});

describe('threads of one pod', () => {
  it('burn a quota m times as fast: 8 threads at a limit of 1 run 12.5 ms and stand 87.5 ms', () => {
    const jobs = Array.from({ length: 8 }, () => ({ at: 0, needNs: 13 * MS }));
    const { runUntil, done, pods } = bench(8, [{ limit: 1 }], jobs);
    runUntil(100 * MS);
    expect(pods[0]!.usage()).toEqual({
      usedNs: 100 * MS,
      periods: 1,
      throttledPeriods: 1,
      throttledNs: 87.5 * MS,
    });
    runUntil(FOREVER);
    expect(done).toEqual(jobs.map(() => 100.5 * MS));
  });

  it('share the cores alike', () => {
    // Two on one core: each at half speed until the shorter is done.
    const jobs = [
      { at: 0, needNs: 10 * MS },
      { at: 0, needNs: 30 * MS },
      { at: 5 * MS, needNs: 1 * MS },
    ];
    const { runUntil, done } = bench(1, [{}], jobs);
    runUntil(FOREVER);
    // By 5 ms both have had 2.5; three at a third until 8 ms, two at a half until each has had 10.
    expect(done).toEqual([21 * MS, 41 * MS, 8 * MS]);
  });

  it('do as much in the long run as the limit allows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 50, max: 3000 }),
        fc.integer({ min: 0, max: 100 * MS - 1 }),
        (milli, phase) => {
          const jobs = Array.from({ length: 4 }, () => ({ at: 0, needNs: 1e12 }));
          const { runUntil, pods } = bench(4, [{ limit: milli / 1000, phase }], jobs);
          runUntil(100e9);
          const expected = (milli / 1000) * 100e9;
          expect(Math.abs(pods[0]!.usage().usedNs - expected)).toBeLessThan(milli * 0.1 * MS + 1);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('die with the process, and the quota stays used', () => {
    const { runUntil, done, pods, queue } = bench(
      1,
      [{ limit: 0.1 }],
      [
        { at: 0, needNs: 20 * MS },
        { at: 50 * MS, needNs: 5 * MS },
      ],
    );
    runUntil(40 * MS);
    pods[0]!.clear();
    expect(queue.isPending(pods[0]!)).toBe(false);
    runUntil(FOREVER);
    expect(done).toEqual([NaN, 105 * MS]);
    expect(pods[0]!.usage()).toMatchObject({ usedNs: 15 * MS, throttledNs: 80 * MS });
  });
});
