/** Calls of pods behind proxies, hop by hop: what each of them takes, who picks, and how retries multiply. */
import { describe, expect, it } from 'vitest';
import type { Plan, PlannedClient, RetryPolicy } from '../../../src/contract/plan.ts';
import type { PlannedMesh } from '../../../src/contract/traffic/mesh.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { graph, type Station } from '../calls/graphs.ts';
import { inconsistencies } from '../conservation.ts';
import {
  constant,
  exponential,
  keepAlive,
  ms,
  multiplexed,
  paced,
  poisson,
  retry,
  us,
  type PlanOptions,
} from '../plans.ts';
import { part, record, type Recorded } from '../recorded.ts';
import { expectTheory, replicate } from '../replications.ts';
import { balancerOf } from '../balancing/headless-plans.ts';
import { proxyBalancer, routing, sidecar, ztunnel } from './meshes.ts';

const ROUND_ROBIN = { kind: 'round_robin' } as const;

/** How a client or a call goes by a mesh. */
const by = (mesh: PlannedMesh, rest: Partial<PlannedClient> = {}): Partial<PlannedClient> => ({
  mesh,
  balancer: mesh.mode === 'Ztunnel' ? null : proxyBalancer(ROUND_ROBIN),
  connection: keepAlive({ pool: 1e6 }),
  ...rest,
});

/** Stations that call each other one after the other, all of them and the client by the same way. */
function chain(
  stations: readonly Station[],
  way: Partial<PlannedClient>,
  options: PlanOptions = {},
): Plan {
  const linked = stations.map((station, i) => {
    const next = stations[i + 1];
    const calls = next === undefined ? [] : [{ to: next.name, client: way }];
    return { ...station, calls };
  });
  return graph(linked, { duration: 5.5, ...options, client: { ...way, ...options.client } });
}

function checked(plan: Plan): Recorded {
  const result = record(plan);
  expect(inconsistencies(plan, result)).toEqual([]);
  return result;
}

const of = ({ requests }: Recorded, client: string) =>
  requests.filter((one) => one.client === client);

describe('a chain of calls with a proxy on every hop, where nobody waits', () => {
  const times = { client: constant(us(300)), server: constant(us(200)) };
  const waypoint: PlannedMesh = {
    mode: 'Waypoint',
    workload: 2,
    proxyTime: { ...times, waypoint: constant(us(400)) },
    routing: routing(),
  };
  const HOP = us(100);
  const SERVICES = [ms(5), ms(3), ms(2)];

  it.each([
    ['sidecars', sidecar({ proxyTime: times }), us(500), 2],
    ['ztunnels', ztunnel({ proxyTime: times }), us(500), 2],
    ['waypoints', waypoint, us(900), 4],
  ])('takes the services, the crossings and the %s, to the nanosecond', (_, mesh, proxy, hops) => {
    const stations = ['a', 'b', 'c'].map((name, i) => ({ name, service: constant(SERVICES[i]!) }));
    const result = checked(
      chain(stations, by(mesh), { hop: HOP, client: { arrival: paced(2), ...by(mesh) } }),
    );
    const way = proxy + hops * HOP;
    ['web', 'a->b', 'b->c'].forEach((client, i) => {
      // The first of each finds no connections yet.
      const requests = of(result, client).slice(1);
      expect(requests).toHaveLength(9);
      const latency = SERVICES.slice(i).reduce((sum: number, own) => sum + own + way, 0);
      for (const request of requests) {
        expect(request.latencyNs).toBe(latency);
        // Each proxy is in the books of its own hop, and for those above it is time in calls.
        expect(part(request, 'proxy')).toBe(proxy);
        expect(part(request, 'network')).toBe(hops * HOP);
        expect(part(request, 'service')).toBe(SERVICES[i]);
        expect(part(request, 'calls')).toBe(latency - SERVICES[i]! - way);
      }
    });
  });
});

