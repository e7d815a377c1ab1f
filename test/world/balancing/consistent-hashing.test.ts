/**
 * Shares and disruption of the policies that hash.
 *
 * Maglev (Eisenbud et al., NSDI 2016, section 3.4 and figure 12): in turns each backend takes a position, so that shares
 * differ by one position of the table; and few positions but those of a backend that goes change hands, which
 * Cilium's documentation puts at 1 % where the table has 100 times as many positions as there are backends.
 *
 * A ring with v points for each of n endpoints: shares are sums of v of n × v gaps between uniform points (Dirichlet), so that
 * relative to 1/n they have the standard deviation sqrt((1 - 1/n) / v) or so; and nothing moves but the keys of who goes
 * (Karger et al., STOC 1997).
 */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/engine/random.ts';
import { fillMaglevTable } from '../../../src/proxy/maglev.ts';
import { createPicker } from '../../../src/world/traffic/balancing/pickers/registry.ts';
import { candidates, endpointOf, shares } from './candidates.ts';

const endpoints = (count: number) => Array.from({ length: count }, (_, pod) => endpointOf(pod));
const NO_DRAWS = RandomStream.open(1, 'none');

describe('maglev', () => {
  it.each([10, 100, 1000])('%s backends have shares that differ by one position', (count) => {
    const taken = new Array<number>(count).fill(0);
    for (const owner of fillMaglevTable(65_537, endpoints(count))) taken[owner]!++;
    expect(Math.max(...taken) - Math.min(...taken)).toBeLessThanOrEqual(1);
  });

  it.each([
    [65_537, 100],
    [655_373, 1000],
  ])(
    'table of %s: when one of %s goes, at most 1 %% of the others positions move',
    (size, count) => {
      const all = endpoints(count);
      const before = fillMaglevTable(size, all);
      const gone = 7;
      const after = fillMaglevTable(
        size,
        all.filter((_, i) => i !== gone),
      );
      let moved = 0;
      for (let at = 0; at < size; at++) {
        const was = before[at]!;
        const is = after[at]! + (after[at]! >= gone ? 1 : 0);
        if (was !== gone && was !== is) moved++;
      }
      expect(moved / size).toBeLessThan(0.01);
      // But some do: it is not a consistent hash to the letter.
      expect(moved).toBeGreaterThan(0);
    },
  );
});

describe('ring_hash', () => {
  const ringOf = (count: number, minRingSize: number) => {
    const picker = createPicker(
      { kind: 'ring_hash', minRingSize, maxRingSize: 8_388_608 },
      NO_DRAWS,
    );
    const offered = candidates(count);
    picker.offer(offered);
    return { picker, offered };
  };

  it.each([
    [100, 1000],
    [100, 10_000],
    [100, 100_000],
  ])('%s endpoints on a ring of %s: shares spread by 1/sqrt(points of each)', (count, size) => {
    const picks = 1_000_000;
    const { picker } = ringOf(count, size);
    const relative = shares((key) => picker.pick(key), count, picks).map(
      (times) => (times * count) / picks,
    );
    const each = size / count;
    const variance = relative.reduce((sum, share) => sum + (share - 1) ** 2, 0) / (count - 1);
    const expected = (1 - 1 / count) / each + count / picks;
    // A variance of 100 values is within 5 × sqrt(2 / 99) of itself in all but one of a million cases, if normal.
    expect(variance / expected).toBeGreaterThan(1 - 5 * Math.sqrt(2 / 99));
    expect(variance / expected).toBeLessThan(1 + 5 * Math.sqrt(2 / 99));
    // The largest of 100 normal shares is some 2.5 deviations above the mean.
    const peak = Math.max(...relative);
    expect(peak).toBeGreaterThan(1 + 1.5 * Math.sqrt(expected));
    expect(peak).toBeLessThan(1 + 5 * Math.sqrt(expected));
  });

  it('moves the keys of an endpoint that goes, and no others', () => {
    // 11 points each, for 100 as for 99.
    const { picker, offered } = ringOf(100, 1024);
    const keys = 100_000;
    const before = Array.from({ length: keys }, (_, key) => picker.pick(key));
    const gone = 42;
    picker.offer(offered.filter((_, i) => i !== gone));
    let moved = 0;
    for (let key = 0; key < keys; key++) {
      const at = picker.pick(key);
      const is = at + (at >= gone ? 1 : 0);
      if (before[key] === gone) moved++;
      else expect(is).toBe(before[key]);
    }
    // Its share: 1/100, with a deviation of 1/sqrt(11) of that.
    expect(Math.abs((moved * 100) / keys - 1)).toBeLessThan(5 / Math.sqrt(11));
  });

  it('has as many points as make the ring large enough, and no more than the bound', () => {
    // One point each where the bound allows no more: shares of a ring of 4 points spread widely, those of 4096 do not.
    const spread = (maxRingSize: number): number => {
      const picker = createPicker({ kind: 'ring_hash', minRingSize: 4, maxRingSize }, NO_DRAWS);
      picker.offer(candidates(4));
      const times = shares((key) => picker.pick(key), 4, 40_000);
      return Math.max(...times) - Math.min(...times);
    };
    expect(spread(4)).toBe(spread(8_388_608));
    const { picker } = ringOf(4, 4096);
    const times = shares((key) => picker.pick(key), 4, 40_000);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(spread(4) / 3);
  });
});
