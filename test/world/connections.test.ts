import { describe, expect, it } from 'vitest';
import {
  at,
  conntrack,
  constant,
  keepAlive,
  ms,
  multiplexed,
  paced,
  plan,
  sec,
  us,
} from './plans.ts';
import { latencies, outcomes, part, record, requestsByPod } from './recorded.ts';

const HOP = us(100);

/** Requests of 2 ms, one every 10 ms, to pods that serve any number at once. */
const calm = {
  hop: HOP,
  service: constant(ms(2)),
  workload: { concurrency: 1000 },
  duration: 1,
};

describe('PerRequest', () => {
  it('opens a connection for every request, and leaves none open', () => {
    const { connections, totals } = record(plan({ ...calm, client: { arrival: paced(100) } }));
    expect(connections).toHaveLength(99);
    expect(connections.every(({ requests }) => requests === 1)).toBe(true);
    for (const { openedNs, closedNs } of connections) {
      expect(closedNs! - openedNs).toBe(4 * HOP + ms(2));
    }
    expect(totals.connectionsOpen).toBe(0);
  });
});

describe('KeepAlive', () => {
  it('opens as many connections as requests need at once, up to the pool', () => {
    const busy = { ...calm, service: constant(ms(35)) };
    const opened = (pool: number): number =>
      record(plan({ ...busy, client: { arrival: paced(100), connection: keepAlive({ pool }) } }))
        .connections.length;
    // 35.2 ms and more at one every 10 ms: four at a time.
    expect(opened(10)).toBe(4);
    expect(opened(3)).toBe(3);
  });

  it('closes a connection after maxRequests', () => {
    const { connections } = record(
      plan({
        ...calm,
        client: { arrival: paced(100), connection: keepAlive({ maxRequests: 10 }) },
      }),
    );
    expect(connections.map(({ requests }) => requests)).toEqual([
      ...new Array<number>(9).fill(10),
      9,
    ]);
  });

  it('sends nothing over a connection that has reached maxAge', () => {
    const maxAge = ms(95);
    const { connections, requests } = record(
      plan({ ...calm, client: { arrival: paced(100), connection: keepAlive({ maxAge }) } }),
    );
    // Opened with a request, and used by nine more, the last 90 ms later.
    expect(connections.map((connection) => connection.requests)).toEqual([
      ...new Array<number>(9).fill(10),
      9,
    ]);
    expect(requests.every(({ outcome }) => outcome === 'ok')).toBe(true);
  });

  it('closes a connection that was idle for idleTimeout, to the nanosecond', () => {
    const idle = keepAlive({ idleTimeout: ms(50) });
    const { connections, requests } = record(
      plan({ ...calm, client: { arrival: paced(10), connection: idle } }),
    );
    // Between requests 98 ms pass; the last one is still open when the run ends.
    expect(connections).toHaveLength(9);
    expect(connections.slice(0, -1).map(({ closedNs }) => closedNs)).toEqual(
      requests.slice(0, -1).map(({ issuedNs, latencyNs }) => issuedNs + latencyNs + ms(50)),
    );
    const busy = record(plan({ ...calm, client: { arrival: paced(50), connection: idle } }));
    expect(busy.connections).toHaveLength(1);
  });

  it('reuses the idle connection that its policy names', () => {
    // Four connections are opened by a first rush; then requests come one at a time.
    const use = (reuse: 'Lifo' | 'Fifo' | 'Random'): number[] =>
      record(
        plan({
          hop: HOP,
          service: constant(ms(1)),
          workload: { concurrency: 1000 },
          duration: 3,
          clients: [
            {
              arrival: {
                kind: 'steps',
                points: [
                  { at: at(0), rate: 10_000 },
                  { at: at(0.01), rate: 0 },
                  { at: at(1), rate: 100 },
                ],
              },
              connection: keepAlive({ pool: 4, reuse }),
            },
          ],
        }),
        3,
      ).connections.map(({ requests }) => requests);
    const spread = (counts: readonly number[]): number => Math.max(...counts) - Math.min(...counts);
    const [lifo, fifo, random] = [use('Lifo'), use('Fifo'), use('Random')];
    for (const counts of [lifo, fifo, random]) expect(counts).toHaveLength(4);
    expect(spread(lifo)).toBeGreaterThan(90);
    expect(spread(fifo)).toBeLessThan(20);
    expect(spread(random)).toBeGreaterThan(0);
    expect(spread(random)).toBeLessThan(80);
  });

  it('O4: stays with the pods it has met: pods added later get nothing, until connections are made anew', () => {
    const scaled = {
      ...calm,
      lag: ms(10),
      duration: 4,
      workload: { concurrency: 1000, startUp: constant(ms(100)) },
      timeline: [{ kind: 'scale', at: at(1), workload: 0, replicas: 4 }] as const,
    };
    const kept = record(
      plan({ ...scaled, client: { arrival: paced(500), connection: keepAlive({ pool: 8 }) } }),
    );
    expect(Object.keys(requestsByPod(kept))).toEqual(['backend-0']);
    const fresh = record(plan({ ...scaled, client: { arrival: paced(500) } }));
    expect(Object.keys(requestsByPod(fresh)).sort()).toHaveLength(4);
    const bounded = record(
      plan({
        ...scaled,
        client: { arrival: paced(500), connection: keepAlive({ pool: 8, maxRequests: 20 }) },
      }),
    );
    expect(Object.keys(requestsByPod(bounded)).sort()).toHaveLength(4);
  });

  it('gives up a connection whose answer the client no longer waits for', () => {
    const { connections, requests } = record(
      plan({
        ...calm,
        service: constant(ms(80)),
        client: { arrival: paced(10), connection: keepAlive(), timeout: ms(50) },
      }),
    );
    expect(new Set(requests.map(({ outcome }) => outcome))).toEqual(new Set(['timeout']));
    expect(connections).toHaveLength(9);
    expect(connections.map(({ closedNs }) => closedNs)).toEqual(
      requests.map(({ issuedNs }) => issuedNs + ms(50)),
    );
  });
});

