/**
 * Hedged requests, against the minimum of independent exponential times, and conservation. Each comparison with theory
 * raises a false alarm for one seed in 1000.
 */
import { describe, expect, it } from 'vitest';
import type { HedgePolicy } from '../../../src/contract/plan.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { inconsistencies } from '../conservation.ts';
import {
  at,
  constant,
  exponential,
  hedged,
  keepAlive,
  limited,
  ms,
  multiplexed,
  ns,
  paced,
  plan,
  sec,
  us,
} from '../plans.ts';
import { outcomes, part, record } from '../recorded.ts';
import { expectTheory, meanLatency, quantile, replicate } from '../replications.ts';

/** Idle pods: nobody waits, and a request takes an exponential time of 100 ms on average. */
const idle = (policy: Partial<HedgePolicy>) =>
  plan({
    rate: 200,
    pods: 5,
    duration: 150,
    service: exponential(ms(100)),
    workload: { concurrency: 10_000 },
    client: { hedge: hedged(policy) },
  });

describe('hedged requests to idle pods', () => {
  it('are sent once more with e^(-μd), and take E[min(S, d)] + e^(-μd) ÷ 2μ', () => {
    const runs = replicate(idle({ after: ms(150) }), { seed: 5, count: 8 });
    const late = Math.exp(-1.5);
    const expected = 0.1 * (1 - late) + (late * 0.1) / 2;
    expectTheory(runs, meanLatency, { expected: expected * 1e9, within: 0.02 });
    expectTheory(runs, ({ clients: [only] }) => only!.attempts / only!.requests, {
      expected: 1 + late,
      within: 0.02,
    });
    // P(T > t) = e^(-μd - 2μ(t - d)) beyond d.
    const p99 = 0.15 + (Math.log(100) - 1.5) * 0.05;
    expectTheory(runs, (run) => quantile(run, 0.99), { expected: p99 * 1e9, within: 0.05 });
  });

  it('are as fast as the fastest of n, where all are sent at once', () => {
    for (const maxAttempts of [2, 3]) {
      const runs = replicate(idle({ after: ns(0), maxAttempts }), { seed: 6, count: 6 });
      expectTheory(runs, meanLatency, { expected: 1e8 / maxAttempts, within: 0.03 });
      expect(runs[0]!.clients[0]!.attempts).toBe(maxAttempts * runs[0]!.clients[0]!.requests);
    }
  });

  it('gain nothing where the service time is that of the request', () => {
    const runs = replicate(idle({ after: ms(50), serviceTime: 'Same' }), { seed: 7, count: 6 });
    expectTheory(runs, meanLatency, { expected: 1e8, within: 0.03 });
  });
});

