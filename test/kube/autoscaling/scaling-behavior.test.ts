/** What becomes of recommendations: windows, policies, bounds. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ScalingHistory,
  type ReplicaBounds,
  type ReplicaRules,
} from '../../../src/kube/autoscaling/scaling-behavior.ts';

fc.configureGlobal({ seed: 42 });

const SECOND = 1e9;

const UP: ReplicaRules = {
  stabilizationWindow: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, period: 15 * SECOND },
    { type: 'Percent', value: 100, period: 15 * SECOND },
  ],
};
const DOWN: ReplicaRules = {
  stabilizationWindow: 300 * SECOND,
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, period: 15 * SECOND }],
};

interface Changes {
  readonly up?: Partial<ReplicaRules>;
  readonly down?: Partial<ReplicaRules>;
  readonly min?: number;
  readonly max?: number;
  readonly hasBehavior?: boolean;
}

const bounds = ({ up, down, min = 1, max = 1000, hasBehavior = true }: Changes): ReplicaBounds => ({
  minReplicas: min,
  maxReplicas: max,
  scaleUp: { ...UP, ...up },
  scaleDown: { ...DOWN, ...down },
  hasBehavior,
});

/** Replicas after each sync, one every `every` seconds, of which each asks for so many. */
function follow(
  from: number,
  asked: readonly number[],
  changes: Changes = {},
  every = 15,
): number[] {
  const history = new ScalingHistory(bounds(changes));
  let current = from;
  return asked.map((replicas, i) => {
    const now = i * every * SECOND;
    const next = history.decide(current, replicas, now);
    if (next !== current) history.scaled(current, next, now);
    current = next;
    return current;
  });
}

const AT_ONCE = { stabilizationWindow: 0 };

describe('scaling up', () => {
  it('adds 4 pods or doubles in 15 s, whichever is more', () => {
    expect(follow(1, [100, 100, 100, 100, 100])).toEqual([5, 10, 20, 40, 80]);
  });

  it('counts what was added in a period, however often it looks', () => {
    expect(follow(10, [100, 100, 100, 100, 100], {}, 5)).toEqual([20, 20, 20, 40, 40]);
  });

  it('without a behavior at most doubles in a sync, or comes to 4', () => {
    expect(follow(1, [100, 100, 100], { hasBehavior: false })).toEqual([4, 8, 16]);
    expect(follow(3, [100], { hasBehavior: false })).toEqual([6]);
  });

  it('rounds per cents up', () => {
    const policies = [{ type: 'Percent', value: 10, period: 60 * SECOND }] as const;
    expect(follow(1, [100, 100], { up: { policies } }, 60)).toEqual([2, 3]);
    expect(follow(11, [100], { up: { policies } })).toEqual([13]);
  });

  it('takes the policy that adds fewest where told so, and none where disabled', () => {
    expect(follow(10, [100], { up: { selectPolicy: 'Min' } })).toEqual([14]);
    expect(follow(10, [100], { up: { selectPolicy: 'Disabled' } })).toEqual([10]);
  });

  it('goes no further than the lowest that was asked for in its window', () => {
    const up = { stabilizationWindow: 60 * SECOND };
    expect(follow(4, [4, 8, 8, 6, 8, 8, 8, 8, 8], { up })).toEqual([4, 4, 4, 4, 6, 6, 6, 8, 8]);
  });

  it('ends at maxReplicas', () => {
    expect(follow(5, [100], { max: 7 })).toEqual([7]);
  });
});

describe('scaling down', () => {
  it('waits until nothing more was asked for in 300 s', () => {
    const asked = [10, ...Array.from({ length: 22 }, () => 2)];
    const replicas = follow(10, asked);
    expect(replicas.indexOf(2)).toBe(300 / 15);
    expect(replicas[19]).toBe(10);
  });

  it('follows the highest of a window, not the last', () => {
    const asked = [10, 2, 6, ...Array.from({ length: 22 }, () => 2)];
    const replicas = follow(10, asked);
    expect(replicas.indexOf(6)).toBe(20);
    expect(replicas.indexOf(2)).toBe(22);
  });

  it('takes away so many in a period', () => {
    const policies = [{ type: 'Pods', value: 2, period: 60 * SECOND }] as const;
    const down = { ...AT_ONCE, policies };
    expect(follow(10, [1, 1, 1, 1, 1, 1, 1, 1, 1], { down })).toEqual([8, 8, 8, 8, 6, 6, 6, 6, 4]);
  });

  it('rounds per cents of what goes up', () => {
    const policies = [{ type: 'Percent', value: 10, period: 15 * SECOND }] as const;
    const down = { ...AT_ONCE, policies };
    expect(follow(15, [1, 1, 1], { down })).toEqual([13, 11, 9]);
  });

  it('takes the policy that leaves most where told so, and none where disabled', () => {
    const policies = [
      { type: 'Pods', value: 1, period: 15 * SECOND },
      { type: 'Percent', value: 50, period: 15 * SECOND },
    ] as const;
    const down = { ...AT_ONCE, policies };
    expect(follow(10, [1], { down })).toEqual([5]);
    expect(follow(10, [1], { down: { ...down, selectPolicy: 'Min' } })).toEqual([9]);
    expect(follow(10, [1], { down: { ...down, selectPolicy: 'Disabled' } })).toEqual([10]);
  });

  it('ends at minReplicas', () => {
    expect(follow(10, [0], { min: 3, down: AT_ONCE })).toEqual([3]);
  });

  it('without a behavior is only held by its window', () => {
    const asked = [10, ...Array.from({ length: 21 }, () => 2)];
    expect(follow(10, asked, { hasBehavior: false }).at(-1)).toBe(2);
  });
});

describe('flapping', () => {
  it('between 4 and 10 every sync settles at 10', () => {
    const asked = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 4 : 10));
    const replicas = follow(4, asked);
    expect(new Set(replicas.slice(3))).toEqual(new Set([10]));
  });
});

describe('any recommendations', () => {
  it('end within bounds, and never move away from what was asked in the window', () => {
    const rules = fc.record({
      stabilizationWindow: fc.integer({ min: 0, max: 600 }).map((s) => s * SECOND),
      selectPolicy: fc.constantFrom('Max' as const, 'Min' as const, 'Disabled' as const),
      policies: fc.array(
        fc.record({
          type: fc.constantFrom('Pods' as const, 'Percent' as const),
          value: fc.integer({ min: 1, max: 200 }),
          period: fc.integer({ min: 1, max: 1800 }).map((s) => s * SECOND),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    });
    fc.assert(
      fc.property(
        rules,
        rules,
        fc.boolean(),
        fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 60 }),
        (up, down, hasBehavior, asked) => {
          const replicas = follow(20, asked, { up, down, hasBehavior, min: 2, max: 50 });
          replicas.forEach((now, i) => {
            const before = i === 0 ? 20 : replicas[i - 1]!;
            expect(now).toBeGreaterThanOrEqual(2);
            expect(now).toBeLessThanOrEqual(50);
            // Up only as far as somebody asked, and down only where nobody in the window asked for more.
            if (now > before)
              expect(now).toBeLessThanOrEqual(Math.max(2, ...asked.slice(0, i + 1)));
            if (now < before)
              expect(now).toBeGreaterThanOrEqual(Math.min(50, ...asked.slice(0, i + 1)));
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});