describe('Multiplexed', () => {
  const many = { ...calm, service: constant(ms(95)) };

  it('sends any number of requests over each of its connections, the least busy next', () => {
    const { connections, requests } = record(
      plan({ ...many, client: { arrival: paced(100), connection: multiplexed({ pool: 2 }) } }),
    );
    expect(connections).toHaveLength(2);
    const [a, b] = connections.map((connection) => connection.requests);
    expect(a! + b!).toBe(99);
    expect(Math.abs(a! - b!)).toBeLessThanOrEqual(1);
    // All but the two that opened connections start at once.
    expect(requests.slice(2).every(({ latencyNs }) => latencyNs === 2 * HOP + ms(95))).toBe(true);
  });

  it('prefers the connection that has been open longest among equally busy ones', () => {
    const { connections } = record(
      plan({ ...calm, client: { arrival: paced(100), connection: multiplexed({ pool: 3 }) } }),
    );
    // The pool is filled first; then nobody is ever busy when a request comes.
    expect(connections.map((connection) => connection.requests)).toEqual([97, 1, 1]);
  });

  it('lets requests wait for the only handshake, and no longer', () => {
    const { connections, requests } = record(
      plan({
        ...many,
        hop: ms(10),
        client: { arrival: paced(200), connection: multiplexed({ pool: 1 }) },
      }),
    );
    expect(connections).toHaveLength(1);
    // Due after 5, 10, 15 and 20 ms; the handshake is done after 25.
    expect(requests.slice(1, 4).map((request) => part(request, 'pool'))).toEqual([
      ms(15),
      ms(10),
      ms(5),
    ]);
    expect(part(requests[5]!, 'pool')).toBe(0);
  });

  it('walks away from a request and keeps the connection', () => {
    const { connections, requests } = record(
      plan({
        ...many,
        client: { arrival: paced(100), connection: multiplexed(), timeout: ms(50) },
      }),
    );
    expect(connections).toHaveLength(1);
    expect(new Set(requests.map(({ outcome }) => outcome))).toEqual(new Set(['timeout']));
  });

  it('retires a connection after maxRequests, and closes it with its last answer', () => {
    const { connections, requests } = record(
      plan({
        ...many,
        client: { arrival: paced(100), connection: multiplexed({ maxRequests: 5 }) },
      }),
    );
    expect(connections.map((connection) => connection.requests)).toEqual([
      ...new Array<number>(19).fill(5),
      4,
    ]);
    expect(new Set(requests.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
  });
});

describe('an attempt timeout', () => {
  it('ends requests after exactly that long, wherever they are', () => {
    for (const connection of [{ mode: 'PerRequest' } as const, keepAlive(), multiplexed()]) {
      const result = record(
        plan({
          hop: ms(3),
          service: constant(ms(100)),
          duration: 1,
          client: { arrival: paced(100), connection, timeout: ms(30) },
        }),
      );
      expect(new Set(outcomes(result))).toEqual(new Set(['timeout']));
      expect(new Set(latencies(result))).toEqual(new Set([ms(30)]));
    }
  });

  it('does not stop the pod, which works for nobody', () => {
    const result = record(
      plan({
        service: constant(ms(100)),
        duration: 1,
        client: { arrival: paced(5), timeout: ms(30) },
      }),
    );
    // Four of 100 ms, at 200, 400, 600 and 800 ms.
    expect(result.pods[0]!.utilisation).toBeCloseTo(0.4, 12);
  });
});

describe('source ports', () => {
  it('run out, and come back when they have rested', () => {
    const result = record(
      plan({
        ...calm,
        duration: 2.5,
        client: { arrival: paced(100), ports: { first: 1, last: 10, timeWait: sec(1) } },
      }),
    );
    const failed = result.requests.filter(({ outcome }) => outcome === 'noPorts');
    // Ten at 10–100 ms, closed 2.4 ms later; the next ten from 1.02 s on, since that at 1.01 finds none rested.
    const served = result.requests.filter(({ outcome }) => outcome === 'ok');
    expect(served.map(({ issuedNs }) => issuedNs / ms(10))).toEqual(
      [1, 102, 203].flatMap((first) => Array.from({ length: 10 }, (_, i) => first + i)),
    );
    expect(failed.every(({ latencyNs }) => latencyNs === 0)).toBe(true);
    expect(served.length + failed.length).toBe(249);
  });

  it('are each client pod’s own, and never in use twice', () => {
    const { connections } = record(
      plan({
        ...calm,
        clientNodes: 3,
        client: { arrival: paced(300), ports: { first: 1, last: 60_999, timeWait: sec(60) } },
      }),
    );
    const used = connections.map(({ clientIp, clientPort }) => `${clientIp}:${clientPort}`);
    expect(new Set(used).size).toBe(used.length);
    expect(new Set(connections.map(({ clientPort }) => clientPort)).size).toBe(100);
  });
});

describe('a full conntrack table', () => {
  const tracked = {
    ...calm,
    duration: 1.5,
    proxy: { conntrack: conntrack(10, ms(128)) },
  };

  it('drops first packets, which are sent again a second later', () => {
    const result = record(plan({ ...tracked, client: { arrival: paced(100) } }));
    const delayed = result.requests.filter((request) => part(request, 'connect') !== 2 * HOP);
    // Ten requests within 100 ms fill it; the eleventh is the first to wait for a retransmission.
    expect(delayed[0]!.issuedNs).toBe(ms(110));
    // Sent again 1, 2, 3, 4, 5, 7 ... s after the first time, until there is room.
    const waits = delayed.map((request) => (part(request, 'connect') - 2 * HOP) / sec(1));
    expect(waits.every((wait) => [1, 2, 3, 4, 5, 7, 11].includes(wait))).toBe(true);
    expect(waits).toContain(1);
    expect(new Set(outcomes(result))).toEqual(new Set(['ok']));
  });

  it('fails those with a connect timeout shorter than that', () => {
    const result = record(
      plan({ ...tracked, client: { arrival: paced(100), connectTimeout: ms(300) } }),
    );
    const failed = result.requests.filter(({ outcome }) => outcome !== 'ok');
    expect(new Set(failed.map(({ outcome }) => outcome))).toEqual(new Set(['connectTimeout']));
    expect(new Set(failed.map(({ latencyNs }) => latencyNs))).toEqual(new Set([ms(300)]));
    // 10 entries a time wait of 128–129 ms, after 2.4 ms each: half of what is asked for has no place.
    expect(failed.length).toBeGreaterThan(30);
    expect(failed.length).toBeLessThan(80);
  });

  it.each([
    [9, 0],
    // 1,200 entries are spent in 109 s and come back after 120: for 11 s of each 120 nobody gets in.
    [11, 240],
  ])(
    'O15: comes at more than its size over 120 s: %i new connections a second, %i fail',
    (rate, failures) => {
      const result = record(
        plan({
          ...calm,
          duration: 300,
          proxy: { conntrack: conntrack(1200, sec(120)) },
          client: { arrival: paced(rate), connectTimeout: ms(300) },
        }),
      );
      const failed = result.requests.filter(({ outcome }) => outcome !== 'ok');
      expect(new Set(failed.map(({ outcome }) => outcome)).size).toBe(failures === 0 ? 0 : 1);
      expect(failed.length).toBeGreaterThanOrEqual(failures * 0.9);
      expect(failed.length).toBeLessThanOrEqual(failures * 1.2);
      if (failures > 0) expect(failed[0]!.issuedNs / sec(1)).toBeCloseTo(1200 / rate, 0);
    },
  );

  it('O15: leaves established connections alone', () => {
    const result = record(
      plan({
        ...tracked,
        proxy: { conntrack: conntrack(1, sec(1)) },
        client: { arrival: paced(100), connection: keepAlive() },
      }),
    );
    expect(new Set(outcomes(result))).toEqual(new Set(['ok']));
    expect(Math.max(...latencies(result))).toBe(4 * HOP + ms(2));
  });
});

describe('the connections of an IPVS node', () => {
  const byIpvs = { ...calm, mode: 'ipvs' } as const;

  it('start with the last endpoint in the order of addresses as text', () => {
    const { connections } = record(plan({ ...byIpvs, pods: 11, client: { arrival: paced(100) } }));
    const last = (endpoint: string): string => endpoint.replace('10.244.0.', '');
    expect(connections.slice(0, 11).map(({ endpoint }) => last(endpoint))).toEqual(
      [9, 8, 7, 6, 5, 4, 3, 2, 1, 11, 10].map((host) => `${host}:8080`),
    );
  });

  it('count while they are open: least connections avoids a pod with one, and not with a closed one', () => {
    const result = record(
      plan({
        ...byIpvs,
        scheduler: 'lc',
        pods: 2,
        duration: 2,
        clients: [
          { name: 'kept', arrival: paced(200), connection: keepAlive() },
          { name: 'short', arrival: paced(100) },
        ],
      }),
    );
    const pods = (client: string): Set<string> =>
      new Set(result.connections.filter((one) => one.client === client).map(({ pod }) => pod));
    expect(pods('kept')).toEqual(new Set(['backend-1']));
    // 199 of them, closed one after the other, weigh less than the one that is open.
    expect(pods('short')).toEqual(new Set(['backend-0']));
  });
});
