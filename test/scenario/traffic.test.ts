/** Clients, their targets and thresholds: from how they are written to the plan. */
import { describe, expect, it } from 'vitest';
import { load, loaded, problems, scenario, SHOP } from './memory-reader.ts';

/** Three Services: shop (one port), other/api (one of its ports is UDP, one SCTP), shop2. */
const SERVICES = `${SHOP}---
apiVersion: v1
kind: Service
metadata: { name: api, namespace: other }
spec:
  clusterIP: 10.96.3.4
  ports:
    - { name: http, port: 80 }
    - { name: admin, port: 8081 }
    - { name: udp, port: 53, protocol: UDP }
    - { name: sctp, port: 99, protocol: SCTP }
`;

const target = (text: string, set: string[] = []) =>
  load(scenario('', SERVICES), {}, { set: [`clients[web].target=${text}`, ...set] });

/** Messages about the client's target. */
const complaints = (text: string): string[] =>
  problems(target(text))
    .filter((line) => line.includes('.target'))
    .map((line) => line.replace(/^\S+ /, '').replace('spec.clients[0].target: ', ''));

describe('targets', () => {
  it.each([
    ['http://shop', 0, 0],
    ['http://shop:80', 0, 0],
    ['http://shop:80/path?query', 0, 0],
    ['http://shop.default', 0, 0],
    ['http://SHOP.default.svc', 0, 0],
    ['http://shop.default.svc.cluster.local:80', 0, 0],
    ['http://shop.default.svc.cluster.local.', 0, 0],
    ['http://api.other', 1, 0],
    ['http://api.other:8081', 1, 1],
    ['http://10.96.3.4:8081', 1, 1],
    ['service/shop', 0, 0],
    ['service/default/shop:http', 0, 0],
    ['svc/other/api:admin', 1, 1],
    ['service/other/api:8081', 1, 1],
  ])('%s is port %i of Service %i', (text, service, port) => {
    const result = target(text);
    expect(result.ok && result.scenario.base.clients[0]?.target).toEqual({
      kind: 'servicePort',
      service,
      port,
    });
  });

  it('a short name means the namespace of the client', () => {
    const result = target('http://api', ['clients[web].namespace=other']);
    expect(result.ok && result.scenario.base.clients[0]?.target).toMatchObject({ service: 1 });
  });

  it('a port number that the Service lacks, or an address nobody has: runs, with a warning', () => {
    const port = target('https://shop');
    expect(port.ok && port.scenario.base.clients[0]?.target).toEqual({
      kind: 'unknownPort',
      service: 0,
      port: 443,
    });
    expect(problems(port)).toContainEqual(
      expect.stringContaining('Service "shop" has no port 443: nobody will answer'),
    );
    const address = target('http://10.96.200.200:80');
    expect(address.ok && address.scenario.base.clients[0]?.target).toEqual({
      kind: 'unknownAddress',
      ip: '10.96.200.200',
      port: 80,
    });
    expect(problems(address)).toContainEqual(
      expect.stringContaining('no Service has the address 10.96.200.200'),
    );
  });

  it.each([
    ['http://shp', 'error no Service "shp"; did you mean "shop" (test.yaml:13)?'],
    [
      'http://api',
      'error no Service "api" in namespace default; did you mean "api.other" (test.yaml:31)?',
    ],
    [
      'http://shop.nowhere',
      'error no Service "shop" in namespace nowhere; did you mean "shop.default" (test.yaml:13)?',
    ],
    ['service/other/api', 'error "api" has several ports: write one'],
    ['service/other/api:htp', 'error Service "api" has no port named "htp"; did you mean "http"?'],
    ['http://api.other:53', 'error port 53 of Service "api" is UDP, not TCP'],
    ['udp://shop:80', 'error port 80 of Service "shop" is TCP, not UDP'],
    ['udp://shop', 'error "udp://shop" names no port'],
    ['service/other/api:sctp', 'error calling an SCTP port is not supported by this version yet'],
    ['http://192.0.2.1', 'error no Service has the address 192.0.2.1'],
    ['shop:80', 'error "shop:80" is not a target'],
    ['ftp://shop', 'error the scheme "ftp" is not supported'],
    ['http://shop:http', 'error "http" is not a port'],
    ['http://shop:99999', 'error "99999" is not a port'],
    ['http://api.example.com', 'error "api.example.com" is not the name of a Service'],
    ['deployment/shop', 'error "deployment/shop" is not a target'],
  ])('%s is refused', (text, message) => {
    expect(complaints(text)).toEqual([message]);
  });
});

