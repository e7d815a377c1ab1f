import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../src/base/assert.ts';
import { Conntrack } from '../../src/proxy/conntrack.ts';

describe('the conntrack table', () => {
  it('is full when as many connections are open as it has entries', () => {
    const table = new Conntrack(3, 100);
    for (let i = 0; i < 3; i++) {
      expect(table.isFull(0)).toBe(false);
      table.open();
    }
    expect(table.isFull(1e12)).toBe(true);
  });

  it('frees the entry of a closed connection when its time wait is over, never before, and within 1/128 of it', () => {
    const timeWait = 128_000;
    for (const closedAt of [0, 1, 999, 1000, 1001, 127_999, 128_000, 129_000, 5_000_123]) {
      const table = new Conntrack(2, timeWait);
      table.open();
      table.open();
      table.close(closedAt);
      expect(table.isFull(closedAt + timeWait - 1)).toBe(true);
      expect(table.isFull(closedAt + timeWait + timeWait / 128)).toBe(false);
      table.open();
      expect(table.isFull(closedAt + timeWait + timeWait / 128)).toBe(true);
    }
  });

  it('frees all of them over a silence, however long, and counts rightly after it', () => {
    for (const silence of [129_000, 500_500, 1e12]) {
      const table = new Conntrack(3, 128_000);
      for (let i = 0; i < 3; i++) table.open();
      for (let i = 0; i < 3; i++) table.close(i * 40_000);
      expect(table.isFull(80_000)).toBe(true);
      const now = 80_000 + silence;
      for (let i = 0; i < 3; i++) {
        expect(table.isFull(now)).toBe(false);
        table.open();
      }
      expect(table.isFull(now)).toBe(true);
      table.close(now);
      expect(table.isFull(now + 127_999)).toBe(true);
      expect(table.isFull(now + 129_001)).toBe(false);
    }
  });

  it('sustains max / (time wait) connections a second that close at once, and no more', () => {
    // 120 s of time wait and 1200 entries: 10 a second.
    const admitted = (perSecond: number): number => {
      const table = new Conntrack(1200, 120e9);
      let count = 0;
      for (let i = 0; i < perSecond * 600; i++) {
        const now = (i * 1e9) / perSecond;
        if (table.isFull(now)) continue;
        table.open();
        table.close(now);
        count++;
      }
      return count;
    };
    expect(admitted(9.9)).toBe(5940);
    expect(admitted(12)).toBeLessThanOrEqual(6000);
    expect(admitted(12)).toBeGreaterThan((6000 * 128) / 129);
  });

  it('does not close what was not opened', () => {
    const table = new Conntrack(2, 100);
    table.open();
    table.close(0);
    expect(() => table.close(0)).toThrow(InvariantError);
  });
});
