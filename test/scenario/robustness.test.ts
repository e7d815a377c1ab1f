/**
 * Whatever the text: a plan, or at least one diagnostic that points at a place. Never an exception.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderDiagnostics } from '../../src/scenario/diagnostics/render.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Loaded } from '../../src/scenario/load.ts';
import { SourceError } from '../../src/scenario/text/source.ts';
import { load, problems, rendered, scenario, SHOP } from './memory-reader.ts';

/** What must hold of every outcome. */
function check(result: Loaded): void {
  const found = result.ok ? result.warnings : result.diagnostics;
  if (!result.ok) expect(found.some(({ severity }) => severity === 'error')).toBe(true);
  else {
    const { base, variants } = result.scenario;
    for (const plan of [base, ...variants]) expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  }
  for (const { line, column, file, message } of found) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(file).not.toBe('');
    expect(message).not.toMatch(/\n|undefined|\[object|Error:/);
    const text = result.sources.get(file);
    if (text !== undefined) expect(line).toBeLessThanOrEqual(text.split('\n').length);
  }
  for (const format of ['text', 'json', 'github'] as const) {
    const output = renderDiagnostics(found, result.sources, { format, color: false });
    expect(output).not.toMatch(/^ +at /m);
  }
}

/** SHOP with a probe, a hook and a request of CPU, an autoscaler and a disruption budget. */
const MANIFESTS = `${SHOP.replace(
  'name: main,',
  'name: main, readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 5 }, lifecycle: { preStop: { sleep: { seconds: 5 } } }, resources: { requests: { cpu: 500m }, limits: { cpu: 1 } },',
).replace(
  '  replicas: 3',
  '  replicas: 3\n  strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 25% } }\n  minReadySeconds: 5',
)}---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: shop }
spec:
  scaleTargetRef: { kind: Deployment, name: shop }
  minReplicas: 2
  maxReplicas: 9
  metrics:
    - { type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 65 } } }
    - { type: Pods, pods: { metric: { name: queue_length }, target: { type: AverageValue, averageValue: 3 } } }
  behavior: { scaleUp: { policies: [{ type: Pods, value: 2, periodSeconds: 15 }] } }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: shop }
spec: { selector: { matchLabels: { app: shop } }, minAvailable: 50% }
`;

const FULL = scenario(
  `  seed: 3
  warmUp: 1s
  nodes: [{ namePrefix: worker, count: 3, zones: [a, b] }]
  network: { sameNode: 30us, crossZone: { lognormal: { p50: 1ms, p99: 2ms } } }
  proxy: { mode: ipvs, ipvs: { scheduler: lc }, perNode: { worker-2: { mode: nftables } } }
  controlPlane: { watch: { uniform: { min: 1ms, max: 2ms } } }
  timeline: [{ at: 1s, as: blip, setReady: { target: deployment/shop, ready: false, for: 1s } }]
  thresholds: [latency.p99 < 1s, { expr: errors.ratio < 1%, during: blip }]
  variants: [{ name: one, set: { proxy.mode: iptables } }, { name: two, set: { "deployment/shop:spec.replicas": 5 } }]`,
  MANIFESTS,
);

/** Scalars that are right somewhere and wrong almost everywhere. */
const scalar = fc.oneof(
  fc.constantFrom(
    null,
    true,
    0,
    -1,
    1.5,
    1e300,
    5,
    '',
    '5',
    '10ms',
    '-5s',
    '1/s',
    '50%',
    'none',
    'web',
  ),
  fc.constantFrom(
    'http://shop',
    'deployment/shop',
    'latency.p99 < 1s',
    'ipvs',
    '__proto__',
    '*',
    '{',
    'é\u0000',
  ),
  fc.string({ maxLength: 6 }),
);
const anything = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, tie('list'), tie('map')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  map: fc.dictionary(
    fc.constantFrom('name', 'mode', 'at', 'rate', 'mean', 'x-a', '__proto__', '0', 'target'),
    tie('value'),
    {
      maxKeys: 3,
    },
  ),
})).value;

