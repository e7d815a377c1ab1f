import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failover } from '../../src/proxy/ipvs/schedulers/fo.ts';
import { leastConnections } from '../../src/proxy/ipvs/schedulers/lc.ts';
import { LeastLoaded } from '../../src/proxy/ipvs/schedulers/least-loaded.ts';
import { neverQueue } from '../../src/proxy/ipvs/schedulers/nq.ts';
import { overflow } from '../../src/proxy/ipvs/schedulers/ovf.ts';
import type { RealServer } from '../../src/proxy/ipvs/schedulers/scheduler.ts';
import { shortestExpectedDelay } from '../../src/proxy/ipvs/schedulers/sed.ts';
import { weightedLeastConnections } from '../../src/proxy/ipvs/schedulers/wlc.ts';

/** As the kernel does it: through the whole list, with products of integers. */
type Scan = (list: readonly RealServer[]) => number;

/** The first server that `takes` connections and that no other `beats`. */
const scan =
  (
    takes: (server: RealServer) => boolean,
    beats: (server: RealServer, best: RealServer) => boolean,
  ): Scan =>
  (list) => {
    let best = -1;
    list.forEach((server, i) => {
      if (takes(server) && (best < 0 || beats(server, list[best]!))) best = i;
    });
    return best;
  };

const isUsable = ({ weight }: RealServer): boolean => weight > 0;
const overhead = ({ active, inactive }: RealServer): bigint => BigInt(256 * active + inactive);
const lessPerWeight =
  (load: (server: RealServer) => bigint) =>
  (server: RealServer, best: RealServer): boolean =>
    load(best) * BigInt(server.weight) > load(server) * BigInt(best.weight);
const heavier = (server: RealServer, best: RealServer): boolean => server.weight > best.weight;
const sed = scan(
  isUsable,
  lessPerWeight(({ active }) => BigInt(active + 1)),
);

const RULES = [
  ['lc', leastConnections, scan(isUsable, (a, b) => overhead(a) < overhead(b))],
  ['wlc', weightedLeastConnections, scan(isUsable, lessPerWeight(overhead))],
  ['sed', shortestExpectedDelay, sed],
  [
    'nq',
    neverQueue,
    (list: readonly RealServer[]): number => {
      const idle = list.findIndex(({ weight, active }) => weight > 0 && active === 0);
      return idle >= 0 ? idle : sed(list);
    },
  ],
  ['fo', failover, scan(isUsable, heavier)],
  ['ovf', overflow, scan(({ weight, active }) => weight > 0 && active <= weight, heavier)],
] as const;

const step = fc.record({
  what: fc.constantFrom('insert', 'remove', 'open', 'open', 'close', 'expire', 'weigh'),
  at: fc.nat({ max: 1000 }),
});

const NOWHERE = { sourceIp: 0, sourcePort: 0 };

describe.each(RULES)('%s', (_, loadOf, kernelPick) => {
  it('picks what the walk through the list picks, whatever happens to the list', () => {
    fc.assert(
      fc.property(fc.nat({ max: 40 }), fc.array(step, { maxLength: 120 }), (servers, steps) => {
        const fresh = (weight: number): RealServer => ({
          ip: 0,
          port: 0,
          weight,
          lastWeight: weight,
          active: 0,
          inactive: 0,
          index: 0,
          references: 0,
        });
        const list = Array.from({ length: servers }, (_none, i) => fresh(1 + (i % 3)));
        const scheduler = new LeastLoaded(list, loadOf);
        for (const { what, at } of steps) {
          if (what === 'insert') {
            const index = at % (list.length + 1);
            list.splice(index, 0, fresh(at % 4));
            scheduler.inserted(index);
          } else if (list.length > 0) {
            const index = what === 'open' ? scheduler.pick(NOWHERE) : at % list.length;
            const server = list[index];
            if (what === 'remove') {
              list.splice(index, 1);
              scheduler.removed(index);
            } else if (server !== undefined) {
              if (what === 'open') server.active++;
              if (what === 'close' && server.active > 0) {
                server.active--;
                server.inactive += 1 + (at % 300);
              }
              if (what === 'expire') server.inactive = 0;
              if (what === 'weigh') server.weight = at % 5;
              if (what === 'weigh') scheduler.weighed(index);
              else scheduler.counted(index, server.weight, server.active, server.inactive);
            }
          }
          expect(scheduler.pick(NOWHERE)).toBe(kernelPick(list));
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});
