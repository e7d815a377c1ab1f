import fc from 'fast-check';
import { describe, it, expect } from 'vitest';
import { LeastConnections } from '../../src/proxy/ipvs/lc.ts';
import type { RealServer } from '../../src/proxy/ipvs/scheduler.ts';

/** As the kernel does it: through the whole list. */
function scan(list: readonly RealServer[]): number {
  let least = -1;
  let load = Infinity;
  list.forEach((server, i) => {
    const own = 256 * server.active + server.inactive;
    if (server.weight > 0 && own < load) {
      least = i;
      load = own;
    }
  });
  return least;
}

const step = fc.record({
  what: fc.constantFrom('insert', 'remove', 'open', 'open', 'close', 'expire', 'weigh'),
  at: fc.nat({ max: 1000 }),
});

describe('the tree of least connections', () => {
  it('picks what a scan of the list picks, whatever happens to the list', () => {
    fc.assert(
      fc.property(fc.nat({ max: 40 }), fc.array(step, { maxLength: 120 }), (servers, steps) => {
        const fresh = (): RealServer => ({ weight: 1, active: 0, inactive: 0 });
        const list = Array.from({ length: servers }, fresh);
        const tree = new LeastConnections(list);
        for (const { what, at } of steps) {
          if (what === 'insert') {
            const index = at % (list.length + 1);
            list.splice(index, 0, fresh());
            tree.inserted(index);
          } else if (list.length > 0) {
            const index = what === 'open' ? tree.pick() : at % list.length;
            const server = list[index];
            if (what === 'remove') {
              list.splice(index, 1);
              tree.removed(index);
            } else if (server !== undefined) {
              if (what === 'open') server.active++;
              if (what === 'close' && server.active > 0) {
                server.active--;
                server.inactive += 1 + (at % 300);
              }
              if (what === 'expire') server.inactive = 0;
              if (what === 'weigh') server.weight = at % 2;
              tree.changed(index);
            }
          }
          expect(tree.pick()).toBe(scan(list));
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
