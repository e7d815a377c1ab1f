/** Each format: told by its content, and read as its program's documentation says. */
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/observed/formats/registry.ts';
import { latencyQuantile } from '../../src/observed/latencies.ts';
import { readRepositoryFile } from '../source-graph.ts';
import { EXAMPLES, common, lines } from './examples.ts';
import type { Example } from './examples.ts';
import { latenciesOf, readLog } from './read-log.ts';
import type { ReadLog } from './read-log.ts';

const SUMMARIES: Readonly<
  Record<
    string,
    {
      text: string;
      options?: Example['options'];
      count: number;
      p50: number;
      max: number;
      rate: number | null;
    }
  >
> = {
  hgrm: {
    text: `       Value     Percentile TotalCount 1/(1-Percentile)

       1.000 0.000000000000         10           1.00
       2.000 0.500000000000        500           2.00
       4.000 0.900000000000        900          10.00
       8.000 0.990000000000        990         100.00
      16.000 1.000000000000       1000
#[Mean    =        2.500, StdDeviation   =        1.100]
#[Max     =       16.000, Total count    =         1000]
`,
    options: { unit: 'ms' },
    count: 1000,
    p50: 2,
    max: 16,
    rate: null,
  },
  wrk2: {
    text: `Running 30s test @ http://127.0.0.1:80/index.html
  2 threads and 100 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     2.00ms    1.10ms  16.20ms   90.00%
  Latency Distribution (HdrHistogram - Recorded Latency)
 50.000%    2.00ms
100.000%   16.20ms

  Detailed Percentile spectrum:
       Value   Percentile   TotalCount 1/(1-Percentile)

       1.000     0.000000           10         1.00
       2.000     0.500000          500         2.00
       8.000     0.990000          990       100.00
      16.000     1.000000         1000          inf
#[Mean    =        2.500, StdDeviation   =        1.100]
  1000 requests in 30.00s, 600KB read
Requests/sec:    33.33
`,
    count: 1000,
    p50: 2,
    max: 16.2,
    rate: 33.33,
  },
  fortio: {
    text: JSON.stringify({
      RunType: 'HTTP',
      ActualQPS: 99.5,
      DurationHistogram: {
        Count: 1000,
        Min: 0.001,
        Max: 0.016,
        Avg: 0.0025,
        Data: [
          { Start: 0.001, End: 0.002, Percent: 50, Count: 500 },
          { Start: 0.002, End: 0.008, Percent: 99, Count: 490 },
          { Start: 0.008, End: 0.016, Percent: 100, Count: 10 },
        ],
      },
    }),
    count: 1000,
    p50: 2,
    max: 16,
    rate: 99.5,
  },
  'k6-summary': {
    text: JSON.stringify({
      metrics: {
        http_reqs: { count: 1000, rate: 33.3 },
        http_req_duration: { avg: 2.5, min: 1, med: 2, max: 16, 'p(90)': 4, 'p(95)': 5 },
      },
    }),
    count: 1000,
    p50: 2,
    max: 16,
    rate: 33.3,
  },
  'vegeta-report': {
    text: JSON.stringify({
      latencies: {
        total: 1,
        mean: 2.5e6,
        '50th': 2e6,
        '90th': 4e6,
        '95th': 5e6,
        '99th': 8e6,
        max: 16e6,
        min: 1e6,
      },
      requests: 1000,
      rate: 33.3,
    }),
    count: 1000,
    p50: 2,
    max: 16,
    rate: 33.3,
  },
};

it('has an example of every format', () => {
  const names = [...Object.keys(EXAMPLES), ...Object.keys(SUMMARIES)].toSorted();
  expect(names).toEqual(FORMATS.map(({ name }) => name).toSorted());
});

it('has every format in docs/importing.md', () => {
  const page = readRepositoryFile('docs/importing.md');
  expect(FORMATS.map(({ name }) => name).filter((name) => !page.includes(`\`${name}\``))).toEqual(
    [],
  );
});

/** The exact values, where the log is short and fine; else what its buckets stand for. */
function allOf(read: ReadLog): readonly number[] {
  const exact = latenciesOf(read);
  if (exact.length > 0) return exact;
  const { buckets, isCut, step } = read.conclusion!.latencies;
  // What is cut off is written as the lower end of what it may have been, what is rounded as the middle.
  const isLower = isCut && step !== null;
  return buckets.counts.flatMap((count, i) => {
    const ns = isLower ? buckets.lower[i]! : (buckets.lower[i]! + buckets.upper[i]!) / 2;
    return new Array<number>(count).fill(Math.round(ns / 1e3) / 1e3);
  });
}

