import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpiryRing } from '../../src/proxy/expiry-ring.ts';

describe('the expiry ring', () => {
  it('gives things back in the order of adding, each from its instant on', () => {
    const ring = new ExpiryRing();
    expect(ring.hasExpired(Infinity)).toBe(false);
    ring.add(7, 0, 10);
    ring.add(8, 0, 10);
    ring.add(9, 2, 10);
    expect(ring.size).toBe(3);
    expect(ring.hasExpired(9)).toBe(false);
    expect(ring.hasExpired(10)).toBe(true);
    expect([ring.take(), ring.take()]).toEqual([7, 8]);
    expect(ring.hasExpired(11)).toBe(false);
    expect(ring.hasExpired(12)).toBe(true);
    expect(ring.take()).toBe(9);
    expect(ring.size).toBe(0);
  });

  it('knows what has expired after it has forgotten when', () => {
    const ring = new ExpiryRing();
    ring.add(65_535, 0, 10);
    ring.add(1, 15, 10);
    ring.add(2, 30, 10);
    expect(ring.hasExpired(10)).toBe(true);
    expect([ring.take(), ring.take()]).toEqual([65_535, 1]);
    expect(ring.hasExpired(39)).toBe(false);
    expect(ring.hasExpired(40)).toBe(true);
  });

  it('gives back what a list does, in the same instants', () => {
    const step = fc.record({ gap: fc.nat(30), adds: fc.nat(4), takes: fc.nat(4) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.nat(100), (steps, span) => {
        const ring = new ExpiryRing();
        const list: { item: number; at: number }[] = [];
        let now = 0;
        let next = 0;
        for (const { gap, adds, takes } of steps) {
          now += gap;
          for (let i = 0; i < adds; i++) {
            list.push({ item: next, at: now + span });
            ring.add(next++, now, span);
          }
          for (let i = 0; i < takes; i++) {
            const hasExpired = list.length > 0 && list[0]!.at <= now;
            expect(ring.hasExpired(now)).toBe(hasExpired);
            if (hasExpired) expect(ring.take()).toBe(list.shift()!.item);
          }
          expect(ring.size).toBe(list.length);
        }
      }),
      { seed: 42 },
    );
  });

  it('keeps all of them as it grows, wherever its head is', () => {
    const ring = new ExpiryRing();
    const expected: number[] = [];
    let next = 0;
    // Three in for two out: it wraps and grows over and over.
    for (let round = 0; round < 5000; round++) {
      for (let i = 0; i < 3; i++) {
        expected.push(next);
        ring.add(next, next++, 10);
      }
      for (let i = 0; i < 2; i++) expect(ring.take()).toBe(expected.shift());
      expect(ring.size).toBe(expected.length);
    }
  });
});
