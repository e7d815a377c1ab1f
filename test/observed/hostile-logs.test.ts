/**
 * Logs from anywhere: whatever stands in a file, its reader neither throws nor keeps what it has read, and what it takes for a
 * latency is one.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/observed/formats/registry.ts';
import { fitsOf } from '../../src/observed/fits.ts';
import { InOrder } from '../../src/observed/in-order.ts';
import { latencyQuantile, resampledValues } from '../../src/observed/latencies.ts';
import { LINE_MAX, LineSplitter } from '../../src/observed/lines.ts';
import { readLog } from './read-log.ts';
import type { ReadLog } from './read-log.ts';

fc.configureGlobal({ seed: 42 });

/** What must hold of any log. */
function checkRead(read: ReadLog): void {
  if (read.refusal !== null) {
    expect(read.refusal.refused.length).toBeGreaterThan(5);
    return;
  }
  const { conclusion } = read;
  if (conclusion === null) return;
  const { latencies } = conclusion;
  expect(latencies.min).toBeGreaterThanOrEqual(0);
  expect(latencies.max).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
  const quantiles = [0, 0.01, 0.5, 0.9, 0.999, 1].map((q) => latencyQuantile(latencies, q));
  quantiles.forEach((value, i) => {
    expect(Number.isFinite(value)).toBe(true);
    expect(value).toBeGreaterThanOrEqual(quantiles[i - 1] ?? 0);
  });
  const values = resampledValues(latencies);
  expect(values.every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true);
}

const NUMBERS = [
  '1e999',
  '-1',
  '-0',
  '0',
  '1e-400',
  'NaN',
  'Infinity',
  '0x1f',
  '1_000',
  '١٢',
  '9007199254740993',
  '1e15',
  '12',
  '3.5',
  '.5',
  '5.',
  '+7',
  '1,5',
  '2ms',
  '1h',
  '99999999h',
  '',
];
const TEXTS = [
  '__proto__',
  'constructor',
  '"',
  '""',
  '","',
  '\u0000',
  '\ufeff',
  '\ufffd',
  '\u001b[31m',
  '[',
  ']',
  '{',
  '}',
  '\\',
  '01/Mar/2026:12:00:00 +0000',
  '99/Foo/0000:99:99:99 +9999',
  '2026-13-45T99:99:99Z',
  'GET / HTTP/1.1',
  '-',
  '200',
  'ms',
  ' ',
  '\t',
  ';',
  '|',
  ',',
];
const word = fc.oneof(
  fc.constantFrom(...NUMBERS),
  fc.constantFrom(...TEXTS),
  fc.string({ maxLength: 12 }),
  fc.double().map(String),
);
const line = fc
  .tuple(fc.constantFrom(',', ' ', ';', '\t', '"', ''), fc.array(word, { maxLength: 14 }))
  .map(([by, words]) => words.join(by));
const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value));
const log = fc.array(fc.oneof(line, json), { maxLength: 30 }).map((all) => all.join('\n'));
const unit = fc.constantFrom('ns', 'us', 'ms', 's', null);