describe('never an exception', () => {
  it('on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => check(load(text))),
      { seed: 1, numRuns: 300 },
    );
  });

  it('on texts made of the signs of YAML', () => {
    const sign = fc.constantFrom(
      ...'{}[]: \n-?&*<!|>"\'#%,\ta~'.split(''),
      ...'- |? |&a |*a|<<|!t |---\n|: '.split('|'),
    );
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 40 }), (signs) => check(load(signs.join('')))),
      { seed: 2, numRuns: 1000 },
    );
  });

  it('on a scenario with a stretch of it replaced', () => {
    fc.assert(
      fc.property(
        fc.nat(FULL.length),
        fc.nat(12),
        fc.oneof(
          fc.string({ maxLength: 5 }),
          fc.constantFrom('', '\n', ' ', ': ', '[', '{', '&x', '*x'),
        ),
        (start, length, text) =>
          check(load(FULL.slice(0, start) + text + FULL.slice(start + length))),
      ),
      { seed: 3, numRuns: 300 },
    );
  });

  it('on a scenario with any value replaced by anything', () => {
    const paths = `
      metadata metadata.name spec seed warmUp
      duration interval include nodes network
      proxy dns sweep controlPlane workloads
      clients timeline thresholds variants nodes[0]
      nodes[0].count nodes[0].zones network.sameNode network.podGone proxy.mode
      proxy.costs proxy.conntrack proxy.perNode proxy.ipvs workloads[0]
      workloads[0].serviceTime workloads[0].target workloads[0].crash workloads[0].readinessFlap workloads[0].calls
      clients[0] clients[0].target clients[0].arrival clients[0].arrival.steps clients[0].connection
      clients[0].retry clients[0].ports clients[0].from clients[0].x-mine timeline[0]
      timeline[0].at timeline[0].setReady timeline[0].scale thresholds[0] thresholds[1].during
      variants[0].set variants[1] service/shop:spec service/shop:spec.ports service/shop:spec.ports[0].targetPort
      workloads[0].readinessProbe workloads[0].livenessProbe.periodSeconds workloads[0].onTerminate workloads[0].warmUp
      workloads[0].preStop workloads[0].cpuShare workloads[0].imagePull controlPlane.endpointSlices controlPlane.nodeLifecycle
      controlPlane.backOff controlPlane.autoscaling controlPlane.autoscaling.metrics deployment/shop:spec.strategy
      deployment/shop:spec.strategy.rollingUpdate.maxSurge deployment/shop:spec.minReadySeconds
      deployment/shop:spec.template.spec.containers[0].readinessProbe deployment/shop:spec.template.spec.containers[0].readinessProbe.httpGet
      deployment/shop:spec.template.spec.containers[0].readinessProbe.periodSeconds deployment/shop:spec.template.spec.containers[0].lifecycle
      deployment/shop:spec.template.spec.containers[0].resources deployment/shop:spec.template.spec.topologySpreadConstraints
      horizontalpodautoscaler/shop:spec horizontalpodautoscaler/shop:spec.metrics horizontalpodautoscaler/shop:spec.metrics[0].resource
      horizontalpodautoscaler/shop:spec.behavior horizontalpodautoscaler/shop:spec.behavior.scaleUp.policies
      horizontalpodautoscaler/shop:spec.maxReplicas poddisruptionbudget/shop:spec poddisruptionbudget/shop:spec.minAvailable
      service/shop:spec.selector service/shop:spec.clusterIP deployment/shop:spec.template deployment/shop:spec.template.spec.containers deployment/shop:spec.template.metadata.labels`
      .trim()
      .split(/\s+/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...paths), anything), { minLength: 1, maxLength: 3 }),
        (sets) => {
          const set = sets.map(([path, value]) => `${path}=${JSON.stringify(value)}`);
          check(load(FULL, {}, { set }));
        },
      ),
      { seed: 4, numRuns: 500 },
    );
  });

  it('on any JSON value as a scenario, a spec or a manifest', () => {
    const spec = fc.dictionary(
      fc.constantFrom('clients', 'nodes', 'proxy', 'variants', 'timeline', 'include'),
      anything,
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), anything), spec, (value, part) => {
        check(load(JSON.stringify(value)));
        check(
          load(
            JSON.stringify({
              apiVersion: 'svcsim/v1alpha1',
              kind: 'Scenario',
              metadata: value,
              spec: part,
            }),
          ),
        );
        check(
          load(
            `${scenario('', '')}---\n${JSON.stringify({ apiVersion: 'v1', kind: 'Service', spec: value, metadata: part })}\n`,
          ),
        );
        for (const [apiVersion, kind] of [
          ['autoscaling/v2', 'HorizontalPodAutoscaler'],
          ['autoscaling/v1', 'HorizontalPodAutoscaler'],
          ['policy/v1', 'PodDisruptionBudget'],
          ['apps/v1', 'StatefulSet'],
        ]) {
          const document = { apiVersion, kind, metadata: { name: 'shop' }, spec: value };
          check(load(`${scenario()}---\n${JSON.stringify(document)}\n`));
        }
        check(
          load(
            `${scenario('', '')}---\n${JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop' }, spec: { template: value } })}\n`,
          ),
        );
      }),
      { seed: 5, numRuns: 150 },
    );
  });

  it('on any override', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.string({ maxLength: 30 }), (set, vary) => {
        check(load(FULL, {}, { set: [set] }));
        check(load(FULL, {}, { vary }));
      }),
      { seed: 6, numRuns: 100 },
    );
  });
});

