import { describe, expect, it } from 'vitest';
import { ExpiryRing } from '../../src/proxy/expiry-ring.ts';

describe('the expiry ring', () => {
  it('gives things back in the order of adding, each from its instant on', () => {
    const ring = new ExpiryRing();
    expect(ring.hasExpired(Infinity)).toBe(false);
    ring.add(7, 10);
    ring.add(8, 10);
    ring.add(9, 12);
    expect(ring.size).toBe(3);
    expect(ring.hasExpired(9)).toBe(false);
    expect(ring.hasExpired(10)).toBe(true);
    expect([ring.take(), ring.take()]).toEqual([7, 8]);
    expect(ring.hasExpired(11)).toBe(false);
    expect(ring.hasExpired(12)).toBe(true);
    expect(ring.take()).toBe(9);
    expect(ring.size).toBe(0);
  });

  it('keeps all of them as it grows, wherever its head is', () => {
    const ring = new ExpiryRing();
    const expected: number[] = [];
    let next = 0;
    // Three in for two out: it wraps and grows over and over.
    for (let round = 0; round < 5000; round++) {
      for (let i = 0; i < 3; i++) {
        expected.push(next);
        ring.add(next, next++);
      }
      for (let i = 0; i < 2; i++) expect(ring.take()).toBe(expected.shift());
      expect(ring.size).toBe(expected.length);
    }
  });
});
