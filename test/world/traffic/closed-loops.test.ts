/**
 * Users who wait for answers, against the product form of closed networks. Each comparison raises a false
 * alarm for one seed in 1000, and is as narrow as `within` says (see expectTheory).
 */
import { describe, expect, it } from 'vitest';
import type { ClosedArrival, Distribution, Plan } from '../../../src/contract/plan.ts';
import type { RunResult } from '../../../src/contract/result.ts';
import { erlangB } from '../../../src/stats/queueing/erlang.ts';
import { asymptoticBound, closedNetwork } from '../../../src/stats/queueing/closed-network.ts';
import { at, constant, exponential, ms, ns, plan, poisson, sec } from '../plans.ts';
import { record } from '../recorded.ts';
import { expectTheory, meanLatency, replicate } from '../replications.ts';

const closed = (users: number, think: Distribution): ClosedArrival => ({
  kind: 'closed',
  users,
  think,
});

const loop = (users: number, think: Distribution, options: Parameters<typeof plan>[0] = {}): Plan =>
  plan({
    warmUp: 20,
    duration: 600,
    ...options,
    client: { arrival: closed(users, think), ...options.client },
  });

const throughput = ({ clients, windows }: RunResult): number =>
  clients[0]!.completed / (windows[0]!.openNs / 1e9);

describe('users of one pod: M/M/c//N, by product form', () => {
  it.each([
    [1, 1],
    [5, 1],
    [9, 1],
    [30, 1],
    [12, 4],
    [60, 4],
  ])('%i users at %i workers', (users, servers) => {
    const results = replicate(
      loop(users, exponential(ms(80)), {
        workload: { concurrency: servers },
        duration: users === 1 ? 1200 : 300,
      }),
      { seed: 31, count: 8 },
    );
    const network = {
      users,
      think: 0.08,
      stations: [{ count: 1, visits: 1, service: 0.01, servers }],
    };
    const theory = closedNetwork(network);
    expectTheory(results, throughput, { expected: theory.throughput, within: 0.02 });
    expectTheory(results, meanLatency, { expected: theory.response * 1e9, within: 0.04 });
    // Where users are many the pod is never idle at all.
    if (users < 30)
      expectTheory(results, ({ pods }) => pods[0]!.utilisation, {
        expected: theory.stations[0]!.utilisation,
        within: 0.03,
      });
    for (const result of results) {
      expect(throughput(result)).toBeLessThan(asymptoticBound(network) * 1.02);
    }
  });

  it('depends on the mean think time alone, and counts the way as one', () => {
    for (const think of [constant(ms(60)), { kind: 'gamma', mean: ms(60), cv: 2 } as const]) {
      // A handshake, a request and its answer: four crossings of 5 ms.
      const results = replicate(loop(10, think, { hop: ms(5), duration: 300 }), {
        seed: 32,
        count: 8,
      });
      const theory = closedNetwork({
        users: 10,
        think: 0.08,
        stations: [{ count: 1, visits: 1, service: 0.01, servers: 1 }],
      });
      expectTheory(results, throughput, { expected: theory.throughput, within: 0.02 });
      expectTheory(results, meanLatency, {
        expected: (theory.response + 0.02) * 1e9,
        within: 0.04,
      });
    }
  });
});

describe('users of a Service', () => {
  it('meet a closed network of its pods, picked at random', () => {
    const options = { pods: 3, clientNodes: 2, workload: { concurrency: 2 }, duration: 300 };
    const results = replicate(loop(40, exponential(ms(50)), options), { seed: 33, count: 8 });
    const theory = closedNetwork({
      users: 40,
      think: 0.05,
      stations: [{ count: 3, visits: 1 / 3, service: 0.01, servers: 2 }],
    });
    expectTheory(results, throughput, { expected: theory.throughput, within: 0.02 });
    expectTheory(results, meanLatency, { expected: theory.response * 1e9, within: 0.04 });
  });

  it('who do not think keep every worker busy, and get what it can do', () => {
    const [result] = replicate(loop(4, constant(ns(0)), { service: constant(ms(10)) }), {
      seed: 1,
      count: 1,
    });
    expect(throughput(result!)).toBeCloseTo(100, 3);
    expect(meanLatency(result!)).toBeCloseTo(40e6, -3);
  });
});

describe('users who are sent away', () => {
  /** The share of calls of `users` sources that find all servers busy: Engset. Gross et al., 2.6. */
  function engset(users: number, servers: number, offered: number): number {
    let [term, sum] = [1, 1];
    for (let k = 1; k <= servers; k++) {
      term *= ((users - k) / k) * offered;
      sum += term;
    }
    return term / sum;
  }
  const refused = ({ clients }: RunResult): number =>
    (clients[0]!.errors['503'] ?? 0) / clients[0]!.requests;

  it.each([
    [4, 2],
    [10, 3],
    [40, 8],
  ])('%i users at %i workers without a queue lose what Engset says', (users, servers) => {
    const results = replicate(
      loop(users, exponential(ms(40)), {
        workload: { concurrency: servers, queueLimit: 0 },
        duration: 300,
      }),
      { seed: 34, count: 8 },
    );
    expectTheory(results, refused, { expected: engset(users, servers, 0.25), within: 0.05 });
  });

  it('lose, with any number of users, what Erlang B says', () => {
    const results = replicate(
      plan({
        client: { arrival: poisson(300) },
        workload: { concurrency: 5, queueLimit: 0 },
        duration: 400,
        warmUp: 10,
      }),
      { seed: 35, count: 8 },
    );
    expectTheory(results, refused, { expected: erlangB(5, 3), within: 0.04 });
  });
});

