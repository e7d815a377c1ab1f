import { describe, expect, it } from 'vitest';
import { IcmpLimit } from '../../src/proxy/icmp-limit.ts';
import { ICMP_RATE_LIMIT } from '../../src/scenario/defaults.ts';

const SECOND = 1e9;

describe('the limit of ICMP errors', () => {
  it('lets a burst of six through to one address, then one a second', () => {
    const limit = new IcmpLimit(ICMP_RATE_LIMIT);
    const burst = Array.from({ length: 10 }, (_, i) => limit.allows(1, i));
    expect(burst).toEqual([...new Array<boolean>(6).fill(true), false, false, false, false]);
    // Asked every half second: every second one.
    const later = Array.from({ length: 8 }, (_, i) => limit.allows(1, 10 + ((i + 1) * SECOND) / 2));
    expect(later).toEqual([false, true, false, true, false, true, false, true]);
  });

  it('saves six up at most', () => {
    const limit = new IcmpLimit(ICMP_RATE_LIMIT);
    while (limit.allows(1, 0)) continue;
    const told = (now: number): number => {
      let count = 0;
      while (limit.allows(1, now)) count++;
      return count;
    };
    expect(told(2 * SECOND)).toBe(2);
    expect(told(6 * SECOND)).toBe(4);
    expect(told(1000 * SECOND)).toBe(6);
  });

  it('counts each address by itself', () => {
    const limit = new IcmpLimit(ICMP_RATE_LIMIT);
    while (limit.allows(1, 0)) continue;
    expect(limit.allows(2, 0)).toBe(true);
  });

  it('charges a node without a route twice, from at most five', () => {
    const limit = new IcmpLimit(ICMP_RATE_LIMIT);
    const at = (now: number): boolean => limit.allowsWithoutRoute(1, now);
    // 5 → 3 → 1, and the third finds one for looking, none for telling.
    expect([at(0), at(0), at(0), at(0)]).toEqual([true, true, false, false]);
    // One earned a second is spent on looking at the next packet, told or not.
    expect([at(SECOND), at(SECOND)]).toEqual([false, false]);
    expect([at(3 * SECOND), at(3 * SECOND)]).toEqual([true, false]);
  });

  it('turns a client that sends a datagram every half second away as recorded: six, then every third or second', () => {
    // A refused datagram is followed at once, one without an answer after 0.5 s: 1 a second in the long run.
    const limit = new IcmpLimit(ICMP_RATE_LIMIT);
    let now = 0;
    const answers = Array.from({ length: 16 }, () => {
      const told = limit.allows(1, now);
      now += told ? 0.0001 * SECOND : 0.5 * SECOND + 1000;
      return told ? 'r' : 't';
    }).join('');
    expect(answers).toBe('rrrrrrttrttrttrt');
  });
});