describe('calls of three pods to four, over connections that are shared', () => {
  const PODS = 4;
  /** Requests from each calling pod (by its address) to each pod. */
  function shares(way: Partial<PlannedClient>, headless = false): number[][] {
    const made = graph(
      [
        {
          name: 'front',
          pods: 3,
          service: constant(ms(1)),
          workload: { concurrency: 100 },
          calls: [{ to: 'back', client: { connection: multiplexed(), ...way } }],
        },
        { name: 'back', pods: PODS, service: constant(ms(1)), workload: { concurrency: 100 } },
      ],
      { hop: us(100), duration: 10.0005, client: { arrival: poisson(300) } },
    );
    const plan = headless
      ? {
          ...made,
          services: made.services.map((service, i) =>
            i === 1 ? { ...service, clusterIP: null } : service,
          ),
        }
      : made;
    const { connections } = checked(plan);
    const counts = new Map<string, number[]>();
    for (const { client, clientIp, pod, requests } of connections) {
      if (client !== 'front->back') continue;
      const row = counts.get(clientIp) ?? new Array<number>(PODS).fill(0);
      row[Number(pod.split('-')[1])]! += requests;
      counts.set(clientIp, row);
    }
    return [...counts.values()];
  }
  const spread = (row: readonly number[]): number => Math.max(...row) - Math.min(...row);

  it('go to one pod each by the ClusterIP', () => {
    for (const row of shares({})) expect(row.filter((count) => count > 0)).toHaveLength(1);
  });

  it.each([
    ['a sidecar', by(sidecar(), { connection: multiplexed() }), false],
    [
      'a balancer of their own',
      {
        target: { kind: 'headless', service: 1, port: 0 },
        balancer: balancerOf(ROUND_ROBIN),
      } as const,
      true,
    ],
  ])('go to all alike from each of them by %s', (_, way, headless) => {
    const rows = shares(way, headless);
    expect(rows).toHaveLength(3);
    for (const row of rows) {
      expect(row[0]).toBeGreaterThan(200);
      // A channel begins to deal while it is still connecting.
      expect(spread(row)).toBeLessThanOrEqual(headless ? 2 : 1);
    }
  });
});

describe('retries of proxies', () => {
  const tries = (policy: RetryPolicy): Partial<PlannedClient> =>
    by(sidecar({ routing: routing({ retry: policy }) }));
  const attemptsOf = ({ clients }: Recorded, name: string): number =>
    clients.find(({ client }) => client === name)!.attempts;

  it.each([1, 2])('of %i on each of three hops make (1 + r)³ attempts of one that fails', (r) => {
    const way = tries(retry({ attempts: r, on: ['500', '502'] }));
    const result = checked(
      chain(
        [
          { name: 'a', service: constant(ms(1)) },
          { name: 'b', service: constant(ms(1)) },
          { name: 'c', service: constant(ms(1)), workload: { errorRate: 1 } },
        ],
        way,
        { client: { arrival: paced(1), ...way } },
      ),
    );
    expect(attemptsOf(result, 'web')).toBe(5 * (1 + r));
    expect(attemptsOf(result, 'a->b')).toBe(5 * (1 + r) ** 2);
    expect(attemptsOf(result, 'b->c')).toBe(5 * (1 + r) ** 3);
  });

  it('stay on their hop by default: nobody tries again what a pod answers whose call failed', () => {
    const way = tries(retry({ attempts: 2, on: ['500', '503'] }));
    const result = checked(
      chain(
        [
          { name: 'a', service: constant(ms(1)) },
          { name: 'b', service: constant(ms(1)), workload: { errorRate: 1 } },
        ],
        way,
        { client: { arrival: paced(1), ...way } },
      ),
    );
    expect(attemptsOf(result, 'web')).toBe(5);
    expect(attemptsOf(result, 'a->b')).toBe(15);
    expect(result.clients[0]!.errors).toEqual({ '502': 5 });
  });

  it('each try their own luck: (1 - f^(r+1))/(1 - f) attempts on each hop, f that of the hop below', () => {
    const r = 1;
    const e = 0.4;
    const way = tries(retry({ attempts: r, on: ['500', '502'] }));
    const plan = chain(
      [
        { name: 'a', service: constant(ms(1)), workload: { concurrency: 100 } },
        { name: 'b', service: constant(ms(1)), workload: { concurrency: 100, errorRate: e } },
      ],
      way,
      { duration: 40, client: { ...way, arrival: poisson(200) } },
    );
    const expected = (f: number): number => (1 - f ** (r + 1)) / (1 - f);
    const runs = replicate(plan, { seed: 5, count: 10 });
    const attempts = (name: string) => (result: (typeof runs)[number]) =>
      result.clients.find(({ client }) => client === name)!.attempts / result.clients[0]!.requests;
    const onTop = expected(e ** (r + 1));
    expectTheory(runs, attempts('web'), { expected: onTop, within: 0.02 });
    expectTheory(runs, attempts('a->b'), { expected: onTop * expected(e), within: 0.02 });
  });

  it('come on top of those of the call itself', () => {
    const own = retry({ attempts: 2, on: ['500'] });
    const way = { ...tries(retry({ attempts: 3, on: ['500'] })), retry: own };
    const result = checked(
      graph(
        [
          { name: 'a', service: constant(ms(1)), calls: [{ to: 'b', client: way }] },
          { name: 'b', service: constant(ms(1)), workload: { errorRate: 1 } },
        ],
        { duration: 5.5, client: { arrival: paced(1) } },
      ),
    );
    expect(attemptsOf(result, 'a->b')).toBe(5 * 3 * 4);
  });
});

