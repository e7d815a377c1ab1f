/** Each format: told by its content, and read as its program's documentation says. */
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/observed/formats/registry.ts';
import { latencyQuantile } from '../../src/observed/latencies.ts';
import { readRepositoryFile } from '../source-graph.ts';
import { latenciesOf, readLog } from './read-log.ts';
import type { ReadLog } from './read-log.ts';

const REQUEST = '"GET /cart?id=1 HTTP/1.1"';
const AGENT = '"https://shop.example/" "Mozilla/5.0 (\\"quoted\\")"';
/** 2026-03-01T12:00:00Z */
const NOON = Date.UTC(2026, 2, 1, 12);

/** A line of the common log format, `second` after noon. */
const common = (second: number, rest: string): string =>
  `10.0.0.${second} - alice [01/Mar/2026:13:00:0${second} +0100] ${REQUEST} 200 512 ${AGENT} ${rest}`;

const lines = (...each: readonly string[]): string => `${each.join('\n')}\n`;

interface Example {
  readonly text: string;
  readonly options?: Parameters<typeof readLog>[1];
  readonly what: string;
  /** Ascending, ms. */
  readonly latencies: readonly number[];
  /** In order, ms; null: the format has none here. */
  readonly moments: readonly number[] | null;
  readonly unanswered?: number;
}

const K6 = (metric: string, second: number, value: number): string =>
  `{"metric":"${metric}","type":"Point","data":{"time":"2026-03-01T12:00:0${second}.5Z","value":${value},"tags":{"status":"200"}}}`;