describe('closed loops', () => {
  it('have at most one request of each user under way, at the pod that is the home', () => {
    const made = plan({
      clientNodes: 3,
      service: exponential(ms(20)),
      duration: 20,
      client: { arrival: closed(7, exponential(ms(30))) },
    });
    const { requests } = record(made);
    const nodes = new Map<string, number>();
    // Sweep: never more than seven at once.
    const steps = requests.flatMap(({ issuedNs, latencyNs }) => [
      [issuedNs, 1] as const,
      [issuedNs + latencyNs, -1] as const,
    ]);
    steps.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    let inSystem = 0;
    for (const [, step] of steps) {
      inSystem += step;
      expect(inSystem).toBeLessThanOrEqual(7);
    }
    for (const { node } of requests) nodes.set(node, (nodes.get(node) ?? 0) + 1);
    // Three users at the first, two at each of the others.
    expect(nodes.get('worker-1')! / requests.length).toBeCloseTo(3 / 7, 1);
  });

  it('do not begin in step', () => {
    const made = plan({
      service: constant(ns(0)),
      duration: 1,
      client: { arrival: closed(1000, constant(sec(1))) },
    });
    const times = record(made).requests.map(({ issuedNs }) => issuedNs / 1e9);
    expect(times.length).toBeGreaterThan(990);
    const quarter = times.filter((time) => time < 0.25).length;
    expect(Math.abs(quarter - 250)).toBeLessThan(3.3 * Math.sqrt(1000 * 0.25 * 0.75));
  });

  it('let time pass where neither thinking nor requests take any', () => {
    const made = plan({
      pods: 0,
      duration: 1,
      client: { arrival: closed(2, constant(ns(0))) },
    });
    const [result] = replicate(made, { seed: 1, count: 1 });
    expect(result!.clients[0]!.requests).toBe(2 * 1000);
    expect(result!.clients[0]!.errors).toEqual({ refused: 2000 });
  });

  it('begin and end with setArrival: what is under way goes on, and nothing more comes', () => {
    const made = plan({
      service: exponential(ms(20)),
      workload: { concurrency: 10 },
      duration: 30,
      client: { arrival: poisson(50) },
      timeline: [
        {
          kind: 'setArrival',
          at: at(10),
          client: 0,
          arrival: closed(5, constant(ms(80))),
          lasts: sec(10),
        },
      ],
    });
    const times = record(made).requests.map(({ issuedNs }) => issuedNs / 1e9);
    const count = (from: number, to: number): number =>
      times.filter((time) => time >= from && time < to).length;
    expect(Math.abs(count(10, 20) - 500)).toBeLessThan(40);
    expect(Math.abs(count(20, 30) - 500)).toBeLessThan(3.3 * Math.sqrt(500));
    const other = {
      ...made,
      clients: [{ ...made.clients[0]!, arrival: closed(5, constant(ms(80))) }],
    };
    const stopped = {
      ...other,
      timeline: [
        {
          kind: 'setArrival',
          at: at(10),
          client: 0,
          arrival: { kind: 'steps', points: [{ at: at(0), rate: 0 }] },
          lasts: sec(10),
        },
      ],
    } as const;
    const then = record(stopped).requests.map(({ issuedNs }) => issuedNs / 1e9);
    expect(then.filter((time) => time > 10 && time < 20)).toEqual([]);
    expect(then.filter((time) => time >= 20).length).toBeGreaterThan(400);
  });

  it('go on at other pods of the client while the node of one is down', () => {
    const made = plan({
      clientNodes: 2,
      service: exponential(ms(5)),
      duration: 30,
      client: { arrival: closed(6, constant(ms(45))), timeout: sec(1) },
      timeline: [{ kind: 'nodeDown', at: at(10), node: 1, lasts: sec(10) }],
    });
    const { requests } = record(made);
    const by = (node: string, from: number, to: number): number =>
      requests.filter((r) => r.node === node && r.issuedNs >= from * 1e9 && r.issuedNs < to * 1e9)
        .length;
    expect(by('worker-1', 10.1, 20)).toBe(0);
    // All six users, who need 50 ms and a little more each.
    expect(by('worker-2', 11, 20)).toBeGreaterThan(6 * 9 * 15);
    expect(by('worker-1', 21, 30)).toBeGreaterThan(3 * 9 * 15);
  });

  it('leave the think times of users alone, whoever else there is and however fast pods are', () => {
    const firsts = (options: Parameters<typeof plan>[0]): readonly number[] => {
      const made = plan({ duration: 2, workload: { concurrency: 100 }, ...options });
      const { requests } = record(made);
      return requests
        .filter(({ client, issuedNs }) => client === 'web' && issuedNs < 1e8)
        .map(({ issuedNs }) => issuedNs);
    };
    const arrival = closed(50, exponential(sec(1)));
    const alone = firsts({ client: { arrival } });
    expect(alone.length).toBeGreaterThan(3);
    expect(firsts({ client: { arrival }, service: constant(ms(1)) })).toEqual(alone);
    expect(
      firsts({ client: { arrival }, clients: [{}, { name: 'other', arrival: poisson(100) }] }),
    ).toEqual(alone);
    expect(firsts({ client: { arrival: closed(60, exponential(sec(1))) } })).toEqual(
      expect.arrayContaining([...alone]),
    );
  });
});