describe.each(Object.entries(EXAMPLES))('%s', (name, example) => {
  const read = readLog(example.text, example.options);

  it('is told by its content', () => {
    expect([read.refusal, read.format, read.what]).toEqual([null, name, example.what]);
  });

  it('gives the latencies and moments that it holds', () => {
    expect(read.broken).toEqual([]);
    expect(read.unanswered).toBe(example.unanswered ?? 0);
    expect(read.conclusion!.latencies.count).toBe(example.latencies.length);
    allOf(read).forEach((ms, i) => expect(ms).toBeCloseTo(example.latencies[i]!, 2));
    const moments = read.requests.map(([atMs]) => atMs);
    expect(moments.length).toBe(example.moments?.length ?? 0);
    moments.forEach((ms, i) => expect(ms).toBeCloseTo(example.moments![i]!, 3));
  });

  it('is the same however it is cut into blocks', () => {
    const cut = readLog(example.text, { ...example.options, block: 7 });
    expect(cut).toEqual(read);
  });

  it('is the same with CR LF and without an end of its last line', () => {
    const other = readLog(example.text.trimEnd().replaceAll('\n', '\r\n'), example.options);
    expect(other.conclusion).toEqual(read.conclusion);
  });

  it('says which line is broken', () => {
    const broken = readLog(`${example.text}${'\u0000\ufffd{'}\n`, example.options);
    const isOfAnother = name === 'k6-csv';
    expect(broken.brokenTotal).toBe(isOfAnother ? 0 : 1);
    if (isOfAnother) return;
    const { line, problem, excerpt } = broken.broken[0]!;
    expect(line).toBe(example.text.split('\n').length);
    expect(problem.length).toBeGreaterThan(10);
    expect(excerpt).not.toMatch(/\p{Cc}/u);
  });
});

describe.each(Object.entries(SUMMARIES))(
  '%s, a summary,',
  (name, { text, options, count, p50, max, rate }) => {
    const read = readLog(text, options);

    it('is told by its content and gives its distribution', () => {
      expect([read.refusal, read.format]).toEqual([null, name]);
      const { latencies } = read.conclusion!;
      expect(latencies.count).toBeCloseTo(count, 6);
      expect(latencyQuantile(latencies, 0.5) / 1e6).toBeCloseTo(p50, 3);
      expect(latencies.max / 1e6).toBeCloseTo(max, 3);
      expect(latencies.mean / 1e6).toBeCloseTo(2.5, 3);
      expect(read.conclusion!.rate).toBe(rate);
    });

    it('is refused where it was cut off, or is told from a whole one', () => {
      for (const end of [0.3, 0.5]) {
        const cut = readLog(text.slice(0, Math.floor(text.length * end)), {
          ...options,
          format: name,
        });
        const isText = name === 'hgrm' || name === 'wrk2';
        if (isText)
          expect(cut.refusal !== null || cut.conclusion!.latencies.count < count).toBe(true);
        else expect(cut.refusal?.refused).toContain('cut off');
      }
    });
  },
);

describe('what a log does not say is asked for', () => {
  it.each([
    ['1\n2\n3\n', {}, 'Say --unit'],
    ['a,latency\nx,1\ny,2\n', {}, 'column latency does not say its unit'],
    ['a,b\n1,2\n3,4\n', {}, '--column with one of: a, b'],
    ['a,b_ms\nx,2\ny,4\n', { column: 'c_ms' }, 'did you mean "b_ms"?'],
    ['a,b_ms\nx,2\ny,4\n', { column: '3' }, 'there is no column 3: the first line has 2'],
    ['at,b_ms\n1,2\n3,4\n', { column: 'b_ms', timeColumn: 'at' }, 'Say --time-unit'],
    ['{"a":1,"b":2}\n', {}, '--column with one of: a, b'],
    ['{"latency":1}\n', {}, 'Say --unit'],
    ['{"latency_ms":1}\n', { column: 'latency_sm' }, 'did you mean "latency_ms"?'],
    [lines(common(0, '12500')), {}, 'Say --unit us (%D)'],
    [lines(common(0, '0.100 0.050')), { column: 'request_tim' }, 'did you mean "request_time"?'],
    [SUMMARIES['hgrm']!.text, {}, 'Say --unit'],
  ])('%j', (text, options, mend) => {
    const { refusal } = readLog(text, options);
    expect(refusal?.refused).toContain(mend);
    expect(refusal?.usage).toBe(true);
  });

  it.each([
    ['', 'it is empty'],
    ['\n\n', 'it is empty'],
    ['words without any number\nand more of them\n', 'say --format with one of'],
    [
      JSON.stringify({
        metrics: { http_req_duration: { med: 2, max: 9 }, http_reqs: { count: 5 } },
      }),
      'import the points instead',
    ],
    ['Running 30s test @ http://x\n  Thread Stats   Avg\n  50%  2ms\n', 'run wrk2 with --latency'],
  ])('%j is refused', (text, mend) => {
    const { refusal } = readLog(text);
    expect(refusal?.refused).toContain(mend);
    expect(refusal?.usage).toBe(false);
  });
});

describe('a column named', () => {
  it.each([
    ['upstream_response_time', [100, 200]],
    ['request_time', [125, 250]],
  ])('%s is the latency', (column, wanted) => {
    const text = lines(
      common(0, 'rt=0.125 uct="0.000" urt="0.100"'),
      common(1, 'rt=0.250 uct="0.000" urt="0.200"'),
    );
    const read = readLog(text, { column });
    expect([read.format, read.what]).toEqual(['nginx', `${column}, in s`]);
    expect(allOf(read)).toEqual(wanted);
  });

  it.each([
    ['latency_us', 1e-3],
    ['durationMs', 1],
    ['request_time_seconds', 1e3],
    ['took (ns)', 1e-6],
  ])('%s says its unit', (column, ms) => {
    const read = readLog(`id,${column}\nx,2000\ny,2001.5\n`, { column });
    expect(latenciesOf(read)[0]! / ms).toBeCloseTo(2000, 6);
  });
});
