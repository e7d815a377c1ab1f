import { describe, expect, it } from 'vitest';
import { constant, keepAlive, ms, multiplexed, ns, paced, plan, us, FREE } from './plans.ts';
import { latencies, part, record } from './recorded.ts';

const HOP = us(300);
const SERVICE = ms(2);

/** Requests that never meet: one every 100 ms. */
const lonely = { hop: HOP, service: constant(SERVICE), duration: 1 };

describe('the latency of a lonely request', () => {
  it('over its own connection is a handshake, a round trip and the service: four hops', () => {
    const result = record(plan({ ...lonely, client: { arrival: paced(10) } }));
    expect(result.requests).toHaveLength(9);
    for (const request of result.requests) {
      expect(request.latencyNs).toBe(4 * HOP + SERVICE);
      expect(part(request, 'connect')).toBe(2 * HOP);
      expect(part(request, 'network')).toBe(2 * HOP);
      expect(part(request, 'service')).toBe(SERVICE);
    }
  });

  it.each([
    ['KeepAlive', keepAlive()],
    ['Multiplexed', multiplexed()],
  ])('over a kept connection (%s) is two hops less from the second on', (_, connection) => {
    const result = record(plan({ ...lonely, client: { arrival: paced(10), connection } }));
    const [first, ...others] = latencies(result);
    expect(first).toBe(4 * HOP + SERVICE);
    expect(new Set(others)).toEqual(new Set([2 * HOP + SERVICE]));
  });

  it('holds what the rules cost the first packet, as part `proxy`, once a connection', () => {
    const costs = { nftables: { ...FREE.nftables, base: constant(ns(12_345)) } };
    const made = { ...lonely, mode: 'nftables' as const, costs };
    const perRequest = record(plan({ ...made, client: { arrival: paced(10) } }));
    expect(new Set(perRequest.requests.map((request) => part(request, 'proxy')))).toEqual(
      new Set([12_345]),
    );
    expect(latencies(perRequest)[0]).toBe(4 * HOP + SERVICE + 12_345);
    const kept = record(plan({ ...made, client: { arrival: paced(10), connection: keepAlive() } }));
    expect(kept.requests.map((request) => part(request, 'proxy'))).toEqual([
      12_345,
      ...new Array<number>(8).fill(0),
    ]);
  });

  it('is by distance: the same node, another, another zone', () => {
    const base = plan({ ...lonely, client: { arrival: paced(10) } });
    const network = {
      ...base.network,
      sameNode: constant(us(10)),
      sameZone: constant(us(100)),
      crossZone: constant(us(1000)),
      external: constant(us(9999)),
    };
    const zones = (client: string | null, pod: string | null, node: number): number => {
      const [podNode, clientNode] = base.nodes;
      const result = record({
        ...base,
        network,
        nodes: [
          { ...podNode!, zone: pod },
          { ...clientNode!, zone: client },
        ],
        clients: base.clients.map((one) => ({ ...one, replicas: [{ ip: '10.244.9.1', node }] })),
      });
      return (latencies(result)[0]! - SERVICE) / 4;
    };
    expect(zones('a', 'b', 0)).toBe(us(10));
    expect(zones('a', 'a', 1)).toBe(us(100));
    expect(zones('a', 'b', 1)).toBe(us(1000));
    expect(zones(null, 'b', 1)).toBe(us(100));
  });
});

describe('the latency of requests that meet', () => {
  it('holds the wait at the pod as `queue`, by first come first served', () => {
    // Every 10 ms one that takes 15 ms: each waits 5 ms longer than the one before.
    const result = record(
      plan({ service: constant(ms(15)), duration: 0.2, client: { arrival: paced(100) } }),
    );
    const waits = result.requests.map((request) => part(request, 'queue'));
    expect(waits).toEqual(waits.map((_, i) => i * ms(5)));
    expect(waits).toHaveLength(19);
  });

  it('holds the wait for a connection as `pool` where the pool is the limit', () => {
    const result = record(
      plan({
        service: constant(ms(15)),
        workload: { concurrency: 10 },
        duration: 0.2,
        client: { arrival: paced(100), connection: keepAlive({ pool: 1 }) },
      }),
    );
    const waits = result.requests.map((request) => part(request, 'pool'));
    expect(waits).toEqual(waits.map((_, i) => i * ms(5)));
  });

  it('counts from the moment a request was due, however late it started', () => {
    const result = record(
      plan({
        service: constant(ms(100)),
        duration: 0.1,
        client: { arrival: paced(1000), connection: keepAlive({ pool: 1 }) },
      }),
    );
    expect(result.requests).toHaveLength(99);
    // The last was due after 99 ms and ends after 1 ms + 99 × 100 ms: long after the end of arrivals.
    expect(latencies(result).at(-1)).toBe(ms(1) + 99 * ms(100) - ms(99));
    expect(result.totals.unfinished).toBe(0);
  });

  it('is measured only for requests due after the warm-up', () => {
    const result = record(
      plan({ ...lonely, warmUp: 0.5, duration: 1, client: { arrival: paced(10) } }),
    );
    expect(result.totals.issued).toBe(14);
    expect(result.requests.map(({ issuedNs }) => issuedNs / 1e8)).toEqual([
      5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    ]);
    expect(result.clients[0]!.requests).toBe(10);
  });
});
