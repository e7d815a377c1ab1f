import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectionTable, FREE, NONE, UDP } from '../../src/proxy/ipvs/kernel/connection-table.ts';

/** Ports and clients so few that they come again, and share chains. */
const step = fc.record({
  what: fc.constantFrom('add', 'add', 'add', 'remove', 'hide'),
  ip: fc.constantFrom(1, 2, 0x0a000001, 0xc0a80001),
  port: fc.nat({ max: 60 }),
  service: fc.nat({ max: 1 }),
});

interface Entry {
  readonly key: string;
  readonly server: number;
  isHidden: boolean;
}

describe('the table of connections', () => {
  it('finds the entries that are in it and not hidden, under their numbers, as it grows', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        let room = 0;
        const table = new ConnectionTable((capacity) => (room = capacity));
        const naive = new Map<number, Entry>();
        steps.forEach(({ what, ip, port, service }, server) => {
          const key = `${ip} ${port} ${service}`;
          const known = table.find(ip, port, service);
          const own = [...naive].find(([, entry]) => entry.key === key && !entry.isHidden);
          expect(known).toBe(own?.[0] ?? NONE);
          if (known === NONE && what === 'add') {
            const entry = table.add(ip, port, service, UDP, server, NONE);
            expect(naive.has(entry)).toBe(false);
            expect(entry).toBeGreaterThan(0);
            expect(entry).toBeLessThan(room);
            naive.set(entry, { key, server, isHidden: false });
          } else if (known !== NONE && what === 'hide') {
            table.hide(known);
            naive.get(known)!.isHidden = true;
          } else if (naive.size > 0 && what === 'remove') {
            const entry = [...naive.keys()][port % naive.size]!;
            table.remove(entry);
            naive.delete(entry);
          }
        });
        for (let entry = 1; entry < table.capacity; entry++) {
          expect(table.stateOf(entry)).toBe(naive.has(entry) ? UDP : FREE);
          if (naive.has(entry)) expect(table.serverOf(entry)).toBe(naive.get(entry)!.server);
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('deals numbers in turn, so that an entry that ends leaves its number alone for long', () => {
    const table = new ConnectionTable(() => undefined);
    const numbers = Array.from({ length: 10 }, (_, port) => {
      const entry = table.add(1, port, 0, UDP, 0, NONE);
      table.remove(entry);
      return entry;
    });
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});