describe('a UDP target', () => {
  const said = (found: ReturnType<typeof target>): string[] =>
    problems(found).filter((line) => line.includes('clients[0]'));
  const planned = (text: string, set: string[] = []) => {
    const found = target(text, set);
    expect(said(found)).toEqual([]);
    return found.ok ? found.scenario.base.clients[0] : undefined;
  };

  it.each([
    'udp://api.other:53',
    'udp://10.96.3.4:53',
    'service/other/api:udp',
    'service/other/api:53',
  ])('is %s, and the client waits for 5 s where it says nothing', (text) => {
    expect(planned(text)).toMatchObject({
      target: { kind: 'servicePort', service: 1, port: 2 },
      protocol: 'UDP',
      timeout: 5e9,
    });
    expect(planned(text, ['clients[web].timeout=300ms'])?.timeout).toBe(300e6);
  });

  it('has no handshake for connectTimeout to limit, which is said', () => {
    const found = target('udp://api.other:53', ['clients[web].connectTimeout=1s']);
    expect(said(found)).toEqual([
      expect.stringContaining('connectTimeout: without effect on UDP, which has no handshake'),
    ]);
  });

  it('may be called from one fixed port', () => {
    const set = ['clients[web].ports={ fixed: 5353 }'];
    expect(planned('udp://api.other:53', set)?.ports).toMatchObject({ first: 5353, last: 5353 });
    const both = target('http://shop', ['clients[web].ports={ fixed: 5353, range: [1, 2] }']);
    expect(said(both)).toEqual([
      expect.stringContaining('ports.fixed: fixed and range exclude each other'),
    ]);
  });
});

const client = (lines: string) => scenario().replace('100/s } }', `100/s } }\n      ${lines}`);

