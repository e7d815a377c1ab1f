/** Pools that protect themselves: connections opened before they are needed, and ages that differ. */
import { describe, expect, it } from 'vitest';
import { inconsistencies } from '../conservation.ts';
import { constant, keepAlive, ms, multiplexed, paced, plan, sec, us } from '../plans.ts';
import { part, record } from '../recorded.ts';

describe('a pool that is warmed up', () => {
  it.each([keepAlive, multiplexed])('spares its first requests the handshake', (policy) => {
    const run = (warmUp: number) => {
      const planned = plan({
        clientNodes: 2,
        hop: us(500),
        service: constant(ms(1)),
        duration: 2,
        client: { arrival: paced(10), connection: policy({ pool: 3, warmUp }) },
      });
      const result = record(planned);
      expect(inconsistencies(planned, result)).toEqual([]);
      return result;
    };
    const cold = run(0);
    expect(part(cold.requests[0]!, 'connect')).toBe(ms(1));
    const warm = run(3);
    expect(warm.requests.every((request) => part(request, 'connect') === 0)).toBe(true);
    expect(warm.connections).toHaveLength(6);
    expect(warm.connections.every(({ openedNs }) => openedNs <= 0)).toBe(true);
  });

  it('leaves it at that where nobody is there to connect to', () => {
    const planned = plan({
      pods: 0,
      duration: 1,
      client: { arrival: paced(2), connection: keepAlive({ pool: 3, warmUp: 2 }) },
    });
    const result = record(planned);
    expect(inconsistencies(planned, result)).toEqual([]);
    expect(result.connections).toHaveLength(2 + result.requests.length);
  });
});

describe('ages of connections', () => {
  const ages = (maxAgeJitter: number): number[] => {
    const result = record(
      plan({
        clientNodes: 20,
        service: constant(ms(1)),
        workload: { concurrency: 100 },
        duration: 12,
        client: {
          arrival: paced(4000),
          connection: keepAlive({ pool: 1, maxAge: sec(10), maxAgeJitter }),
        },
      }),
    );
    return result.connections.flatMap(({ closedNs, openedNs }) =>
      closedNs === null ? [] : [(closedNs - openedNs) / 1e9],
    );
  };

  it('are all alike without jitter', () => {
    const alike = ages(0);
    expect(alike).toHaveLength(20);
    expect(Math.max(...alike) - Math.min(...alike)).toBeLessThan(0.02);
  });

  it('are spread over maxAge ± jitter, as gRPC does against storms of reconnects', () => {
    const spread = ages(0.1);
    expect(spread).toHaveLength(20);
    expect(Math.min(...spread)).toBeGreaterThanOrEqual(9);
    expect(Math.max(...spread)).toBeLessThan(11.02);
    // Twenty uniform ages within half of the range: one seed in 50,000.
    expect(Math.max(...spread) - Math.min(...spread)).toBeGreaterThan(1);
  });
});
