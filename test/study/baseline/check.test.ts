import { describe, expect, it } from 'vitest';
import {
  checkBaseline,
  checkFails,
  findingsOf,
  GATE_DEFAULTS,
  isIdentical,
} from '../../../src/study/baseline/check.ts';
import type { FindingStatus, GateSettings } from '../../../src/study/baseline/check.ts';
import { madeBaseline, madePart } from './made.ts';
import type { MadeValues } from './made.ts';

const MS = 1e6;

/** Ten values around `mean` that vary by a tenth of `spread` from run to run, the same pattern for all. */
const around = (mean: number, spread = mean / 100): readonly number[] =>
  [3, -2, 5, -4, 1, -5, 4, -1, 2, -3].map((step) => mean + (step / 10) * spread);

/** The status of each metric, where the plan is another one and the seeds are `seed`; the baseline's are 1. */
function statuses(
  saved: MadeValues,
  now: MadeValues,
  {
    seed = 1,
    settings = GATE_DEFAULTS,
  }: { readonly seed?: number; readonly settings?: GateSettings } = {},
): Readonly<Record<string, FindingStatus>> {
  const check = checkBaseline(madeBaseline([madePart(saved)]), [madePart(now, { seed, pods: 4 })], {
    settings,
  });
  return Object.fromEntries(
    check.variants[0]!.metrics.map(({ key, status }) => [key, status] as const),
  );
}

describe.each([
  ['paired', 1],
  ['independent', 2],
])('a regression, %s', (_kind, seed) => {
  const one = (key: string, from: number, to: number, settings?: GateSettings): FindingStatus =>
    statuses(
      { [key]: around(from) },
      { [key]: around(to, to / 80) },
      { seed, ...(settings === undefined ? {} : { settings }) },
    )[key]!;

  it.each([
    ['latency.p99', 100 * MS, 110 * MS, 'Regressed'],
    ['latency.p99', 110 * MS, 100 * MS, 'Improved'],
    ['throughput', 100, 90, 'Regressed'],
    ['throughput', 90, 100, 'Improved'],
    ['balance.maxOverMean', 1.1, 1.3, 'Regressed'],
  ] as const)('is worse by the direction of the metric: %s %d → %d', (key, from, to, expected) => {
    expect(one(key, from, to)).toBe(expected);
  });

  it('is beyond the tolerance', () => {
    expect(one('latency.p99', 100 * MS, 101.5 * MS)).toBe('Within');
    expect(one('latency.p99', 100 * MS, 104 * MS)).toBe('Regressed');
    expect(one('latency.p99', 100 * MS, 104 * MS, { ...GATE_DEFAULTS, tolerance: 0.05 })).toBe(
      'Within',
    );
    expect(one('latency.p99', 100 * MS, 101.5 * MS, { ...GATE_DEFAULTS, tolerance: 0.01 })).toBe(
      'Regressed',
    );
  });

  it.each([
    ['latency.p99', 100 * MS, 102 * MS],
    ['latency.p99', 150 * MS, 153 * MS],
    ['throughput', 100, 98],
    ['throughput', 350, 343],
    ['balance.cv', 0.1, 0.11],
    ['errors.ratio', 0.001, 0.0011],
    ['errors.ratio', 0.05, 0.051],
  ] as const)('is more than what is tolerated, not just as much: %s %d → %d', (key, from, to) => {
    const step = (to - from) / 1000;
    expect(
      statuses({ [key]: around(from, 0) }, { [key]: around(to, 0) }, { seed })[key],
      'exactly',
    ).toBe('Within');
    expect(
      statuses({ [key]: around(from, 0) }, { [key]: around(to + step, 0) }, { seed })[key],
    ).toBe(to > from === (key !== 'throughput') ? 'Regressed' : 'Improved');
  });

  it('is beyond the floor: 50 % of 20 us are not', () => {
    expect(one('latency.p99', 0.02 * MS, 0.03 * MS)).toBe('Within');
    expect(one('latency.p99', 0.02 * MS, 0.03 * MS, { ...GATE_DEFAULTS, floorNs: 0 })).toBe(
      'Regressed',
    );
    expect(one('errors.ratio', 0.0001, 0.00015)).toBe('Within');
    expect(one('errors.ratio', 0.01, 0.02)).toBe('Regressed');
  });

  it('is beyond chance', () => {
    const wide = { 'latency.p99': around(100 * MS, 200 * MS) };
    const other = { 'latency.p99': [...around(110 * MS, 200 * MS)].reverse() };
    expect(statuses(wide, other, { seed })['latency.p99']).toBe('Unchanged');
  });

  it('may start from nothing: errors where there were none', () => {
    const none = { 'errors.ratio': around(0, 0) };
    expect(statuses(none, { 'errors.ratio': around(0.01) }, { seed })['errors.ratio']).toBe(
      'Regressed',
    );
    expect(statuses({ 'errors.ratio': around(0.01) }, none, { seed })['errors.ratio']).toBe(
      'Improved',
    );
    expect(statuses(none, none, { seed })['errors.ratio']).toBe('Unchanged');
  });
});

