/** What every balancing policy keeps to, and what each of them promises of shares. */
import { describe, expect, it } from 'vitest';
import type { BalancingPolicy } from '../../../src/contract/plan.ts';
import { RandomStream } from '../../../src/engine/random.ts';
import type { Picker } from '../../../src/world/traffic/balancing/picker.ts';
import { createPicker } from '../../../src/world/traffic/balancing/pickers/registry.ts';
import { candidates, shares } from './candidates.ts';

const POLICIES: readonly BalancingPolicy[] = [
  { kind: 'pick_first' },
  { kind: 'round_robin' },
  { kind: 'random' },
  { kind: 'least_request', choices: 2 },
  { kind: 'least_request', choices: Infinity },
  { kind: 'ring_hash', minRingSize: 1024, maxRingSize: 8_388_608 },
  { kind: 'maglev', tableSize: 65_537 },
];

const pickerOf = (policy: BalancingPolicy, count: number, seed = 1): Picker => {
  const picker = createPicker(policy, RandomStream.open(seed, 'balancer'));
  picker.offer(candidates(count));
  return picker;
};

describe.each(POLICIES.map((policy) => ({ name: JSON.stringify(policy), policy })))(
  'policy $name',
  ({ policy }) => {
    it('picks among those that it was offered last', () => {
      const picker = pickerOf(policy, 5);
      for (const count of [5, 1, 17, 3]) {
        picker.offer(candidates(count));
        const picks = Array.from({ length: 200 }, (_, key) => picker.pick(key));
        expect(picks.every((at) => Number.isInteger(at) && at >= 0 && at < count)).toBe(true);
      }
    });

    it('picks the same for the same stream, candidates and keys', () => {
      const picks = (): number[] => {
        const picker = pickerOf(policy, 7);
        return Array.from({ length: 100 }, (_, key) => picker.pick(key));
      };
      expect(picks()).toEqual(picks());
    });
  },
);

describe('round_robin', () => {
  it('is exactly even over whole rounds, whoever comes first', () => {
    for (const seed of [1, 2, 3]) {
      const picker = pickerOf({ kind: 'round_robin' }, 7, seed);
      expect(shares(() => picker.pick(0), 7, 700)).toEqual(new Array(7).fill(100));
    }
  });

  it('begins at a random one, so that clients do not go round in step', () => {
    const firsts = Array.from({ length: 50 }, (_, seed) =>
      pickerOf({ kind: 'round_robin' }, 10, seed).pick(0),
    );
    expect(new Set(firsts).size).toBeGreaterThan(5);
  });
});

describe('pick_first', () => {
  it('picks one for all', () => {
    const picker = pickerOf({ kind: 'pick_first' }, 7);
    expect(shares(() => picker.pick(0), 7, 100)).toEqual([100, 0, 0, 0, 0, 0, 0]);
  });
});

describe('least_request', () => {
  it('of all never picks one that has more than another', () => {
    const offered = candidates(9);
    const picker = createPicker(
      { kind: 'least_request', choices: Infinity },
      RandomStream.open(1, 'balancer'),
    );
    picker.offer(offered);
    for (let i = 0; i < 900; i++) offered[picker.pick(0)]!.inFlight++;
    expect(offered.map(({ inFlight }) => inFlight)).toEqual(new Array(9).fill(100));
  });

  it('with d drawn picks the busiest of n with probability n^-d', () => {
    // Only where it is drawn d times: 1/16 for d = 2 and n = 4. Binomial, five standard errors.
    const offered = candidates(4);
    offered[2]!.inFlight = 1;
    const picker = createPicker(
      { kind: 'least_request', choices: 2 },
      RandomStream.open(1, 'balancer'),
    );
    picker.offer(offered);
    const picks = 160_000;
    const busiest = shares(() => picker.pick(0), 4, picks)[2]!;
    expect(Math.abs(busiest - picks / 16)).toBeLessThan(5 * Math.sqrt((picks / 16) * (15 / 16)));
  });
});