describe('clients', () => {
  it('rates count per second, instants from the start of the run', () => {
    const arrival = '{ ramp: [{ at: 0s, rate: 60/m }, { at: 10s, rate: 5/s }] }';
    const { clients } = loaded(
      scenario('  warmUp: 30s'),
      {},
      { set: [`clients[0].arrival=${arrival}`] },
    ).base;
    expect(clients[0]?.arrival).toEqual({
      kind: 'ramp',
      points: [
        { at: 30e9, rate: 1 },
        { at: 40e9, rate: 5 },
      ],
    });
  });

  it('retrying timeouts means both kinds, in the order of causes', () => {
    const text = client(
      'retry: { attempts: 2, on: ["503", timeout, refused], backoff: { max: 1s, jitter: None }, budget: 20% }',
    );
    expect(loaded(text).base.clients[0]?.retry).toEqual({
      attempts: 2,
      on: ['refused', 'connectTimeout', 'timeout', '503'],
      backoff: { base: 25e6, factor: 2, max: 1e9, jitter: 'None' },
      budget: 0.2,
    });
  });

  it.each([
    [
      'connection: { pool: 3 }',
      'warning spec.clients[0].connection: pool: without effect on connections of mode PerRequest',
    ],
    [
      'connection: { mode: Keepalive }',
      'error spec.clients[0].connection.mode: "Keepalive" is not supported; did you mean "KeepAlive"?',
    ],
    ['timeout: 0s', 'error spec.clients[0].timeout: must be above 0s'],
    ['timeout: 3', 'error spec.clients[0].timeout: 3 is not a duration'],
    [
      'ports: { range: [5, 4] }',
      'error spec.clients[0].ports.range: the first port 5 is above the last, 4',
    ],
    ['ports: { range: [5] }', 'error spec.clients[0].ports.range: must have exactly 2 entries'],
    [
      'from: deployment/shp',
      'error spec.clients[0].from: no deployment "shp"; did you mean "deployment/shop" (test.yaml:21)?',
    ],
    [
      'from: deploymnt/shop',
      'error spec.clients[0].from: "deploymnt" is not a kind of workload; did you mean "deployment/shop"?',
    ],
    [
      'retry: { backoff: { max: 1ms } }',
      'error spec.clients[0].retry.backoff.max: must be at least the base',
    ],
    ['retry: { budget: 120% }', 'error spec.clients[0].retry.budget: 120% is more than the whole'],
    [
      'session: { requests: { uniform: { min: 5, max: 4 } } }',
      'error spec.clients[0].session.requests.uniform.max: max 4 must be at least min 5',
    ],
    [
      'session: { requests: 1 }',
      'warning spec.clients[0].session.requests: without effect: one request is what arrives without a session',
    ],
    ['target: http://shop', 'error the key "target" is there twice'],
  ])('%s', (line, message) => {
    expect(problems(load(client(line))).map((each) => each.replace(/^\S+ /, ''))).toEqual([
      message,
    ]);
  });

  it('repeat a daily curve from the time of day at which the measurement begins', () => {
    const arrival =
      '{ daily: { start: 8h, points: [{ at: 4h, rate: 60/m }, { at: 20h, rate: 5/s }] } }';
    const set = [`clients[0].arrival=${arrival}`];
    const { clients } = loaded(scenario('  warmUp: 10s'), {}, { set }).base;
    expect(clients[0]?.arrival).toEqual({
      kind: 'daily',
      period: 86_400e9,
      origin: (10 - 8 * 3600) * 1e9,
      points: [
        { at: 4 * 3600e9, rate: 1 },
        { at: 20 * 3600e9, rate: 5 },
      ],
    });
  });

  it.each([
    [
      '{ steps: [{ at: 5s, rate: 1/s }, { at: 5s, rate: 2/s }] }',
      'must be later than the entry before it (5s)',
    ],
    ['{ steps: [{ at: 5s, rate: 0/s }] }', 'no rate is above 0/s'],
    ['{ poisson: { rate: 0/s } }', 'must be above 0/s'],
    ['{ poisson: { rate: 100 } }', '100 is not a rate'],
    ['{ closed: { users: 0 } }', 'arrival.closed.users: 0 must be at least 1'],
    ['{ closed: { think: 1s } }', 'arrival.closed: "users" is required'],
    ['{ renewal: { interarrival: 0s } }', 'arrival.renewal.interarrival: must be above 0s'],
    ['{ renewal: { interarrival: { exponential: { mean: 0s } } } }', 'mean must be above 0s'],
    ['{ onOff: { on: 1s, off: 1s, rate: 0/s } }', 'arrival.onOff.rate: must be above 0/s'],
    ['{ onOff: { on: 0s, off: 1s, rate: 1/s } }', 'arrival.onOff.on: must be above 0s'],
    ['{ onOff: { on: 1s, off: 0s, rate: 1/s } }', 'arrival.onOff.off: must be above 0s'],
    [
      '{ daily: { points: [{ at: 1h, rate: 1/s }, { at: 25h, rate: 2/s }] } }',
      'points[1].at: must be within the period of 24h',
    ],
    [
      '{ daily: { period: 1h, start: 1h, points: [{ at: 0s, rate: 1/s }, { at: 5m, rate: 2/s }] } }',
      'daily.start: must be within the period of 1h',
    ],
    ['{ daily: { points: [{ at: 1h, rate: 1/s }] } }', 'one point makes no curve'],
    [
      '{ daily: { points: [{ at: 1h, rate: 0/s }, { at: 2h, rate: 0/s }] } }',
      'no rate is above 0/s',
    ],
    ['{}', 'is empty; it takes an arrival process'],
  ])('arrival %s is refused', (arrival, message) => {
    const found = problems(load(scenario(), {}, { set: [`clients[0].arrival=${arrival}`] }));
    expect(found).toEqual([expect.stringContaining(message)]);
  });

  it('need names of their own', () => {
    const twice = scenario().replace(
      '  clients:\n',
      '  clients:\n    - { name: web, target: http://shop, arrival: { constant: { rate: 1/s } } }\n',
    );
    expect(problems(load(twice))).toEqual([
      '8:13 error spec.clients[1].name: two clients are named "web"',
    ]);
  });
});