describe('hostile files', () => {
  /** Each level stands for nine of the one before: 9^levels nodes. */
  function bomb(levels: number): string {
    let text = 'x-0: &a0 [boom]\n';
    for (let level = 1; level <= levels; level++) {
      const nine = Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ');
      text += `x-${level}: &a${level} [${nine}]\n`;
    }
    return text;
  }

  it('an alias bomb is refused, and cheaply', () => {
    const result = load(`apiVersion: svcsim/v1alpha1\nkind: Scenario\n${bomb(30)}`);
    expect(problems(result)).toContainEqual(
      expect.stringContaining('its aliases expand to too much'),
    );
  });

  it('an alias inside what it names', () => {
    expect(problems(load('kind: &a { b: *a }\n'))).toContain(
      '1:15 error the alias "*a" is inside what it stands for',
    );
  });

  it.each([
    ['flow lists', '['.repeat(20_000)],
    ['closed flow lists', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['flow maps', '{a: '.repeat(20_000)],
    ['block lists', `${'- '.repeat(20_000)}x`],
    ['explicit keys', `${'? '.repeat(20_000)}x`],
    ['no more than too many levels', `a: ${'['.repeat(150)}${']'.repeat(150)}`],
  ])('deep nesting of %s', (_name, text) => {
    const result = load(text);
    check(result);
    expect(rendered(result)).toMatch(/nested (too deeply|more than 100 levels)/);
  });

  it('a file beyond 32 MiB is refused by its size, before it is parsed', () => {
    const result = load(`x: ${'y'.repeat(33 * 1024 * 1024)}`);
    expect(problems(result)).toEqual(['1:1 error the file has 33 MiB; the limit is 32 MiB']);
  });

  it.each(['is a directory', 'permission denied', 'no such file'])('a source that %s', (reason) => {
    const reader = {
      read(): string {
        throw new SourceError(reason);
      },
      resolve: (_from: string, relative: string) => relative,
    };
    const result = loadScenario('some/where', reader);
    expect(problems(result)).toEqual([`1:1 error cannot read some/where: ${reason}`]);
  });

  it('a thousand mistakes of one kind are a hundred', () => {
    const more = Array.from(
      { length: 1000 },
      (_, at) =>
        `    - { name: c${at}, target: http://nobody, arrival: { poisson: { rate: 1/s } } }`,
    );
    const result = load(
      scenario('', '').replace('  clients:\n', `  clients:\n${more.join('\n')}\n`),
    );
    expect(problems(result)).toHaveLength(101);
    expect(problems(result).at(-1)).toContain('and 902 more errors in this file');
  });
});

describe('YAML as people write it', () => {
  it('anchors, merge keys and x- keys', () => {
    const text = `apiVersion: svcsim/v1alpha1
kind: Scenario
metadata: { name: anchors }
x-defaults:
  client: &client
    target: http://shop
    connection: { mode: KeepAlive, pool: 2 }
    x-note: mine
  slow: &slow { timeout: 5s }
spec:
  x-here: [1, 2]
  workloads: [{ target: deployment/shop, serviceTime: 1ms }]
  clients:
    - { <<: *client, name: a, arrival: &rate { poisson: { rate: 1/s } } }
    - { <<: [*slow, *client], name: b, arrival: *rate, connection: { mode: PerRequest } }
${SHOP}`;
    const result = load(text);
    if (!result.ok) throw new Error(rendered(result));
    const [a, b] = result.scenario.base.clients;
    expect(a).toMatchObject({ connection: { mode: 'KeepAlive', pool: 2 }, timeout: null });
    expect(b).toMatchObject({ connection: { mode: 'PerRequest' }, timeout: 5e9 });
  });

  it('a mistake behind an alias is reported where it is written', () => {
    const text = scenario('  x-a: &p { mod: ipvs }\n  proxy: *p');
    expect(problems(load(text))).toEqual([
      '10:13 error spec.proxy: unknown field "mod"; did you mean "mode"?',
    ]);
  });

  it('a byte order mark and CRLF', () => {
    const text = `\uFEFF${scenario('  duration: 60sec').replaceAll('\n', '\r\n')}`;
    expect(problems(load(text))).toEqual(['10:13 error spec.duration: "60sec" is not a duration']);
  });

  it('a syntax error in one document spares the others', () => {
    const text = `${scenario('  duration: 5', '')}---\na: [1, 2\n---\n${SHOP}`;
    expect(problems(load(text)).map((line) => line.replace(/ .*/, ''))).toEqual(['10:13', '13:1']);
  });
});

describe('determinism', () => {
  it('the same text gives the same plan', () => {
    expect(JSON.stringify(load(FULL))).toBe(JSON.stringify(load(FULL)));
  });
});
