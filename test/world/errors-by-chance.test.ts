import { describe, expect, it } from 'vitest';
import { constant, ms, ns, paced, plan, poisson, retry } from './plans.ts';
import { record } from './recorded.ts';

describe('a pod that errs', () => {
  it('errs anew for each try: 1 - q^(attempts + 1) of requests succeed', () => {
    // Share q of tries fails. The bounds are 4.4 standard errors: a false alarm in 90,000 seeds a case.
    for (const [q, attempts] of [
      [0.5, 1],
      [0.5, 3],
      [0.1, 1],
    ] as const) {
      const { requests } = record(
        plan({
          pods: 2,
          service: constant(ns(0)),
          workload: { concurrency: 10, errorRate: q },
          client: { arrival: poisson(2000), retry: retry({ attempts, on: ['500'] }) },
        }),
      );
      const failed = requests.filter(({ outcome }) => outcome === '500').length;
      const expected = q ** (attempts + 1);
      const error = Math.sqrt((expected * (1 - expected)) / requests.length);
      expect(Math.abs(failed / requests.length - expected)).toBeLessThan(4.4 * error);
    }
  });

  it('fails the same first tries whether or not they are tried again', () => {
    const firstTries = (attempts: number): boolean[] =>
      record(
        plan({
          service: constant(ms(1)),
          workload: { concurrency: 100, errorRate: 0.3 },
          client: { arrival: paced(200), retry: retry({ attempts, on: ['500'] }) },
        }),
      ).requests.map((request) => request.outcome === 'ok' && request.attempts === 1);
    expect(firstTries(4)).toEqual(firstTries(0));
  });
});