describe('thresholds', () => {
  const thresholds = (written: string) => scenario(`  thresholds:\n    - ${written}`);

  it.each([
    ['latency.p99 < 120ms', 'latency.p99', '<', 120e6],
    ['latency.mean<=1m30s', 'latency.mean', '<=', 90e9],
    ['errors.ratio < 0.1%', 'errors.ratio', '<', 0.001],
    ['errors.ratio < 0.001', 'errors.ratio', '<', 0.001],
    ['errors.refused == 0', 'errors.refused', '==', 0],
    ['throughput > 5400/m', 'throughput', '>', 90],
    ['requests >= 1e3', 'requests', '>=', 1000],
    ['balance.maxOverMean < 1.25', 'balance.maxOverMean', '<', 1.25],
  ])('%s', (expr, metric, operator, value) => {
    expect(loaded(thresholds(expr)).base.thresholds).toEqual([
      {
        expr,
        metric,
        operator,
        value,
        during: 'all',
        client: null,
        service: null,
        severity: 'Fail',
      },
    ]);
  });

  it('can be narrowed to a window, a client, a Service, and be a mere warning', () => {
    const text = scenario(`  timeline: [{ at: 1s, as: blip, deletePod: { target: pod/shop-0 } }]
  thresholds:
    - { expr: latency.p99 < 1s, during: blip, client: web, severity: Warn }
    - { expr: balance.cv < 1, service: service/shop }
    - pods.utilisation.max{service=shop, window=blip} < 80%
    - errors.ratio{client=web} < 1%`);
    expect(loaded(text).base.thresholds).toMatchObject([
      { during: 'blip', client: 'web', service: null, severity: 'Warn' },
      { during: 'all', client: null, service: 'shop', severity: 'Fail' },
      { metric: 'pods.utilisation.max', value: 0.8, during: 'blip', client: null, service: 'shop' },
      { metric: 'errors.ratio', during: 'all', client: 'web', service: null },
    ]);
  });

  it.each([
    ['latency.p99 < 3', 'latency.p99 is a duration, and "3" is not'],
    ['latency.p99 < 0.1%', 'latency.p99 is a duration, and "0.1%" is not'],
    ['errors.ratio < 5', 'errors.ratio is a ratio from 0 to 1, and "5" is not'],
    ['errors.count < 1%', 'errors.count is a plain number, and "1%" is not'],
    ['throughput > 900', 'throughput is a rate, and "900" is not'],
    [
      'balance.maxOverMaen < 1.2',
      'unknown metric "balance.maxOverMaen"; did you mean "balance.maxOverMean"?',
    ],
    ['latency.p98 < 1s', 'unknown metric "latency.p98"'],
    ['latency.p99 ~ 1s', '"latency.p99 ~ 1s" is not a threshold'],
    ['{ expr: latency.p99 < 1s, during: blip }', 'no window "blip"'],
    ['{ expr: latency.p99 < 1s, client: wbe }', 'no client "wbe"; did you mean "web"?'],
    ['{ expr: balance.cv < 1, service: shp }', 'no Service "shp"; did you mean "shop"?'],
    ['{ expr: balance.cv < 1, client: web }', 'balance.cv is of a Service, over all its clients'],
    ['{ expr: latency.p99 < 1s, service: shop }', 'latency.p99 is what clients see'],
    ['{ expr: networkProgramming.p99 < 1s, client: web }', 'is of the whole cluster'],
    ['{ expr: networkProgramming.p99 < 1s, service: shop }', 'is of the whole cluster'],
    ['{ expr: staleView.max < 1s, client: web }', 'staleView.max is of the whole cluster'],
    ['{ expr: rollout.lost < 1, service: shop }', 'rollout.lost is of the whole cluster'],
    ['latency.p99{client=wbe} < 1s', 'no client "wbe"; did you mean "web"?'],
    [
      'latency.p99{clinet=web} < 1s',
      '"clinet=web" is none of window=NAME, client=NAME, service=NAME',
    ],
    ['latency.p99{client=web,client=web} < 1s', 'client is chosen twice'],
    ['{ expr: "latency.p99{client=web} < 1s", client: api }', 'no client "api"'],
    ['pods.utilization.max < 80%', 'did you mean "pods.utilisation.max"?'],
    ['{ expr: latency.p99 < 1s, severity: warn }', '"warn" is not supported; did you mean "Warn"?'],
  ])('%s cannot pass by a slip of the pen', (written, message) => {
    const result = load(thresholds(written));
    expect(result.ok).toBe(false);
    expect(problems(result).join('\n')).toContain(message);
  });

  it('of the whole measurement have no window', () => {
    const text = scenario(`  timeline: [{ at: 1s, as: blip, deletePod: { target: pod/shop-0 } }]
  thresholds: [{ expr: breakdown.queue < 1s, during: blip }]`);
    expect(problems(load(text))[0]).toContain('breakdown.queue is of the whole measurement');
  });
});
