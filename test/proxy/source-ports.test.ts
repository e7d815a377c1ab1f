import { describe, expect, it } from 'vitest';
import { SourcePorts } from '../../src/proxy/source-ports.ts';

const SECOND = 1e9;

describe('source ports', () => {
  it('are 28,232 in Linux: one more connection finds none, until the first has rested for 60 s', () => {
    const ports = new SourcePorts(32_768, 60_999, 60 * SECOND);
    const dealt = new Set<number>();
    for (let i = 0; i < 28_232; i++) {
      const port = ports.acquire(i);
      expect(port).toBeGreaterThanOrEqual(32_768);
      expect(port).toBeLessThanOrEqual(60_999);
      dealt.add(port);
      ports.rest(port, 1000 + i);
    }
    expect(dealt.size).toBe(28_232);
    expect(ports.acquire(60 * SECOND + 999)).toBe(-1);
    expect(ports.acquire(60 * SECOND + 1000)).toBe(32_768);
    expect(ports.acquire(60 * SECOND + 1000)).toBe(-1);
  });

  it('O16: sustain 28,232 / 60 s, about 470, short connections a second, and fail some at any higher rate', () => {
    const failures = (perSecond: number): number => {
      const ports = new SourcePorts(32_768, 60_999, 60 * SECOND);
      let failed = 0;
      for (let i = 0; i < perSecond * 180; i++) {
        const now = Math.round((i * SECOND) / perSecond);
        const port = ports.acquire(now);
        if (port < 0) failed++;
        else ports.rest(port, now);
      }
      return failed;
    };
    expect(failures(470)).toBe(0);
    expect(failures(471)).toBeGreaterThan(0);
  });

  it('come back at once where nothing was established or the other side closed', () => {
    const ports = new SourcePorts(1, 2, 60 * SECOND);
    const [first, second] = [ports.acquire(0), ports.acquire(0)];
    expect([first, second]).toEqual([1, 2]);
    ports.rest(first!, 0);
    ports.release(second!, 5);
    expect(ports.acquire(5)).toBe(second);
    expect(ports.acquire(5)).toBe(-1);
  });

  it('are not used twice at a time', () => {
    const ports = new SourcePorts(1, 5, 10);
    const inUse = new Set<number>();
    for (let now = 0; now < 2000; now++) {
      const port = ports.acquire(now);
      if (port >= 0) {
        expect(inUse.has(port)).toBe(false);
        inUse.add(port);
      }
      if (now % 3 === 0) {
        const [oldest] = inUse;
        if (oldest === undefined) continue;
        inUse.delete(oldest);
        if (now % 2 === 0) ports.rest(oldest, now);
        else ports.release(oldest, now);
      }
    }
  });
});
