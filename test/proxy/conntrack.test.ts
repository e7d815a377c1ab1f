import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../src/base/assert.ts';
import {
  CLOSE,
  Conntrack,
  SYN_SENT,
  TIME_WAIT,
  UDP,
  UDP_STREAM,
} from '../../src/proxy/conntrack.ts';
import { CONNTRACK_TIMEOUTS } from '../../src/scenario/defaults.ts';
import { ns } from '../world/plans.ts';

const tableOf = (max: number, timeWait: number): Conntrack =>
  new Conntrack(max, { ...CONNTRACK_TIMEOUTS, timeWait: ns(timeWait) });

describe('the conntrack table', () => {
  it('is full when as many connections are open as it has entries', () => {
    const table = tableOf(3, 100);
    for (let i = 0; i < 3; i++) {
      expect(table.isFull(0)).toBe(false);
      table.open();
    }
    expect(table.isFull(1e12)).toBe(true);
  });

  it('frees the entry of a closed connection when its time wait is over, never before, and within 1/128 of it', () => {
    const timeWait = 128_000;
    for (const closedAt of [0, 1, 999, 1000, 1001, 127_999, 128_000, 129_000, 5_000_123]) {
      const table = tableOf(2, timeWait);
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
      const table = tableOf(3, 128_000);
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
      const table = tableOf(1200, 120e9);
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

  it('keeps the entry of a reset connection for less long, and one that nobody answered for as long as SYN_SENT', () => {
    for (const [state, timeout] of [
      [TIME_WAIT, 120e9],
      [CLOSE, 10e9],
      [SYN_SENT, 120e9],
      [UDP, 30e9],
      [UDP_STREAM, 120e9],
    ] as const) {
      const table = new Conntrack(1, CONNTRACK_TIMEOUTS);
      table.open();
      table.close(5e9, state);
      expect(table.isFull(5e9 + timeout - 1)).toBe(true);
      expect(table.isFull(5e9 + timeout * (1 + 1 / 128))).toBe(false);
    }
  });

  it('counts entries of all states together, whenever they are left', () => {
    // Against entries looked at one by one; a few of each state every second, with silences between.
    const states = [TIME_WAIT, CLOSE, SYN_SENT, UDP, UDP_STREAM] as const;
    const timeouts = [120e9, 10e9, 120e9, 30e9, 120e9];
    for (const size of [1, 40, 200]) {
      const table = new Conntrack(size, CONNTRACK_TIMEOUTS);
      const ends: { readonly from: number; readonly to: number }[] = [];
      let now = 0;
      for (let i = 0; i < 3000; i++) {
        now += i % 500 === 499 ? 300e9 : ((i * 7919) % 1000) * 1e6;
        const sure = ends.filter(({ from }) => from > now).length;
        const possible = ends.filter(({ to }) => to > now).length;
        const full = table.isFull(now);
        if (sure >= size) expect(full).toBe(true);
        if (possible < size) expect(full).toBe(false);
        if (full) continue;
        const which = (i * 31) % 5;
        table.open();
        table.close(now, states[which]!);
        const timeout = timeouts[which]!;
        ends.push({ from: now + timeout, to: now + timeout * (1 + 1 / 128) });
      }
      expect(ends.length).toBeGreaterThan(size);
    }
  });

  it('forgets an entry at once where that is how it ended', () => {
    const table = new Conntrack(1, CONNTRACK_TIMEOUTS);
    table.open();
    table.remove();
    expect(table.isFull(0)).toBe(false);
    expect(() => table.remove()).toThrow(InvariantError);
  });

  it('does not close what was not opened', () => {
    const table = tableOf(2, 100);
    table.open();
    table.close(0);
    expect(() => table.close(0)).toThrow(InvariantError);
  });
});
