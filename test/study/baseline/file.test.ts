import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BASELINE_SCHEMA_VERSION, savedFigures } from '../../../src/study/baseline/baseline.ts';
import type { Baseline } from '../../../src/study/baseline/baseline.ts';
import { BaselineFormatError, readBaseline } from '../../../src/report/baseline/read.ts';
import { baselineText } from '../../../src/report/baseline/write.ts';
import { madeBaseline, madePart } from './made.ts';

fc.configureGlobal({ seed: 42 });

const sound = madeBaseline([
  madePart({ 'latency.p99': [1.5e8, 0.1 + 0.2], 'errors.ratio': [0, null] }),
]);
const text = baselineText(sound);

/** What is wrong with a text; null where it is a baseline. */
function complaint(of: string): string | null {
  try {
    readBaseline(of);
    return null;
  } catch (error) {
    if (error instanceof BaselineFormatError) return error.message;
    throw error;
  }
}

const changed = (change: (baseline: Record<string, never>) => void): string => {
  const copy = JSON.parse(text) as Record<string, never>;
  change(copy);
  return JSON.stringify(copy);
};

describe('the file of a baseline', () => {
  it('reads back as the same baseline, numbers to the last bit', () => {
    const value = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null });
    const values = fc.record({
      'latency.p99': fc.array(value, { minLength: 3, maxLength: 3 }),
      'latency.p99{window=rollout}': fc.array(value, { minLength: 3, maxLength: 3 }),
    });
    fc.assert(
      fc.property(values, fc.nat(), (made, seed) => {
        const baseline = madeBaseline([
          madePart(made, { seed, variant: 'a' }),
          madePart(made, { seed, variant: 'b' }),
        ]);
        const back = readBaseline(baselineText(baseline));
        // JSON has no -0.
        expect(back).toEqual(JSON.parse(JSON.stringify(baseline)));
      }),
    );
  });

  it('has its keys in order, and a line a metric', () => {
    const keys = (at: unknown): void => {
      if (typeof at !== 'object' || at === null) return;
      if (!Array.isArray(at)) expect(Object.keys(at)).toEqual(Object.keys(at).toSorted());
      for (const value of Object.values(at)) keys(value);
    };
    keys(JSON.parse(text));
    expect(text).toContain('        "latency.p99": [150000000,0.30000000000000004]\n');
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('gives the figures that it was made from, with their seeds', () => {
    const part = madePart({ 'latency.p99': [1, 2, 3] }, { seed: 77 });
    const baseline = madeBaseline([part]);
    const figures = savedFigures(baseline, baseline.variants[0]!);
    expect(figures).toEqual({
      ...part.figures,
      runs: part.figures.runs.map((run) => ({ ...run, opened: [] })),
    });
  });

  it('leaves out what no run has measured', () => {
    const { variants } = madeBaseline([
      madePart({ 'latency.p99': [1, 2], 'errors.ratio': [null, null] }),
    ]);
    expect(Object.keys(variants[0]!.metrics)).toEqual(['latency.p99']);
  });
});

describe('a file that is no baseline', () => {
  it.each([
    ['', 'not JSON'],
    ['<<<<<<< HEAD\n{}', 'not JSON'],
    ['null', 'not a baseline'],
    ['[]', 'not a baseline'],
    ['{"schemaVersion":1,"modelVersion":3,"scenario":"a","variants":[]}', 'not a baseline'],
    [text.slice(0, -3), 'not JSON'],
    [changed((b) => (b['variants'] = [] as never)), 'variants: no variants'],
    [text.replace('"latency.p99"', '"latency.p98"'), 'metrics["latency.p98"]'],
    [text.replace('"latency.p99"', '"requests"'), 'no metric that can be gated'],
    [text.replace('0.30000000000000004', '1e999'), 'variants[0].metrics["latency.p99"][1]'],
    [text.replace('[150000000,', '['), 'has 1 values for 2 replications'],
    [text.replace('"seed": 1', '"seed": -1'), 'variants[0].seed'],
    [text.replace('"scope"', '"scopes"'), 'scope'],
  ])('is refused with the place: %#', (broken, place) => {
    expect(complaint(broken)).toContain(place);
  });

  it('with two variants of one name', () => {
    const twice = madeBaseline([
      madePart({ 'latency.p99': [1, 2] }, { variant: 'a' }),
      madePart({ 'latency.p99': [1, 2] }, { variant: 'a' }),
    ]);
    expect(complaint(baselineText(twice))).toContain('same name');
  });

  it('of another schema version is told from one that is broken', () => {
    const other = text.replace(
      `"schemaVersion": ${BASELINE_SCHEMA_VERSION}`,
      `"schemaVersion": ${BASELINE_SCHEMA_VERSION + 1}, "what": "is new"`,
    );
    expect(() => readBaseline(other)).toThrow(
      expect.objectContaining({ otherVersion: BASELINE_SCHEMA_VERSION + 1 }),
    );
  });

  it('never breaks the reader: any JSON, any bytes changed, any part', () => {
    const survives = (of: string): boolean => complaint(of) === null || true;
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(complaint(json)).not.toBeNull();
      }),
    );
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.nat(20),
        fc.string({ maxLength: 5 }),
        (at, length, put) => survives(text.slice(0, at) + put + text.slice(at + length)),
      ),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.nat(text.length - 3), (length) => {
        expect(complaint(text.slice(0, length))).not.toBeNull();
      }),
    );
  });

  it('never gives a baseline whose figures cannot be used', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('0', '9', 'a', '"', ','), (at, put) => {
        const other = text.slice(0, at) + put + text.slice(at + 1);
        if (complaint(other) !== null) return;
        const baseline: Baseline = readBaseline(other);
        expect(() => {
          for (const variant of baseline.variants) savedFigures(baseline, variant);
        }).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});
