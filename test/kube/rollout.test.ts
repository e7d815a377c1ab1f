import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IntOrPercent } from '../../src/kube/int-or-percent.ts';
import {
  nextNewSize,
  nextOldSizes,
  proportionalSizes,
  resolveLimits,
} from '../../src/kube/rollout.ts';
import type { SetSize } from '../../src/kube/rollout.ts';

fc.configureGlobal({ seed: 42 });

const QUARTER: IntOrPercent = { percent: 25 };
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

describe('maxSurge and maxUnavailable', () => {
  it.each([
    [1, 1, 0],
    [2, 1, 0],
    [3, 1, 0],
    [4, 1, 1],
    [5, 2, 1],
    [10, 3, 2],
    [100, 25, 25],
  ])('of 25%% each and %i replicas are %i and %i pods', (replicas, surge, unavailable) => {
    expect(resolveLimits(QUARTER, QUARTER, replicas)).toEqual({ surge, unavailable });
  });

  it('let one pod be missing where both come to nothing', () => {
    expect(resolveLimits({ count: 0 }, { percent: 10 }, 5)).toEqual({ surge: 0, unavailable: 1 });
    expect(resolveLimits({ count: 0 }, { count: 0 }, 5)).toEqual({ surge: 0, unavailable: 1 });
  });

  it('let no more be missing than there are', () => {
    expect(resolveLimits({ count: 3 }, { count: 7 }, 2)).toEqual({ surge: 3, unavailable: 2 });
    expect(resolveLimits(QUARTER, QUARTER, 0)).toEqual({ surge: 0, unavailable: 0 });
  });
});

describe('a rolling update of 10 replicas, 25% and 25%', () => {
  const limits = resolveLimits(QUARTER, QUARTER, 10);

  it('begins with the surge, and takes away as many old pods as may be missing', () => {
    expect(nextNewSize(10, limits, 0, 10)).toBe(3);
    const old = [{ replicas: 10, available: 10 }];
    expect(nextOldSizes(10, limits, { replicas: 3, available: 0 }, old)).toEqual([8]);
    // Two are gone: there is room for two more.
    expect(nextNewSize(10, limits, 3, 11)).toBe(5);
    const less = [{ replicas: 8, available: 8 }];
    expect(nextOldSizes(10, limits, { replicas: 5, available: 0 }, less)).toEqual([8]);
    expect(nextOldSizes(10, limits, { replicas: 5, available: 3 }, less)).toEqual([5]);
  });

  it('ends old pods that serve nobody first, the oldest revision before the others', () => {
    const old = [
      { replicas: 4, available: 3 },
      { replicas: 6, available: 4 },
    ];
    // 13 pods, of which 8 must stay and 3 are new and not available: 2 go, of those that are not available.
    expect(nextOldSizes(10, limits, { replicas: 3, available: 0 }, old)).toEqual([3, 5]);
    const current = { replicas: 3, available: 3 };
    // 5 may go: the three that are not available, and then of what is available more than 8: 2.
    expect(nextOldSizes(10, limits, current, old)).toEqual([1, 4]);
  });

  it('is brought down to what is wanted where the new revision has too many', () => {
    expect(nextNewSize(10, limits, 12, 12)).toBe(10);
  });
});

describe('a Deployment that is scaled in the middle of a rollout', () => {
  // The example of the Kubernetes documentation ("Proportional scaling"): 10 replicas, maxSurge 3,
  // maxUnavailable 2, stuck at 8 old and 5 new pods, scaled to 15: 3 of the 5 more go to the old one.
  it('shares the new pods out in proportion', () => {
    const limits = { surge: 3, unavailable: 2 };
    const sets = [
      { replicas: 8, maxReplicas: 13 },
      { replicas: 5, maxReplicas: 13 },
    ];
    expect(proportionalSizes(15, limits, sets)).toEqual([11, 7]);
    expect(proportionalSizes(5, limits, sets)).toEqual([5, 3]);
    expect(proportionalSizes(0, limits, sets)).toEqual([0, 0]);
  });

  it('comes to replicas and surge together, whatever rounding leaves over', () => {
    const set = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(
        fc.array(set, { minLength: 2, maxLength: 4 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 20 }),
        (sizes, replicas, surge) => {
          const sets = sizes.map((size) => ({ replicas: size, maxReplicas: sum(sizes) }));
          const next = proportionalSizes(replicas, { surge, unavailable: 1 }, sets);
          expect(Math.min(...next)).toBeGreaterThanOrEqual(0);
          expect(sum(next)).toBe(replicas === 0 ? 0 : replicas + surge);
        },
      ),
    );
  });
});

describe('every step of a rolling update', () => {
  const share = fc.oneof(
    fc.record({ count: fc.integer({ min: 0, max: 12 }) }),
    fc.record({ percent: fc.integer({ min: 0, max: 100 }) }),
  );

  it('keeps within replicas and surge, leaves enough available, and comes to an end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        share,
        share,
        fc.infiniteStream(fc.nat()),
        (replicas, maxSurge, maxUnavailable, chance) => {
          const limits = resolveLimits(maxSurge, maxUnavailable, replicas);
          let current: SetSize = { replicas: 0, available: 0 };
          let old: SetSize[] = [{ replicas, available: replicas }];
          for (let step = 0; current.available < replicas || old[0]!.replicas > 0; step++) {
            expect(step).toBeLessThan(1000);
            const total = current.replicas + sum(old.map((set) => set.replicas));
            expect(total).toBeLessThanOrEqual(replicas + limits.surge);
            expect(current.available + sum(old.map((set) => set.available))).toBeGreaterThanOrEqual(
              replicas - limits.unavailable,
            );
            const size = nextNewSize(replicas, limits, current.replicas, total);
            if (size !== current.replicas) {
              current = { ...current, replicas: size };
              continue;
            }
            const sizes = nextOldSizes(replicas, limits, current, old);
            old = old.map((set, i) => ({
              replicas: sizes[i]!,
              available: Math.min(set.available, sizes[i]!),
            }));
            // One or several of the new pods become available.
            const starting = current.replicas - current.available;
            const more = starting === 0 ? 0 : 1 + (chance.next().value % starting);
            current = { ...current, available: current.available + more };
          }
        },
      ),
    );
  });
});
