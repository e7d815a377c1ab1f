import { describe, expect, it } from 'vitest';
import type { Plan, ProxyMode } from '../../src/contract/plan.ts';
import { simulate } from '../../src/world/simulate.ts';
import { at, exponential, keepAlive, ms, plan, poisson, retry, sec, us } from './plans.ts';
import { part, record } from './recorded.ts';

const MODES: readonly ProxyMode[] = ['iptables', 'nftables', 'ipvs'];

/** Everything at once: churn, retries, limits, several nodes. */
const eventful = (mode: ProxyMode): Plan =>
  plan({
    mode,
    pods: 5,
    clientNodes: 3,
    rate: 300,
    hop: us(200),
    duration: 5,
    workload: {
      queueLimit: 3,
      errorRate: 0.05,
      readinessFlap: { every: exponential(sec(1)), lasts: exponential(ms(200)) },
      crash: { every: exponential(sec(2)), lasts: exponential(ms(300)) },
    },
    client: {
      connection: keepAlive({ pool: 3, reuse: 'Random', maxRequests: 20 }),
      timeout: ms(100),
      retry: retry({ attempts: 2 }),
    },
    timeline: [{ kind: 'scale', at: at(2), workload: 0, replicas: 7 }],
  });

describe('a run', () => {
  it.each(MODES)(
    'is the same for the same plan and seed, and another for another, with %s',
    (mode) => {
      const first = record(eventful(mode), 7);
      expect(record(eventful(mode), 7)).toEqual(first);
      const other = record(eventful(mode), 8);
      expect(other.fingerprint.trajectory).not.toBe(first.fingerprint.trajectory);
      expect(other.fingerprint.result).not.toBe(first.fingerprint.result);
    },
  );

  it('finds the same whether or not it records', () => {
    const made = eventful('ipvs');
    const plain = simulate(made, 7);
    const { connections: _, requests: __, ...recorded } = record(made, 7);
    expect(recorded).toEqual(plain);
  });
});

describe('variants of a scenario', () => {
  /** Nobody waits, so that what is served is what was asked for. */
  const calm = (mode: ProxyMode): Plan =>
    plan({ mode, pods: 4, rate: 200, workload: { concurrency: 1e6 }, duration: 5 });

  it('see the same arrivals and the same service demands', () => {
    const [reference, ...others] = MODES.map((mode) =>
      record(calm(mode)).requests.map((request) => ({
        request: request.request,
        issuedNs: request.issuedNs,
        serviceNs: part(request, 'service'),
      })),
    );
    expect(reference!.length).toBeGreaterThan(800);
    for (const other of others) expect(other).toEqual(reference);
    // Only where they go differs.
    const pods = MODES.map((mode) => record(calm(mode)).requests.map(({ pod }) => pod));
    expect(pods[0]).not.toEqual(pods[2]);
  });

  it('see the same arrivals under load, retries and churn too', () => {
    const due = MODES.map((mode) => record(eventful(mode)).requests.map((r) => r.issuedNs));
    expect(due[1]).toEqual(due[0]);
    expect(due[2]).toEqual(due[0]);
  });
});

describe('a second client', () => {
  it('leaves the arrivals and demands of the first as they were', () => {
    const seen = (clients: readonly string[]) => {
      const made = plan({
        pods: 3,
        workload: { concurrency: 1e6 },
        duration: 5,
        clients: clients.map((name) => ({ name, arrival: poisson(100) })),
      });
      return record(made)
        .requests.filter(({ client }) => client === 'web')
        .map((request) => [request.issuedNs, part(request, 'service')]);
    };
    const alone = seen(['web']);
    expect(alone.length).toBeGreaterThan(400);
    expect(seen(['web', 'batch'])).toEqual(alone);
    expect(seen(['batch', 'web'])).toEqual(alone);
  });
});
