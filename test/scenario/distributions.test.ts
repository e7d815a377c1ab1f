import { describe, expect, it } from 'vitest';
import type { Distribution } from '../../src/contract/plan.ts';
import { load, loaded, problems, scenario } from './memory-reader.ts';

function serviceTime(written: string, files: Record<string, string> = {}): Distribution {
  const set = [`workloads[0].serviceTime=${written}`];
  return loaded(scenario(), files, { set }).base.workloads[0]!.serviceTime;
}

function complaints(written: string, files: Record<string, string> = {}): string[] {
  const set = [`workloads[0].serviceTime=${written}`];
  return problems(load(scenario(), files, { set })).map((line) => line.replace(/^\S+ error /, ''));
}

describe('distributions', () => {
  it.each<[string, Distribution]>([
    ['20ms', { kind: 'constant', value: 20e6 as never }],
    ['{ constant: 20ms }', { kind: 'constant', value: 20e6 as never }],
    ['{ uniform: { min: 1ms, max: 2ms } }', { kind: 'uniform', min: 1e6, max: 2e6 } as never],
    ['{ exponential: { mean: 1s } }', { kind: 'exponential', mean: 1e9 } as never],
    ['{ erlang: { mean: 1s, k: 3 } }', { kind: 'erlang', mean: 1e9, k: 3 } as never],
    ['{ gamma: { mean: 1s, cv: 0.5 } }', { kind: 'gamma', mean: 1e9, cv: 0.5 } as never],
    ['{ weibull: { mean: 1s, shape: 2 } }', { kind: 'weibull', mean: 1e9, shape: 2 } as never],
    ['{ pareto: { min: 1ms, alpha: 2 } }', { kind: 'pareto', min: 1e6, alpha: 2 } as never],
    [
      '{ pareto: { min: 1ms, alpha: 2, max: 1s } }',
      { kind: 'pareto', min: 1e6, alpha: 2, max: 1e9 } as never,
    ],
    [
      '{ hyperexponential: [{ weight: 9, mean: 1ms }, { weight: 1, mean: 1s }] }',
      {
        kind: 'hyperexponential',
        of: [
          { weight: 9, mean: 1e6 },
          { weight: 1, mean: 1e9 },
        ],
      } as never,
    ],
    [
      '{ mixture: [{ weight: 1, of: 5ms }, { weight: 2, of: { exponential: { mean: 1s } } }] }',
      {
        kind: 'mixture',
        of: [
          { weight: 1, of: { kind: 'constant', value: 5e6 } },
          { weight: 2, of: { kind: 'exponential', mean: 1e9 } },
        ],
      } as never,
    ],
  ])('%s', (written, planned) => {
    expect(serviceTime(written)).toEqual(planned);
  });

  it('lognormal by quantiles: median exp(mu), 99 % below exp(mu + 2.3263 sigma)', () => {
    const found = serviceTime('{ lognormal: { p50: 8ms, p99: 60ms } }');
    if (found.kind !== 'lognormal') throw new Error(found.kind);
    expect(Math.exp(found.mu)).toBeCloseTo(8e6, 3);
    expect(Math.exp(found.mu + 2.3263478740408408 * found.sigma)).toBeCloseTo(60e6, 3);
  });

  it('lognormal by moments: mean exp(mu + sigma²/2), squared cv exp(sigma²) - 1', () => {
    const found = serviceTime('{ lognormal: { mean: 10ms, cv: 2 } }');
    if (found.kind !== 'lognormal') throw new Error(found.kind);
    expect(Math.exp(found.mu + found.sigma ** 2 / 2)).toBeCloseTo(10e6, 3);
    expect(Math.expm1(found.sigma ** 2)).toBeCloseTo(4, 12);
  });

  it.each([
    ['{ lognormal: { p50: 8ms, p99: 6ms } }', 'p99 6ms must be above p50 8ms'],
    ['{ lognormal: { p50: 8ms, cv: 1 } }', 'takes either p50 and p99, or mean and cv'],
    ['{ uniform: { min: 2ms, max: 1ms } }', 'max 1ms must be above min 2ms'],
    ['{ exponential: { mean: 0s } }', 'mean must be above 0s'],
    ['{ gamma: { mean: 1s, cv: 0 } }', '0 must be above 0'],
    ['{ erlang: { mean: 1s, k: 1.5 } }', '1.5 is not a whole number'],
    ['{ pareto: { min: 2s, alpha: 1, max: 1s } }', 'max 1s must be above min 2s'],
    ['{ hyperexponential: [{ weight: 0, mean: 1s }] }', '0 must be above 0'],
    ['{ mixture: [] }', 'must have at least one entry'],
    ['{ exponental: { mean: 1s } }', 'unknown field "exponental"; did you mean "exponential"?'],
    ['{ constant: 1s, exponential: { mean: 1s } }', 'constant and exponential exclude each other'],
    ['20', '20 is not a duration or a distribution'],
    ['-5ms', '"-5ms" is negative'],
  ])('%s is refused', (written, message) => {
    const found = complaints(written);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
    expect(found[0]).toContain('spec.workloads[0].serviceTime');
  });
});