describe('a check of the same plan with the same seeds', () => {
  const values = { 'latency.p99': around(100 * MS) };

  it('is identical to the last bit', () => {
    const check = checkBaseline(madeBaseline([madePart(values)]), [madePart(values)]);
    expect(check.variants[0]!.kind).toBe('exact');
    expect(isIdentical(check)).toBe(true);
    expect(checkFails(check, { lenient: false })).toBe(false);
  });

  it('leaves nothing to chance where the figures are others', () => {
    const now = {
      'latency.p99': around(100 * MS).map((value, at) => value + (at === 3 ? 40 * MS : 0)),
    };
    const check = checkBaseline(madeBaseline([madePart(values)]), [madePart(now)]);
    expect(isIdentical(check)).toBe(false);
    expect(findingsOf(check, 'Regressed')).toHaveLength(1);
  });
});

describe('what is measured on one side only', () => {
  const saved = { 'latency.p99': around(100 * MS), throughput: around(100) };
  const now = { 'latency.p99': around(100 * MS), 'balance.cv': around(1) };
  const check = checkBaseline(madeBaseline([madePart(saved)]), [madePart(now, { pods: 4 })]);

  it('fails where it is missing, unless that is let pass', () => {
    expect(findingsOf(check, 'Missing').map(({ finding }) => finding.key)).toEqual(['throughput']);
    expect(checkFails(check, { lenient: false })).toBe(true);
    expect(checkFails(check, { lenient: true })).toBe(false);
  });

  it('is reported where it is new, but not where the metrics of the baseline were chosen', () => {
    expect(findingsOf(check, 'New').map(({ finding }) => finding.key)).toEqual(['balance.cv']);
    const chosen = madeBaseline([madePart(saved)], ['latency.p99', 'throughput']);
    expect(findingsOf(checkBaseline(chosen, [madePart(now, { pods: 4 })]), 'New')).toEqual([]);
  });

  it('is undecided where few replications of the baseline had it', () => {
    const rare = {
      'latency.p99': around(1),
      'latency.p99{window=crash}': [MS, null, null, null, MS],
    };
    expect(statuses(rare, { 'latency.p99': around(1) })['latency.p99{window=crash}']).toBe(
      'Undecided',
    );
  });
});

describe('a choice of metrics', () => {
  it('leaves the others unjudged', () => {
    const saved = { 'latency.p99': around(100 * MS), 'latency.mean': around(10 * MS) };
    const now = { 'latency.p99': around(100 * MS), 'latency.mean': around(20 * MS) };
    const check = checkBaseline(madeBaseline([madePart(saved)]), [madePart(now, { pods: 4 })], {
      keys: new Set(['latency.p99']),
    });
    expect(check.variants[0]!.metrics.map(({ key, status }) => [key, status])).toEqual([
      ['latency.p99', 'Unchanged'],
    ]);
  });
});

describe('where one side has more replications', () => {
  const ten = { 'latency.p99': around(100 * MS) };
  const five = { 'latency.p99': around(100 * MS).slice(0, 5) };
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const firstFive = mean(around(100 * MS).slice(0, 5));

  it.each([
    ['the baseline', ten, five],
    ['now', five, ten],
  ])('the figures are those of the replications that both have: %s', (_which, saved, now) => {
    const check = checkBaseline(madeBaseline([madePart(saved)]), [madePart(now, { pods: 4 })]);
    const [finding] = check.variants[0]!.metrics;
    expect(finding?.saved?.mean).toBeCloseTo(firstFive);
    expect(finding?.now?.mean).toBeCloseTo(firstFive);
    expect(finding?.difference?.value).toBe(0);
  });

  it('with other seeds they are those of all', () => {
    const check = checkBaseline(madeBaseline([madePart(ten)]), [madePart(five, { seed: 2 })]);
    const [finding] = check.variants[0]!.metrics;
    expect(finding?.saved?.mean).toBeCloseTo(mean(around(100 * MS)));
  });
});

describe('several variants', () => {
  it('share the chance of a false alarm', () => {
    // Ten against ten, ranks alone: a difference whose p-value is between alpha / 4 and alpha.
    const saved = { 'latency.p99': Array.from({ length: 10 }, (_, i) => (100 + 10 * i) * MS) };
    const now = { 'latency.p99': Array.from({ length: 10 }, (_, i) => (145 + 10 * i) * MS) };
    const names = ['a', 'b', 'c', 'd'];
    const of = (variants: readonly string[]): number => {
      const baseline = madeBaseline(variants.map((variant) => madePart(saved, { variant })));
      const parts = variants.map((variant) => madePart(now, { variant, seed: 2, pods: 4 }));
      return findingsOf(checkBaseline(baseline, parts), 'Regressed').length;
    };
    expect(of(names.slice(0, 1))).toBe(1);
    expect(of(names)).toBe(0);
  });

  it('must all have figures', () => {
    const part = madePart({ 'latency.p99': [1, 2] }, { variant: 'a' });
    expect(() => checkBaseline(madeBaseline([part]), [])).toThrow('no figures of variant a');
  });
});
