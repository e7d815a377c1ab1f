/** Thresholds over replications: what the interval says of the limit, and how often that is wrong. */
import { describe, expect, it } from 'vitest';
import type { Threshold } from '../../src/contract/plan.ts';
import { RandomStream } from '../../src/engine/random.ts';
import { standardNormal } from '../../src/engine/ziggurat.ts';
import { metricKey } from '../../src/study/figures/query.ts';
import { queryOf } from '../../src/study/figures/run-figures.ts';
import { isFailure, judge } from '../../src/study/thresholds.ts';
import type { Judgement } from '../../src/study/thresholds.ts';
import { threshold } from './small-plan.ts';

type Asked = Pick<Threshold, 'metric' | 'operator' | 'value'> & Partial<Threshold>;

/** Judges a threshold by one value a replication; null: a replication that has none. */
function judged(asked: Asked, values: readonly (number | null)[]): Judgement {
  const one = threshold('x', asked);
  const key = metricKey(queryOf(one));
  const runs = values.map((value, replication) => ({
    replication,
    seed: replication,
    fingerprint: { trajectory: '', result: '' },
    opened: ['all'],
    values: value === null ? {} : { [key]: value },
    batchMeans: null,
  }));
  const of = { scenario: 's', variant: 'v', planDigest: '', modelVersion: 1, runs };
  return judge(of, [one])[0]!;
}

const p99 = (operator: Threshold['operator'], value: number): Asked => ({
  metric: 'latency.p99',
  operator,
  value,
});

describe('a threshold over replications', () => {
  // Mean 110, standard deviation 10, so the interval is 110 ± 15.91 (R: qt(.975, 3) * 10 / sqrt(4)).
  const around110 = [101.339746, 118.660254, 101.339746, 118.660254];

  it.each([
    ['<', 126, 'Passed', true],
    ['<', 125.8, 'Undecided', true],
    ['<', 109, 'Undecided', false],
    ['<', 94, 'Failed', false],
    ['>=', 94, 'Passed', true],
    ['>=', 95, 'Undecided', true],
    ['>=', 111, 'Undecided', false],
    ['>=', 126, 'Failed', false],
  ] as const)(
    'is judged by its whole interval: 110 ± 15.9 %s %d',
    (operator, limit, status, holds) => {
      expect(judged(p99(operator, limit), around110)).toMatchObject({ status, holds });
    },
  );

  it('says of an undecided one how many replications would decide', () => {
    // R: n <- 2; while (qt(.975, n - 1) * 10 / sqrt(n) > 5) n <- n + 1
    expect(judged(p99('<', 115), around110).replicationsNeeded).toBe(18);
    expect(judged(p99('<', 126), around110).replicationsNeeded).toBe(null);
    expect(judged(p99('<', 110), around110).replicationsNeeded).toBe(null);
  });

  it('asks for more where only some replications have a value', () => {
    const half = around110.flatMap((value) => [value, null]);
    expect(judged(p99('<', 115), half).replicationsNeeded).toBe(36);
  });

  it('counts an undecided one by its mean, and one that warns not at all', () => {
    expect(isFailure(judged(p99('<', 111), around110))).toBe(false);
    expect(isFailure(judged(p99('<', 109), around110))).toBe(true);
    expect(isFailure(judged({ ...p99('<', 109), severity: 'Warn' }, around110))).toBe(false);
  });

  it('is decided by the value where there is one replication, or no spread', () => {
    expect(judged(p99('<', 110), [109])).toMatchObject({ status: 'Passed' });
    expect(judged(p99('<', 109), [109])).toMatchObject({ status: 'Failed' });
    expect(judged(p99('<=', 109), [109, 109, 109])).toMatchObject({ status: 'Passed' });
    expect(judged(p99('<', 109), [109, 109, 109])).toMatchObject({ status: 'Failed' });
  });

  it('holds with == where every replication has the value', () => {
    const errors = { metric: 'errors.count', operator: '==', value: 0 } as const;
    expect(judged(errors, [0, 0, 0])).toMatchObject({ status: 'Passed', holds: true });
    expect(judged(errors, [0, 0, 1])).toMatchObject({ status: 'Failed', holds: false });
    const requests = { metric: 'requests', operator: '==', value: 100 } as const;
    expect(judged(requests, [99, 101])).toMatchObject({ status: 'Failed', holds: false });
  });

  it('is decided by any value inside where the limit is an end of the range', () => {
    const errors = (operator: Threshold['operator'], value: number): Asked => ({
      metric: 'errors.ratio',
      operator,
      value,
    });
    expect(judged(errors('<=', 0), [0, 0, 0.001]).status).toBe('Failed');
    expect(judged(errors('>', 0), [0, 0, 0.001]).status).toBe('Passed');
    expect(judged(errors('<', 1), [1, 1, 0.999]).status).toBe('Passed');
  });
});

