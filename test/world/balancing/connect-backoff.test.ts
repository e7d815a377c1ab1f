/** Channels whose connections fail: they wait before they connect again, whatever has failed. */
import { describe, expect, it } from 'vitest';
import type { BalancingPolicy } from '../../../src/contract/plan.ts';
import { startRun } from '../../../src/world/simulate.ts';
import { inconsistencies } from '../conservation.ts';
import { at, ms, multiplexed, sec } from '../plans.ts';
import { record } from '../recorded.ts';
import { balancerOf, headless } from './headless-plans.ts';

/** A back-off that does not grow: 0.1 s. Whoever loses a connection may ask for addresses at once. */
const channel = (kind: 'pick_first' | 'round_robin') =>
  balancerOf({ kind } as BalancingPolicy, {
    resolution: { onDisconnect: true, minInterval: ms(0), every: null },
    connectBackoff: { base: ms(100), factor: 1, jitter: 0, max: ms(100) },
  });
const ports = (count: number) => ({ first: 40_001, last: 40_000 + count, timeWait: sec(60) });

describe.each(['pick_first', 'round_robin'] as const)('a channel with %s', (kind) => {
  it('ends, however few source ports there are, and whenever it may ask for addresses', () => {
    for (const pods of [1, 2, 4]) {
      for (const pool of [1, 4]) {
        for (const count of [1, 2, 3]) {
          const made = headless(channel(kind), {
            pods,
            client: { connection: multiplexed({ pool }), ports: ports(count) },
          });
          const run = startRun(made, 1, { recordConnections: true, recordRequests: true });
          expect(run.advance(200_000)).toBe(true);
          expect(inconsistencies(made, run.result())).toEqual([]);
        }
      }
    }
  });

  it('opens no more connections than its back-off allows where nobody listens', () => {
    const made = headless(channel(kind), {
      client: { connection: multiplexed({ pool: 3 }) },
      timeline: [{ kind: 'crash', at: at(0), workload: 0, pod: null, lasts: sec(60) }],
    });
    const { connections } = record(made);
    // 11 s, of which each pass takes a back-off: three connections to each of four pods in each.
    const passes = connections.length / 12;
    expect(passes).toBeGreaterThan(50);
    expect(passes).toBeLessThanOrEqual(110);
  });
});