describe('a hedged request', () => {
  const slowFirst = (client: object, options: object = {}) =>
    plan({
      pods: 2,
      mode: 'ipvs',
      hop: us(100),
      service: constant(ms(10)),
      duration: 3,
      timeline: [
        { kind: 'slowPod', at: at(0), workload: 0, pod: 'backend-0', factor: 50, lasts: null },
      ],
      client: { arrival: paced(1), hedge: hedged(), ...client },
      ...options,
    } as never);

  it('has the parts of the try that won, and before that its wait as retry', () => {
    const planned = slowFirst({});
    const result = record(planned);
    expect(inconsistencies(planned, result)).toEqual([]);
    const slow = result.requests.filter(({ attempts }) => attempts === 2);
    expect(slow.length).toBeGreaterThan(0);
    for (const request of slow) {
      expect(part(request, 'retry')).toBe(ms(20));
      expect(part(request, 'service')).toBe(ms(10));
      // SYN, SYN-ACK, request, answer.
      expect(request.latencyNs).toBe(ms(30) + 4 * us(100));
      expect(request.pod).toBe('backend-1');
    }
    // The slow pod goes on with what nobody waits for.
    expect(result.pods.find(({ pod }) => pod === 'backend-0')!.requests).toBeGreaterThan(0);
  });

  it('costs the connection of the try that lost, unless that is shared', () => {
    // 50 ms each: the second try is sent after 20 ms, and the first wins.
    const over = (connection: object) =>
      record(
        plan({
          service: constant(ms(50)),
          workload: { concurrency: 100 },
          duration: 3,
          client: { arrival: paced(4), connection: connection as never, hedge: hedged() },
        }),
      );
    const kept = over(keepAlive({ pool: 2 }));
    expect(kept.clients[0]!.attempts).toBe(2 * kept.requests.length);
    expect(kept.totals.connectionsClosed).toBe(kept.requests.length);
    expect(over(multiplexed({ pool: 2 })).totals.connectionsClosed).toBe(0);
  });

  it('sends nothing more once its deadline is over, whatever is not fatal', () => {
    const planned = plan({
      service: constant(ms(50)),
      duration: 3,
      client: {
        arrival: paced(4),
        deadline: ms(30),
        hedge: hedged({ maxAttempts: 4, nonFatal: ['deadlineExceeded'] }),
      },
    });
    const result = record(planned);
    expect(inconsistencies(planned, result)).toEqual([]);
    for (const { attempts, latencyNs, outcome } of result.requests) {
      expect([attempts, latencyNs, outcome]).toEqual([2, ms(30), 'deadlineExceeded']);
    }
  });

  it('is tried again at once where a failure is not fatal, and ends with one that is', () => {
    const refused = (policy: Partial<HedgePolicy>) =>
      record(
        plan({
          pods: 0,
          duration: 2,
          client: { arrival: paced(10), hedge: hedged({ maxAttempts: 4, ...policy }) },
        }),
      );
    const again = refused({ after: sec(1) });
    expect(
      again.requests.every(({ attempts, latencyNs }) => attempts === 4 && latencyNs === 0),
    ).toBe(true);
    expect(again.clients[0]!.failures.map(({ retry }) => retry)).toEqual(['attemptsSpent']);
    const fatal = refused({ nonFatal: [] });
    expect(fatal.requests.every(({ attempts }) => attempts === 1)).toBe(true);
    expect(fatal.clients[0]!.failures.map(({ retry }) => retry)).toEqual(['notRetried']);
  });

  it('is not sent again where its budget is spent', () => {
    const { attempts, requests } = simulate(idle({ after: ns(0), budget: 0.1 }), 1).clients[0]!;
    expect((attempts - requests) / requests).toBeGreaterThan(0.098);
    expect((attempts - requests) / requests).toBeLessThanOrEqual(0.1 + 10 / requests);
  });

  it('goes on with the try that it has where the client itself holds back the next', () => {
    const planned = slowFirst({ concurrencyLimit: limited(1) });
    const result = record(planned);
    expect(inconsistencies(planned, result)).toEqual([]);
    expect(outcomes(result)).toEqual(result.requests.map(() => 'ok'));
    expect(Math.max(...result.requests.map(({ latencyNs }) => latencyNs))).toBeGreaterThan(ms(500));
  });

  it('dies once with its node, however many of its tries are under way', () => {
    const planned = plan({
      pods: 2,
      service: constant(sec(10)),
      workload: { concurrency: 100 },
      duration: 5,
      client: { arrival: paced(10), hedge: hedged({ maxAttempts: 3 }) },
      timeline: [{ kind: 'nodeDown', at: at(2.05), node: 1, lasts: sec(1) }],
    });
    const result = record(planned);
    expect(inconsistencies(planned, result)).toEqual([]);
    const died = result.requests.filter(({ outcome }) => outcome === 'nodeDown');
    expect(died.length).toBeGreaterThanOrEqual(20);
    expect(died[0]!.attempts).toBe(3);
  });

  it('is over with its first answer, before what that frees comes to its other tries', () => {
    // The other try waits for the one connection, which it would get with the answer, only to cost it.
    const planned = plan({
      pods: 1,
      service: constant(ms(10)),
      duration: 5,
      client: {
        arrival: paced(20),
        connection: keepAlive({ pool: 1 }),
        hedge: hedged({ after: ms(5) }),
      },
    });
    const result = record(planned);
    expect(inconsistencies(planned, result)).toEqual([]);
    expect(result.totals.connectionsOpened).toBe(1);
    expect(result.clients[0]!.attempts).toBe(2 * result.requests.length);
    expect(result.pods[0]!.requests).toBe(result.requests.length);
  });

  it('ends once, whichever of its tries fails while another gives up the socket that it waits for', () => {
    // Half of the datagrams go to a node that is dead and are lost; of the others the client hears at once.
    const planned = plan({
      pods: 0,
      clientNodes: 2,
      duration: 5,
      client: {
        protocol: 'UDP',
        arrival: paced(20),
        via: { kind: 'NodePort', nodes: [0, 1] },
        replicas: [{ ip: '10.244.9.1', node: null }],
        connection: keepAlive({ pool: 1, maxAge: ns(1) }),
        timeout: ms(40),
        hedge: hedged({ after: ns(1), nonFatal: [] }),
      },
      timeline: [{ kind: 'nodeDown', at: at(0), node: 1, lasts: null }],
    });
    const result = record({
      ...planned,
      services: planned.services.map((service) => ({
        ...service,
        ports: service.ports.map((port) => ({ ...port, nodePort: 30_000 })),
      })),
    });
    expect(inconsistencies(planned, result)).toEqual([]);
    expect(new Set(outcomes(result))).toEqual(new Set(['refused', 'timeout']));
  });

  it('leaves a connection that is spent to who begins in its place, and closes it once', () => {
    // Two tries at a time: with the answer to one the other is cancelled, and the next request's begins before the
    // connection of the first is given back, which has carried all that it may.
    const planned = plan({
      pods: 2,
      rate: 40,
      duration: 20,
      hop: us(100),
      service: exponential(ms(30)),
      workload: { concurrency: 10 },
      client: {
        connection: multiplexed({ pool: 2, maxRequests: 1, idleTimeout: ms(500) }),
        hedge: hedged({ after: ms(1) }),
        concurrencyLimit: limited(2, 100),
      },
    });
    const result = record(planned);
    expect(inconsistencies(planned, result)).toEqual([]);
    expect(result.totals.unfinished).toBe(0);
    expect(result.connections.every(({ requests }) => requests <= 1)).toBe(true);
  });

  it('leaves a shared socket idle once, where the answer to one try ends another that was lost', () => {
    // The pod has room for one datagram.
    const planned = plan({
      duration: 5,
      hop: us(100),
      service: constant(ms(10)),
      workload: { concurrency: 1, queueLimit: 0 },
      client: {
        protocol: 'UDP',
        arrival: paced(10),
        timeout: sec(1),
        connection: multiplexed({ idleTimeout: sec(1) }),
        hedge: hedged({ after: ms(1) }),
      },
    });
    const result = record(planned);
    expect(inconsistencies(planned, result)).toEqual([]);
    expect(result.requests.map(({ attempts, outcome }) => [attempts, outcome])).toEqual(
      new Array(49).fill([2, 'ok']),
    );
    expect(result.connections).toHaveLength(1);
  });

  it('is told of by its trace: every try, and where its time went, to the nanosecond', () => {
    const planned = slowFirst({});
    const { traces } = simulate(planned, 1, { trace: [0, 1] });
    for (const { end, events, spans } of traces!) {
      const sum = spans.reduce((total, { fromNs, toNs }) => total + toNs - fromNs, 0);
      expect(sum).toBe(end!.latencyNs);
      const steps = events.map(({ what }) => what);
      expect(steps.filter((what) => what === 'ended')).toHaveLength(1);
      expect(steps.filter((what) => what === 'cancelled')).toHaveLength(end!.attempts - 1);
    }
    expect(traces!.some(({ end }) => end!.attempts === 2)).toBe(true);
  });
});