describe('what a proxy does with calls', () => {
  const stations: readonly Station[] = [
    { name: 'front', service: constant(ms(10)), workload: { concurrency: 8 } },
    { name: 'back', service: constant(ms(50)), workload: { concurrency: 8 } },
  ];

  it('ends with the deadline of the request that they are made for', () => {
    const way = by(sidecar({ proxyTime: { client: constant(ms(1)), server: constant(ms(1)) } }));
    const result = checked(
      chain(stations, way, { client: { ...way, arrival: paced(1), deadline: ms(30) } }),
    );
    const calls = of(result, 'front->back');
    of(result, 'web').forEach(({ issuedNs, latencyNs, outcome }, i) => {
      expect([outcome, latencyNs]).toEqual(['deadlineExceeded', ms(30)]);
      expect(calls[i]!.outcome).toBe('deadlineExceeded');
      expect(calls[i]!.issuedNs + calls[i]!.latencyNs).toBe(issuedNs + ms(30));
    });
  });

  it('is 504 after its own timeout, for the pod and for who waits for that', () => {
    const way = by(sidecar({ routing: routing({ timeout: ms(20) }) }));
    const result = checked(
      graph([{ ...stations[0]!, calls: [{ to: 'back', client: way }] }, stations[1]!], {
        duration: 5.5,
        client: { arrival: paced(1) },
      }),
    );
    for (const client of ['web', 'front->back']) {
      expect(of(result, client).map(({ outcome }) => outcome)).toEqual(new Array(5).fill('504'));
    }
  });

  it('bounds what each calling pod has under way', () => {
    const bounds = { maxPendingRequests: null, maxRequests: 2, maxRetries: null };
    const way = by(sidecar({ routing: routing({ circuitBreakers: bounds }) }));
    const result = checked(
      graph(
        [
          { ...stations[0]!, pods: 1, calls: [{ to: 'back', fanOut: 5, client: way }] },
          stations[1]!,
        ],
        { duration: 5.5, client: { arrival: paced(1) } },
      ),
    );
    const outcomes = of(result, 'front->back').map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(5 * 2);
    expect(outcomes.filter((outcome) => outcome === '503')).toHaveLength(5 * 3);
  });
});

describe('two ways of the same calls', () => {
  const run = (client: Partial<PlannedClient>, headless = false): Recorded => {
    const made = graph(
      [
        {
          name: 'front',
          pods: 3,
          service: exponential(ms(8)),
          calls: [{ to: 'back', probability: 0.5, fanOut: 2, client }],
        },
        { name: 'back', pods: 3, service: exponential(ms(10)), workload: { errorRate: 0.1 } },
      ],
      { duration: 20, client: { arrival: poisson(150) } },
    );
    if (!headless) return record(made);
    const [front, back] = made.services;
    return record({ ...made, services: [front!, { ...back!, clusterIP: null }] });
  };
  const calls = ({ requests }: Recorded, more: 'pod' | 'outcome'): readonly string[] =>
    requests
      .filter(({ client }) => client === 'front->back')
      .map((call) => `${part(call, 'service')} ${call[more]}`)
      .toSorted();

  it('have the same demands and the same luck, request for request', () => {
    expect(calls(run(by(sidecar())), 'outcome')).toEqual(calls(run({}), 'outcome'));
  });

  it('have the same keys, request for request, so that a hash takes them to the same pods', () => {
    const balancer = balancerOf(
      { kind: 'maglev', tableSize: 65_537 },
      { key: { kind: 'request', keys: 50, skew: 0.5 } },
    );
    const target = { kind: 'headless', service: 1, port: 0 } as const;
    const [one, other] = [keepAlive({ pool: 1 }), keepAlive({ pool: 1e6 })].map((connection) =>
      calls(run({ balancer, target, connection }, true), 'pod'),
    );
    expect(one!.length).toBeGreaterThan(1000);
    expect(one).toEqual(other);
    // By the keys of requests: each calling pod comes to every pod.
    expect(new Set(one!.map((call) => call.split(' ')[1])).size).toBe(3);
  });
});

describe('hops of a mesh', () => {
  it('are the same run when they are watched', () => {
    const way = by(
      sidecar({ proxyTime: { client: exponential(us(300)), server: constant(us(9)) } }),
    );
    const plan = chain(
      [
        { name: 'a', pods: 2 },
        { name: 'b', pods: 2 },
      ],
      way,
      { hop: us(50), client: { ...way, arrival: poisson(50) } },
    );
    const plain = simulate(plan, 3, { recordRequests: true });
    const traced = simulate(plan, 3, { recordRequests: true, trace: [0, 1, 2] });
    expect(traced.requests).toEqual(plain.requests);
  });
});