describe('verdicts over replications', () => {
  const STUDIES = 2000;

  /** How often each verdict falls on 10 values around 100, in as many studies. */
  function verdicts(limit: number): Record<Judgement['status'], number> {
    const found = { Passed: 0, Failed: 0, Undecided: 0, Empty: 0 };
    const stream = RandomStream.open(7, `limit ${limit}`);
    for (let study = 0; study < STUDIES; study++) {
      const values = Array.from({ length: 10 }, () => 100 + 10 * standardNormal(stream));
      found[judged(p99('<', limit), values).status] += 1;
    }
    return found;
  }

  // Binomial: outside of these bounds with a chance below 1 in 10,000 (4 standard deviations).
  it('call a mean that is at its limit met in 2.5 % of studies, and missed in 2.5 %', () => {
    const { Passed, Failed, Undecided } = verdicts(100);
    const slack = 4 * Math.sqrt(0.025 * 0.975 * STUDIES);
    expect(Math.abs(Passed - 0.025 * STUDIES)).toBeLessThan(slack);
    expect(Math.abs(Failed - 0.025 * STUDIES)).toBeLessThan(slack);
    expect(Passed + Failed + Undecided).toBe(STUDIES);
  });

  it('call a limit that is clearly kept met, and one clearly missed missed', () => {
    // Five standard errors away. R: pt(qt(.975, 9), 9, ncp = 5) says that 0.7 % stay undecided.
    const far = 5 * (10 / Math.sqrt(10));
    expect(verdicts(100 + far).Passed).toBeGreaterThan(0.97 * STUDIES);
    expect(verdicts(100 - far).Failed).toBeGreaterThan(0.97 * STUDIES);
  });
});

describe('a threshold on failures of which there were none', () => {
  const never = (requests: number, limit: number): Judgement => {
    const one = threshold('x', { metric: 'errors.ratio', operator: '<', value: limit });
    const runs = [0, 1, 2, 3].map((replication) => ({
      replication,
      seed: replication,
      fingerprint: { trajectory: '', result: '' },
      opened: ['all'],
      values: { 'errors.ratio': 0, requests },
      batchMeans: null,
    }));
    const of = { scenario: 's', variant: 'v', planDigest: '', modelVersion: 1, runs };
    return judge(of, [one])[0]!;
  };

  it('is met where so many requests would have shown a failure', () => {
    // Of 4,000 requests none: at most 0.0922 % fail (R: binom.test(0, 4000)$conf.int).
    expect(never(1000, 0.001)).toMatchObject({ status: 'Passed', replicationsNeeded: null });
  });

  it('is undecided where they are too few, and says how many replications are enough', () => {
    // Below 0.1 % it is from 3,688 requests on: log(0.025) / log(1 - 0.001).
    expect(never(500, 0.001)).toMatchObject({
      status: 'Undecided',
      holds: true,
      replicationsNeeded: 8,
    });
  });
});

describe('a threshold on one run that has an interval of its own', () => {
  const once = (limit: number): Judgement => {
    const one = threshold('x', { metric: 'latency.p99', operator: '<', value: limit });
    const run = {
      replication: 0,
      seed: 0,
      fingerprint: { trajectory: '', result: '' },
      opened: ['all'],
      values: { 'latency.p99': 100 },
      // R: qt(.975, 19) * 5 is 10.465, so that runs scatter by 5.
      batchMeans: { batches: 20, intervals: { 'latency.p99': { low: 89.53488, high: 110.46512 } } },
    };
    const of = { scenario: 's', variant: 'v', planDigest: '', modelVersion: 1, runs: [run] };
    return judge(of, [one])[0]!;
  };

  it('is judged by that, and told how many replications would decide', () => {
    expect(once(111).status).toBe('Passed');
    expect(once(89).status).toBe('Failed');
    // R: n <- 2; while (qt(.975, n - 1) * 5 / sqrt(n) > 2.5) n <- n + 1
    expect(once(102.5)).toMatchObject({ status: 'Undecided', replicationsNeeded: 18 });
  });
});
