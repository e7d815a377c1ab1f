import { describe, expect, it } from 'vitest';
import { at, constant, keepAlive, ms, paced, plan, retry, sec } from './plans.ts';
import { latencies, outcomes, part, record } from './recorded.ts';

describe('a pod', () => {
  it('serves `concurrency` requests at once, and the others in the order of their arrival', () => {
    const result = record(
      plan({
        service: constant(ms(100)),
        workload: { concurrency: 2 },
        duration: 0.05,
        client: { arrival: paced(100) },
      }),
    );
    // Due after 10, 20, 30, 40 ms; two workers are free after 110, 120, 210, 220.
    expect(latencies(result)).toEqual([100, 100, 180, 180].map((value) => ms(value)));
    expect(result.pods[0]!.inFlightMax).toBe(4);
  });

  it('answers 503 at once when its queue is full', () => {
    const result = record(
      plan({
        service: constant(sec(1)),
        workload: { queueLimit: 2 },
        duration: 0.6,
        client: { arrival: paced(10) },
      }),
    );
    expect(outcomes(result)).toEqual(['ok', 'ok', 'ok', '503', '503']);
    expect(latencies(result).slice(3)).toEqual([0, 0]);
    expect(result.pods[0]).toMatchObject({ requests: 5, inFlightMax: 3 });
    expect(result.pods[0]!.latency.count).toBe(3);
  });

  it('answers 500 for its error rate of requests, after their service', () => {
    const result = record(
      plan({
        rate: 2000,
        service: constant(ms(1)),
        workload: { concurrency: 1000, errorRate: 0.3 },
      }),
    );
    const failed = result.requests.filter(({ outcome }) => outcome === '500');
    expect(new Set(outcomes(result))).toEqual(new Set(['ok', '500']));
    expect(new Set(latencies(result))).toEqual(new Set([ms(1)]));
    // Binomial of about 20,000 with 0.3: four standard deviations, a false alarm in 16,000 seeds.
    const n = result.requests.length;
    expect(Math.abs(failed.length - 0.3 * n)).toBeLessThan(4 * Math.sqrt(n * 0.3 * 0.7));
  });

  it('is busy for the service that it gives, and no longer', () => {
    const result = record(
      plan({ service: constant(ms(3)), duration: 2, client: { arrival: paced(100) } }),
    );
    // 199 requests of 3 ms in 2 s.
    expect(result.pods[0]!.utilisation).toBeCloseTo((199 * 3) / 2000, 12);
    expect(result.pods[0]!.inFlightMean).toBeCloseTo((199 * 3) / 2000, 12);
  });

  it('is counted per window by when requests were due', () => {
    const from = at(1);
    const to = at(1.5);
    const result = record(
      plan({
        service: constant(ms(3)),
        duration: 2,
        windows: [{ name: 'middle', from, to }],
        client: { arrival: paced(100), connection: keepAlive() },
      }),
    );
    const middle = result.pods.find(({ window }) => window === 'middle')!;
    expect(middle.requests).toBe(50);
    expect(middle.latency.count).toBe(50);
    expect(middle.utilisation).toBeCloseTo(0.3, 12);
    expect(middle.connections).toBe(0);
    expect(middle.readyNs).toBe(5e8);
    expect(result.clients.find(({ window }) => window === 'middle')!.requests).toBe(50);
  });
});

describe('the demand of a request', () => {
  it('is its own, the same on every attempt', () => {
    const result = record(
      plan({
        rate: 100,
        pods: 3,
        workload: { concurrency: 1000, errorRate: 1 },
        client: { retry: retry({ attempts: 2 }) },
      }),
    );
    for (const request of result.requests) {
      expect(request.attempts).toBe(3);
      expect(part(request, 'retry')).toBe(2 * part(request, 'service'));
    }
  });
});