describe.each(FORMATS.map(({ name }) => name))('%s', (format) => {
  it('reads any text without a throw', () => {
    fc.assert(
      fc.property(
        log,
        unit,
        fc.constantFrom('1', '2', 'a', '__proto__', 'constructor.name', 'toString', null),
        (text, each, column) => {
          checkRead(
            readLog(text, { format, unit: each, column, timeColumn: column, timeUnit: each }),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('reads a long line in time that grows with it', () => {
    const long = LINE_MAX - 10;
    const starts = [
      '',
      '{"a":',
      '[',
      '"',
      '10.0.0.1 - - [01/Mar/2026:12:00:00 +0000] "',
      '[2026-03-01T12:00:00Z] "',
      '1.000 0.5 ',
      'x [01/Mar/2026:12:00:00.000] a b 1/1/1/1/1 ',
    ];
    const fillings = [
      '[',
      '{"a":',
      '"',
      '\\"',
      '1',
      ', ',
      ' ',
      '1,',
      '- ',
      '1/',
      '0.001, ',
      '"a" ',
    ];
    for (const start of starts) {
      for (const filling of fillings) {
        const text = start + filling.repeat(Math.floor(100_000 / filling.length));
        checkRead(readLog(text, { format, unit: 'ms', column: '1' }));
      }
    }
    checkRead(readLog('['.repeat(long), { format, unit: 'ms' }));
  });
});

describe('without a format', () => {
  it('reads any text, in blocks of any size, to the same end', () => {
    fc.assert(
      fc.property(log, unit, fc.integer({ min: 1, max: 50 }), (text, each, block) => {
        const whole = readLog(text, { unit: each });
        checkRead(whole);
        expect(readLog(text, { unit: each, block })).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  it('a broken line costs nothing but itself', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 5, maxLength: 60 }),
        fc.array(fc.constantFrom('1e999', '-5', 'x', 'NaN', '12 34', '"'), { maxLength: 4 }),
        (good, bad) => {
          const text = [...good.map(String), ...bad].join('\n');
          const read = readLog(text, { format: 'plain', unit: 'ms' });
          expect(read.conclusion!.latencies.count).toBe(good.length);
          expect(read.brokenTotal).toBe(bad.length);
          read.broken.forEach(({ line: number }, i) => expect(number).toBe(good.length + 1 + i));
        },
      ),
    );
  });
});

describe('lines', () => {
  it('are those of split, whatever the blocks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'bc', '\n', '\r\n', 'é', '')),
        fc.integer({ min: 1, max: 5 }),
        (parts, size) => {
          const text = parts.join('');
          const found: string[] = [];
          const splitter = new LineSplitter((each) => found.push(each));
          for (let at = 0; at < text.length; at += size) splitter.add(text.slice(at, at + size));
          splitter.end();
          const wanted = text.split('\n').map((each) => each.replace(/\r$/, ''));
          if (text.endsWith('\n') || text === '') wanted.pop();
          expect(found).toEqual(wanted);
        },
      ),
    );
  });

  it('too long are cut, said to be so, and not kept', () => {
    const found: (readonly [number, boolean])[] = [];
    const splitter = new LineSplitter((each, isTooLong) => found.push([each.length, isTooLong]));
    for (let block = 0; block < 40; block++) splitter.add('x'.repeat(1 << 16));
    splitter.add('\nshort\n');
    splitter.end();
    expect(found).toEqual([
      [LINE_MAX, true],
      [5, false],
    ]);
  });
});

describe('order', () => {
  it('requests are passed on in the order in which they began', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 })), (moments) => {
        const found: (readonly [number, number])[] = [];
        const inOrder = new InOrder((atMs, ns) => found.push([atMs, ns]));
        moments.forEach((atMs) => inOrder.add(atMs, atMs * 2));
        inOrder.end();
        expect(found.map(([atMs]) => atMs)).toEqual(moments.toSorted((a, b) => a - b));
        expect(found.every(([atMs, ns]) => ns === 2 * atMs)).toBe(true);
        expect(inOrder.late).toBe(0);
      }),
    );
  });

  it('one that was overtaken by more than are held is counted', () => {
    let passed = 0;
    const inOrder = new InOrder(() => (passed += 1));
    for (let i = 1; i <= 200_000; i++) inOrder.add(i, 1);
    inOrder.add(5, 1);
    inOrder.end();
    expect([passed, inOrder.late]).toEqual([200_001, 1]);
  });
});

describe('fits', () => {
  it('of any latencies are finite, or none', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.integer({ min: 0, max: 20 }), fc.double({ min: 0, max: 1e9, noNaN: true })),
          { minLength: 100, maxLength: 130 },
        ),
        (all) => {
          const { conclusion } = readLog(all.join('\n'), { format: 'plain', unit: 'ms' });
          for (const { goodness, distribution } of fitsOf(conclusion!.latencies)) {
            expect(goodness.distance).toBeGreaterThanOrEqual(0);
            expect(goodness.distance).toBeLessThanOrEqual(1);
            const parameters = Object.values(distribution).filter(
              (each) => typeof each === 'number',
            );
            expect(parameters.every(Number.isFinite)).toBe(true);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