describe('observations', () => {
  const csv = 'at,"took, ms",note\n1,2.5,a\n2,"1",b\r\n3,0.0005,c\n\n';

  it('empirical: the values of a column in ns, ascending', () => {
    const written = '{ empirical: { file: log.csv, column: "took, ms", unit: ms } }';
    expect(serviceTime(written, { 'log.csv': csv })).toEqual({
      kind: 'empirical',
      values: [500, 1e6, 2.5e6],
    });
  });

  it('hgrm: the buckets of a percentile distribution, empty ones left out', () => {
    const hgrm = `       Value     Percentile TotalCount 1/(1-Percentile)

       1.000 0.000000000000          2           1.00
       1.500 0.500000000000          2           2.00
       2.000 0.750000000000          5           4.00
       2.000 0.800000000000          6           5.00
#[Mean    =        1.500, StdDeviation   =        0.100]
`;
    const written = '{ hgrm: { file: a.hgrm } }';
    expect(serviceTime(written, { 'a.hgrm': hgrm })).toEqual({
      kind: 'histogram',
      upper: [1e6, 2e6],
      counts: [2, 4],
    });
    const inMicroseconds = '{ hgrm: { file: a.hgrm, unit: us } }';
    expect(serviceTime(inMicroseconds, { 'a.hgrm': hgrm })).toMatchObject({ upper: [1e3, 2e3] });
  });

  it.each([
    ['{ empirical: { file: no.csv, column: a, unit: ms } }', 'cannot read no.csv: no such file'],
    [
      '{ empirical: { file: log.csv, column: not, unit: ms } }',
      'log.csv has no column "not"; did you mean "note"?',
    ],
    ['{ empirical: { file: log.csv, column: note, unit: ms } }', '"a" is not a time in ms'],
    ['{ empirical: { file: log.csv, column: at, unit: min } }', '"min" is not supported'],
    ['{ empirical: { file: head.csv, column: at, unit: s } }', 'head.csv has no rows'],
    ['{ hgrm: { file: log.csv } }', 'not a row of an ascending percentile distribution'],
  ])('%s is refused', (written, message) => {
    const found = complaints(written, { 'log.csv': csv, 'head.csv': 'at\n' });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  it('a bad row is pointed at in its own file', () => {
    const set = ['workloads[0].serviceTime={ empirical: { file: log.csv, column: t, unit: ms } }'];
    const result = load(scenario(), { 'log.csv': 't\n1\n-2\n' }, { set });
    expect(result).toMatchObject({
      ok: false,
      diagnostics: [{ file: 'log.csv', line: 3, column: 1 }],
    });
  });
});
