import { describe, expect, it } from 'vitest';
import { ERROR_CAUSES } from '../../src/contract/plan.ts';
import type { RetryPolicy } from '../../src/contract/plan.ts';
import { RandomStream } from '../../src/engine/random.ts';
import { Retries } from '../../src/world/traffic/defences/retries.ts';
import { at, constant, ms, paced, plan, retry, us } from './plans.ts';
import { outcomes, part, record } from './recorded.ts';

const retries = (policy: Partial<RetryPolicy>): Retries =>
  new Retries(retry(policy), RandomStream.open(1, 'retry'));

const backoff = (policy: Partial<RetryPolicy['backoff']>): RetryPolicy['backoff'] => ({
  base: ms(10),
  factor: 2,
  max: null,
  jitter: 'None',
  ...policy,
});

/** Backoffs before tries 2, 3, … until there is none. */
function backoffs(policy: Retries): number[] {
  const found: number[] = [];
  for (let tries = 1; ; tries++) {
    const wait = policy.backoffBefore(tries, 'refused');
    if (wait < 0) return found;
    found.push(wait);
  }
}

describe('backoffs', () => {
  it('grow by their factor, up to the attempts allowed', () => {
    expect(backoffs(retries({ attempts: 4, backoff: backoff({ factor: 3 }) }))).toEqual(
      [10, 30, 90, 270].map((value) => ms(value)),
    );
    expect(backoffs(new Retries(null, RandomStream.open(1, 'retry')))).toEqual([]);
  });

  it('stay below their maximum', () => {
    const policy = { attempts: 5, backoff: backoff({ max: ms(35) }) };
    expect(backoffs(retries(policy))).toEqual([10, 20, 35, 35, 35].map((value) => ms(value)));
  });

  it('are uniform in [0, d] with full jitter, in [d/2, d] with equal jitter', () => {
    for (const [jitter, low] of [
      ['Full', 0],
      ['Equal', ms(5)],
    ] as const) {
      const policy = retries({ attempts: 1, backoff: backoff({ jitter }) });
      const waits = Array.from({ length: 4000 }, () => policy.backoffBefore(1, 'refused'));
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...waits)).toBeLessThanOrEqual(ms(10));
      expect(waits.every(Number.isInteger)).toBe(true);
      const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
      // Four standard errors of a uniform mean: a false alarm in 16,000 seeds.
      const width = ms(10) - low;
      expect(Math.abs(mean - (low + ms(10)) / 2)).toBeLessThan((4 * width) / Math.sqrt(12 * 4000));
    }
  });

  it('follow the causes that the policy names, and no others', () => {
    for (const cause of ERROR_CAUSES) {
      for (const named of ERROR_CAUSES) {
        const wait = retries({ on: [named] }).backoffBefore(1, cause);
        expect(wait >= 0).toBe(cause === named);
      }
    }
  });

  it('are never beyond what a run can reach, however often they have grown', () => {
    const policy = retries({ attempts: 5000, backoff: backoff({ factor: 1000 }) });
    expect(policy.backoffBefore(4000, 'refused')).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
  });
});

describe('a budget', () => {
  it('lets through its share of requests, and bursts of ten', () => {
    const policy = retries({ attempts: 100, budget: 0.2 });
    expect(policy.backoffBefore(1, 'refused')).toBe(-1);
    for (let i = 0; i < 1000; i++) policy.requested();
    expect(backoffs(policy)).toHaveLength(10);
    let allowed = 0;
    for (let i = 0; i < 1000; i++) {
      policy.requested();
      if (policy.backoffBefore(1, 'refused') >= 0) allowed++;
    }
    expect(allowed).toBeGreaterThanOrEqual(199);
    expect(allowed).toBeLessThanOrEqual(200);
  });
});

describe('retries of a client', () => {
  it('are attempts of the same request, whose latency holds them all', () => {
    const result = record(
      plan({
        pods: 0,
        duration: 1,
        client: {
          arrival: paced(10),
          retry: retry({ attempts: 3, backoff: backoff({}) }),
        },
      }),
    );
    expect(outcomes(result)).toEqual(new Array(9).fill('refused'));
    for (const request of result.requests) {
      expect(request.attempts).toBe(4);
      expect(request.latencyNs).toBe(ms(70));
      expect(part(request, 'retry')).toBe(ms(70));
    }
    expect(result.clients[0]!.attempts).toBe(36);
    expect(result.connections).toHaveLength(36);
  });

  it('pick again: a request that met a pod that was gone is served by another', () => {
    const deleted = {
      pods: 5,
      hop: us(100),
      service: constant(ms(1)),
      workload: { concurrency: 100 },
      duration: 2,
      timeline: [{ kind: 'deletePod', at: at(1), workload: 0, pod: 'backend-3' }] as const,
      network: { podGone: { answer: 'unreachable', after: ms(5) } as const },
    };
    const failures = (client: { retry?: RetryPolicy }): number =>
      record(
        plan({ ...deleted, mode: 'ipvs', client: { arrival: paced(1000), ...client } }),
      ).requests.filter(({ outcome }) => outcome !== 'ok').length;
    expect(failures({})).toBe(4);
    // In turn, the next pick is another pod.
    expect(failures({ retry: retry({ on: ['unreachable'] }) })).toBe(0);
    expect(failures({ retry: retry({ on: ['refused'] }) })).toBe(4);
  });

  it('each have the attempt timeout to themselves', () => {
    const result = record(
      plan({
        service: constant(ms(500)),
        workload: { concurrency: 100 },
        duration: 1,
        client: {
          arrival: paced(10),
          timeout: ms(50),
          retry: retry({ attempts: 2, on: ['timeout'], backoff: backoff({}) }),
        },
      }),
    );
    for (const request of result.requests) {
      expect(request.outcome).toBe('timeout');
      expect(request.latencyNs).toBe(3 * ms(50) + ms(10) + ms(20));
    }
    // The pod was asked three times for each.
    expect(result.pods[0]!.requests).toBe(27);
  });

  it('stop where their budget is spent', () => {
    const result = record(
      plan({
        pods: 0,
        duration: 10,
        client: { arrival: paced(100), retry: retry({ attempts: 5, budget: 0.1 }) },
      }),
    );
    const { requests, attempts } = result.clients[0]!;
    expect(attempts - requests).toBeGreaterThanOrEqual(Math.floor(0.1 * requests) - 1);
    expect(attempts - requests).toBeLessThanOrEqual(Math.ceil(0.1 * requests));
  });
});
