/** A log of each format that has a line for each request, and what it holds. */
import type { readLog } from './read-log.ts';

export const REQUEST: string = '"GET /cart?id=1 HTTP/1.1"';
const AGENT = '"https://shop.example/" "Mozilla/5.0 (\\"quoted\\")"';
/** 2026-03-01T12:00:00Z */
export const NOON: number = Date.UTC(2026, 2, 1, 12);

/** A line of the common log format, `second` after noon. */
export const common = (second: number, rest: string): string =>
  `10.0.0.${second} - alice [01/Mar/2026:13:00:0${second} +0100] ${REQUEST} 200 512 ${AGENT} ${rest}`;

export const lines = (...each: readonly string[]): string => `${each.join('\n')}\n`;

export interface Example {
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

export const EXAMPLES: Readonly<Record<string, Example>> = {
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
