/** Clients that balance over the pods of a headless Service: who gets what, and what they know of changes. */
import { describe, expect, it } from 'vitest';
import type { OutlierDetection, Plan, TimelineAction } from '../../../src/contract/plan.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { inconsistencies } from '../conservation.ts';
import { at, keepAlive, ms, multiplexed, retry, sec } from '../plans.ts';
import { part, record, type Recorded } from '../recorded.ts';
import { balancerOf, headless } from './headless-plans.ts';

const ROUND_ROBIN = balancerOf({ kind: 'round_robin' });
const servedBy = (made: Plan): number[] => simulate(made, 1).pods.map(({ requests }) => requests);
/** Requests by the pod that served them, of those due between two moments (s). */
function served({ requests }: Recorded, from: number, to: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { issuedNs, pod, outcome } of requests) {
    if (issuedNs < at(from) || issuedNs >= at(to)) continue;
    const key = outcome === 'ok' ? pod : outcome;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
const scaled = (second: number, replicas: number): TimelineAction => ({
  kind: 'scale',
  at: at(second),
  workload: 0,
  replicas,
});

describe('a channel over a headless Service', () => {
  it('with round_robin gives all pods the same', () => {
    expect(servedBy(headless(ROUND_ROBIN))).toEqual([250, 250, 250, 250]);
  });

  it('with pick_first gives one pod all', () => {
    const made = headless(balancerOf({ kind: 'pick_first' }));
    expect(servedBy(made).toSorted((a, b) => a - b)).toEqual([0, 0, 0, 1000]);
  });

  it('connects with the first request, once to each address, and never again', () => {
    const result = record(headless(ROUND_ROBIN, { warmUp: 0 }));
    expect(result.connections.map(({ openedNs }) => openedNs)).toEqual(new Array(4).fill(ms(10)));
    // The first request waits for a handshake: two hops.
    expect(part(result.requests[0]!, 'connect')).toBe(ms(2));
    expect(result.requests.slice(1).every((request) => part(request, 'connect') === 0)).toBe(true);
  });

  it('gives a new pod nothing until it asks for addresses again, and then its share', () => {
    const made = headless(ROUND_ROBIN, { duration: 60, timeline: [scaled(10, 5)] });
    expect(Object.keys(served(record(made), 20, 60))).toHaveLength(4);
    const asking = headless(
      balancerOf(
        { kind: 'round_robin' },
        { resolution: { onDisconnect: true, minInterval: sec(30), every: sec(20) } },
      ),
      { duration: 60, timeline: [scaled(10, 5)] },
    );
    const result = record(asking);
    // It asked with the first request, at 10 ms, and asks again 20 and 40 s later; the handshake takes 2 ms.
    expect(Object.keys(served(result, 15, 20))).toHaveLength(4);
    const shares = Object.values(served(result, 20.1, 60));
    expect(shares).toHaveLength(5);
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(2);
  });

  it('hears of new pods by losing connections, which their age sees to: 30 s apart at least', () => {
    const made = headless(ROUND_ROBIN, {
      duration: 100,
      timeline: [scaled(10, 5)],
      client: { connection: multiplexed({ maxAge: sec(15) }) },
    });
    const result = record(made);
    // Asked at 0 s; connections age out at 15 s, the question waits until 30 s.
    expect(Object.keys(served(result, 12, 29.9))).toHaveLength(4);
    const shares = Object.values(served(result, 31, 100));
    expect(shares).toHaveLength(5);
    expect(Math.max(...shares) / Math.min(...shares)).toBeLessThan(1.05);
  });

  it('goes on with the addresses that it has where the name has none', () => {
    const made = headless(
      balancerOf(
        { kind: 'round_robin' },
        { resolution: { onDisconnect: true, minInterval: sec(1), every: sec(1) } },
      ),
      {
        timeline: [{ kind: 'setReady', at: at(4), workload: 0, pod: null, ready: false }],
      },
    );
    expect(Object.keys(served(record(made), 6, 11)).toSorted()).toEqual(
      [0, 1, 2, 3].map((i) => `backend-${i}`),
    );
  });

  it('closes connections to pods that the name has no more', () => {
    const made = headless(
      balancerOf(
        { kind: 'round_robin' },
        { resolution: { onDisconnect: true, minInterval: sec(1), every: sec(1) } },
      ),
      {
        timeline: [{ kind: 'setReady', at: at(4), workload: 0, pod: 'backend-1', ready: false }],
      },
    );
    const result = record(made);
    expect(Object.keys(served(result, 6, 11)).toSorted()).toEqual([
      'backend-0',
      'backend-2',
      'backend-3',
    ]);
    const gone = result.connections.filter(({ pod }) => pod === 'backend-1');
    expect(gone.map(({ closedNs }) => closedNs! < at(6))).toEqual([true]);
  });

  it('without addresses fails as a name that is not resolved', () => {
    const result = record(headless(ROUND_ROBIN, { pods: 0 }));
    expect(served(result, 1, 11)).toEqual({ dns: 1000 });
  });
});

describe('a channel whose pods crash', () => {
  const crash = (pod: string | null, lasts = sec(4)): TimelineAction => ({
    kind: 'crash',
    at: at(3.005),
    workload: 0,
    pod,
    lasts,
  });

  it('leaves out the one that it is not connected to: only what was under way fails', () => {
    const made = headless(ROUND_ROBIN, {
      service: { kind: 'constant', value: ms(50) },
      workload: { concurrency: 100 },
      timeline: [crash('backend-2')],
    });
    const result = record(made);
    expect(inconsistencies(made, result)).toEqual([]);
    const failed = result.requests.filter(({ outcome }) => outcome !== 'ok');
    // One request in four, of those of 52 ms.
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThanOrEqual(2);
    expect(Object.keys(served(result, 3.1, 7))).toHaveLength(3);
  });

  it('fails all at once with 503 while it is connected to none, and comes back after a back-off', () => {
    const made = headless(ROUND_ROBIN, { timeline: [crash(null, sec(4))] });
    const result = record(made);
    expect(inconsistencies(made, result)).toEqual([]);
    expect(Object.keys(served(result, 3.1, 6.9))).toEqual(['503']);
    expect(result.clients[0]!.failures).toContainEqual(
      expect.objectContaining({ cause: '503', reason: 'noHealthyEndpoints' }),
    );
    // Tried in vain at 3, 4 and 5.6 s, give or take a fifth; the next time is 2.56 s later, at 8.2 s or so.
    expect(Object.keys(served(result, 9.5, 11))).toHaveLength(4);
  });

  it('with pick_first goes on to the next address', () => {
    const made = headless(balancerOf({ kind: 'pick_first' }));
    const first = Object.keys(served(record(made), 1, 3))[0]!;
    const crashed = headless(balancerOf({ kind: 'pick_first' }), { timeline: [crash(first)] });
    const after = served(record(crashed), 3.1, 11);
    expect(Object.keys(after)).toHaveLength(1);
    expect(Object.keys(after)[0]).not.toBe(first);
    expect(Object.keys(after)[0]).toMatch(/^backend-/);
  });
});

describe('pools by endpoint', () => {
  const pools = { connectBackoff: null };

  it('with round_robin over HTTP/1.1 give all pods the same', () => {
    const made = headless(balancerOf({ kind: 'round_robin' }, pools), {
      client: { connection: keepAlive({ pool: 2 }) },
    });
    expect(servedBy(made)).toEqual([250, 250, 250, 250]);
  });

  it('are a pool for each endpoint: no more connections than that', () => {
    const made = headless(balancerOf({ kind: 'round_robin' }, pools), {
      service: { kind: 'constant', value: ms(200) },
      workload: { concurrency: 10 },
      client: { connection: keepAlive({ pool: 2 }) },
    });
    const result = record(made);
    expect(result.connections).toHaveLength(8);
  });

  it('with ring_hash send a client to one pod, and a key to one pod', () => {
    const ring = { kind: 'ring_hash', minRingSize: 1024, maxRingSize: 4096 } as const;
    const byClient = headless(balancerOf(ring, { key: { kind: 'clientIp' } }));
    expect(servedBy(byClient).toSorted((a, b) => a - b)).toEqual([0, 0, 0, 1000]);
    const byKey = headless(balancerOf(ring, { key: { kind: 'request', keys: 1000, skew: 0 } }));
    // Shares of the ring, of 256 points each: within a third of a quarter.
    for (const count of servedBy(byKey)) expect(Math.abs(count - 250)).toBeLessThan(85);
  });

  it('give a key of a Zipf population what is its due', () => {
    // Two keys of skew 1: 2/3 and 1/3 of the requests, of which each goes to one pod. Binomial, five sigma.
    const maglev = { kind: 'maglev', tableSize: 65_537 } as const;
    const made = headless(
      balancerOf(maglev, { key: { kind: 'request', keys: 2, skew: 1 }, ...pools }),
      { client: { connection: { mode: 'PerRequest' } }, pods: 64 },
    );
    const counts = servedBy(made).filter((count) => count > 0);
    expect(counts).toHaveLength(2);
    expect(Math.abs(Math.max(...counts) - 667)).toBeLessThan(75);
  });
});

describe('a balancer that leaves endpoints alone', () => {
  const detection: OutlierDetection = {
    consecutiveFailures: 5,
    interval: sec(1),
    baseEjectionTime: sec(3),
    maxEjectionTime: sec(30),
    maxEjection: 0.5,
    failurePercentage: null,
    successRate: null,
  };

  it('sends nothing to an ejected one, and something again once it is back', () => {
    // All pods answer with 500 all the time: two of four are ejected at their fifth failure, for three seconds.
    const made = headless(balancerOf({ kind: 'round_robin' }, { outlierDetection: detection }), {
      warmUp: 0,
      workload: { errorRate: 1 },
    });
    const result = record(made);
    expect(inconsistencies(made, result)).toEqual([]);
    const podsIn = (from: number, to: number): number =>
      new Set(
        result.requests
          .filter(({ issuedNs }) => issuedNs >= at(from) && issuedNs < at(to))
          .map(({ pod }) => pod),
      ).size;
    expect(podsIn(0, 0.2)).toBe(4);
    expect(podsIn(0.4, 3)).toBe(2);
    expect(podsIn(3, 5)).toBeGreaterThan(2);
  });

  it('fails requests where all are left alone', () => {
    const made = headless(
      balancerOf(
        { kind: 'round_robin' },
        { outlierDetection: { ...detection, maxEjection: 1, interval: sec(5) } },
      ),
      { warmUp: 0, duration: 4, workload: { errorRate: 1 } },
    );
    expect(served(record(made), 1, 4)).toEqual({ '503': 300 });
  });

  it('tries again elsewhere, if it is asked to: a pod that is gone fails nobody then', () => {
    const failed = (hostSelectionRetries: number): number => {
      const policy = { kind: 'random' } as const;
      const made = headless(balancerOf(policy, { connectBackoff: null, hostSelectionRetries }), {
        pods: 2,
        timeline: [{ kind: 'crash', at: at(1), workload: 0, pod: 'backend-0', lasts: sec(20) }],
        client: {
          connection: { mode: 'PerRequest' },
          retry: retry({ attempts: 1, on: ['refused'] }),
        },
      });
      return simulate(made, 1).clients[0]!.errors['refused'] ?? 0;
    };
    // 20 picks of one of two all come to the same in one of a million cases.
    expect(failed(20)).toBe(0);
    // Both tries go there in a quarter of the cases: binomial of 1000, five sigma.
    expect(Math.abs(failed(0) - 250)).toBeLessThan(70);
  });
});

describe('a balancing client whose node goes down', () => {
  it('comes back with nothing of what it knew, and adds up', () => {
    for (const policy of ['round_robin', 'pick_first'] as const) {
      const made = headless(balancerOf({ kind: policy }), {
        timeline: [{ kind: 'nodeDown', at: at(3), node: 1, lasts: sec(2) }],
      });
      const result = record(made);
      expect(inconsistencies(made, result)).toEqual([]);
      expect(Object.keys(served(result, 3.1, 5))).toEqual(['nodeDown']);
      const after = Object.keys(served(result, 5.2, 11));
      expect(after).toHaveLength(policy === 'round_robin' ? 4 : 1);
    }
  });
});