const EXAMPLES: Readonly<Record<string, Example>> = {
  csv: {
    text: lines(
      'started;latency_ms;path',
      '2026-03-01T12:00:00Z;12.5;/a',
      '2026-03-01T12:00:01Z;"8,5";/b',
    ).replace('"8,5"', '8.5'),
    options: { timeColumn: 'started' },
    what: 'column latency_ms, in ms',
    latencies: [8.5, 12.5],
    moments: [NOON, NOON + 1000],
  },
  jsonl: {
    text: lines('{"t":1,"http":{"duration":"12.5ms"}}', '{"t":2,"http":{"duration":"1.5s"}}'),
    options: { timeColumn: 't', timeUnit: 's' },
    what: 'field http.duration',
    latencies: [12.5, 1500],
    moments: [1000, 2000],
  },
  plain: {
    text: lines('# one a line', '0.25', '0.5', '0.125'),
    options: { unit: 's' },
    what: 'one a line, in s',
    latencies: [125, 250, 500],
    moments: null,
  },
  'k6-csv': {
    text: lines(
      'metric_name,timestamp,metric_value,check,error,group',
      'http_reqs,1772366400,1,,,',
      'http_req_duration,1772366400,250,,,',
      'http_req_duration,1772366402,100,,,',
    ),
    what: 'column metric_value, in ms',
    latencies: [100, 250],
    // The moment is that of the end, in whole seconds.
    moments: [NOON - 1000, NOON + 1000],
  },
  'k6-json': {
    text: lines(
      '{"type":"Metric","data":{"name":"http_req_duration"},"metric":"http_req_duration"}',
      K6('http_reqs', 1, 1),
      K6('http_req_duration', 1, 250),
      K6('http_req_duration', 2, 100),
    ),
    what: 'field data.value, in ms',
    latencies: [100, 250],
    moments: [NOON + 1250, NOON + 2400],
  },
  'hey-csv': {
    text: lines(
      'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset',
      '0.0250,0.0010,0.0,0.0,0.02,0.0,200,0.5000',
      '0.0125,0.0010,0.0,0.0,0.02,0.0,200,0.2500',
    ),
    what: 'column response-time, in s',
    latencies: [12.5, 25],
    moments: [250, 500],
  },
  jmeter: {
    text: lines(
      'timeStamp,elapsed,label,responseCode',
      '1772366400000,25,x,200',
      '1772366400500,30,x,200',
    ),
    what: 'column elapsed, in ms',
    latencies: [25, 30],
    moments: [NOON, NOON + 500],
  },
  'vegeta-json': {
    text: lines(
      '{"attack":"","seq":0,"code":200,"timestamp":"2026-03-01T12:00:00.000000001Z","latency":1500000,"bytes_out":0}',
    ),
    what: 'field latency, in ns',
    latencies: [1.5],
    moments: [NOON],
  },
  'traefik-json': {
    text: lines(
      '{"DownstreamStatus":200,"Duration":9000000,"OriginDuration":7500000,"StartUTC":"2026-03-01T12:00:00.25Z"}',
    ),
    what: 'field OriginDuration, in ns',
    latencies: [7.5],
    moments: [NOON + 250],
  },
  nginx: {
    text: lines(
      common(0, '"-" 0.125 0.100'),
      common(1, '"-" 0.250 0.050, 0.200'),
      common(2, '"-" 0.001 -'),
    ),
    what: 'upstream_response_time, in s',
    latencies: [100, 200],
    // The end less the latency, in whole seconds.
    moments: [NOON - 1000, NOON],
    unanswered: 1,
  },
  'ingress-nginx': {
    text: lines(
      common(0, '512 0.125 [shop-cart-80] [] 10.1.2.3:8080 64 0.100 200 4f2a'),
      common(
        1,
        '512 0.250 [shop-cart-80] [] 10.1.2.3:8080, 10.1.2.4:8080 0, 64 0.050, 0.200 502, 200 4f2b',
      ),
    ),
    what: 'upstream_response_time, in s',
    latencies: [100, 200],
    moments: [NOON - 1000, NOON],
  },
  apache: {
    text: lines(common(0, '12500'), common(1, '8500')),
    options: { unit: 'us' },
    what: 'time, in us',
    latencies: [8.5, 12.5],
    moments: [NOON, NOON + 1000],
  },
  traefik: {
    text: lines(
      common(0, '1 "web@docker" "http://10.0.0.1:80" 12ms'),
      common(1, '2 "web@docker" "-" 7ms'),
    ),
    what: 'duration, in ms',
    latencies: [7, 12],
    moments: [NOON, NOON + 1000],
  },
  envoy: {
    text: lines(
      `[2026-03-01T12:00:00.100Z] ${REQUEST} 200 - 0 64 12 10 "-" "curl" "id" "shop" "10.0.0.1:80"`,
      `[2026-03-01T12:00:00.200Z] ${REQUEST} 200 - via_upstream - "-" 0 64 25 24 "-" "curl" "id" "shop" "10.0.0.1:80"`,
      `[2026-03-01T12:00:00.300Z] ${REQUEST} 503 UF 0 64 3 - "-" "curl" "id" "shop" "-"`,
    ),
    what: 'upstream, in ms',
    latencies: [10, 24],
    moments: [NOON + 100, NOON + 200],
    unanswered: 1,
  },
  haproxy: {
    text: lines(
      'Mar  1 12:00:00 lb haproxy[14389]: 10.0.1.2:33317 [01/Mar/2026:12:00:00.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {} {} "GET / HTTP/1.1"',
      'Mar  1 12:00:01 lb haproxy[14389]: 10.0.1.2:33318 [01/Mar/2026:12:00:01.000] http-in~ static/<NOSRV> 0/-1/-1/-1/+50 503 217 - - SC-- 1/1/0/0/0 0/0 "GET / HTTP/1.1"',
    ),
    what: 'Tr, in ms',
    latencies: [69],
    moments: [NOON + 655],
    unanswered: 1,
  },
  alb: {
    text: lines(
      'http 2026-03-01T12:00:00.186641Z app/my-lb/50dc 192.168.131.39:2817 10.0.0.1:80 0.000 0.086 0.000 200 200 34 366 "GET http://x:80/ HTTP/1.1" "curl/7.46.0" - -',
      'h2 2026-03-01T12:00:01.000000Z app/my-lb/50dc 192.168.131.39:2817 - -1 -1 -1 503 - 34 366 "GET http://x:80/ HTTP/1.1" "curl/7.46.0" - -',
    ),
    what: 'target_processing_time, in s',
    latencies: [86],
    moments: [NOON + 100.641],
    unanswered: 1,
  },
};

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
