/** Containers: probes, hooks, CPU, and what spec.workloads says over the manifest. */
import { describe, expect, it } from 'vitest';
import { load, loaded, problems, scenario, SHOP } from './memory-reader.ts';
import type { Plan, PlannedWorkload } from '../../src/contract/plan.ts';

/** SHOP with more in its container, and lines more below spec. */
const withContainer = (fields: string, spec = ''): string =>
  scenario(spec, SHOP.replace('name: main,', `name: main, ${fields},`));

/** The shop, of which spec.workloads says more. */
const withSettings = (settings: string, manifests: string = SHOP): string =>
  scenario('', manifests).replace('serviceTime: 10ms', `serviceTime: 10ms, ${settings}`);

const shopOf = (text: string): PlannedWorkload => loaded(text).base.workloads[0] as PlannedWorkload;

const GET = 'httpGet: { path: /healthz, port: 8080 }';
const withReadiness = (fields: string): string => withContainer(`readinessProbe: { ${fields} }`);

describe('probes', () => {
  it('without any, a pod is ready once it serves', () => {
    expect(shopOf(scenario()).probes).toEqual({
      readiness: null,
      liveness: null,
      startup: null,
      readyWithoutProbe: 'Serving',
    });
  });

  it('have the defaults of Kubernetes', () => {
    expect(shopOf(withReadiness(GET)).probes.readiness).toEqual({
      handler: 'httpGet',
      initialDelay: 0,
      period: 10e9,
      timeout: 1e9,
      successThreshold: 1,
      failureThreshold: 3,
      terminationGracePeriod: null,
    });
  });

  it('of each type are read with every field', () => {
    const { probes } = shopOf(
      withContainer(`
        readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 5, successThreshold: 2 },
        livenessProbe: { exec: { command: [ls] }, initialDelaySeconds: 15, timeoutSeconds: 3, terminationGracePeriodSeconds: 60 },
        startupProbe: { grpc: { port: 8080 }, failureThreshold: 30, periodSeconds: 1 }`),
    );
    expect(probes).toMatchObject({
      readiness: { handler: 'tcpSocket', period: 5e9, successThreshold: 2 },
      liveness: {
        handler: 'exec',
        initialDelay: 15e9,
        timeout: 3e9,
        terminationGracePeriod: 60e9,
      },
      startup: { handler: 'grpc', failureThreshold: 30, period: 1e9 },
    });
  });

  it.each([
    ['periodSeconds: 0', 'periodSeconds: 0 must be 1 to 8640000'],
    ['timeoutSeconds: 0', 'timeoutSeconds: 0 must be 1 to 8640000'],
    ['initialDelaySeconds: -1', 'initialDelaySeconds: -1 must be 0 to 8640000'],
    ['failureThreshold: 0', 'failureThreshold: 0 must be at least 1'],
    ['successThreshold: 0', 'successThreshold: 0 must be at least 1'],
    ['periodSeconds: 5s', 'periodSeconds: "5s" is not a whole number'],
    [
      'terminationGracePeriodSeconds: 5',
      'terminationGracePeriodSeconds: not in a readiness probe, which ends no container',
    ],
  ])('%s in a readiness probe is refused', (field, message) => {
    expect(problems(load(withReadiness(`${GET}, ${field}`)))).toEqual([
      expect.stringMatching(/^27:\d+ error /),
    ]);
    expect(problems(load(withReadiness(`${GET}, ${field}`)))[0]).toContain(
      `Deployment/shop spec.template.spec.containers[0].readinessProbe.${message}`,
    );
  });

  it.each(['liveness', 'startup'])('successThreshold must be 1 in a %s probe', (type) => {
    const probe = `${type}Probe: { ${GET}, successThreshold: 2 }`;
    expect(problems(load(withContainer(probe)))[0]).toContain(
      `${type}Probe.successThreshold: 2 must be 1 in a ${type} probe`,
    );
  });

  it.each([
    ['periodSeconds: 1', 'readinessProbe: says not what it asks by'],
    [`${GET}, exec: { command: [ls] }`, 'httpGet and exec exclude each other'],
    ['httpGet: { path: / }', 'readinessProbe.httpGet: "port" is required'],
  ])('{ %s } is not a probe', (fields, message) => {
    expect(problems(load(withReadiness(fields)))[0]).toContain(message);
  });

  it('ask for a port of their container, if by its name', () => {
    const asking = (port: string): readonly string[] =>
      problems(load(withReadiness(`httpGet: { path: /healthz, port: ${port} }`)));
    for (const port of ['web', '8080', '9090', '"8080"']) expect(asking(port)).toEqual([]);
    expect(asking('wbe')).toEqual([
      expect.stringMatching(
        /warning .*readinessProbe\.httpGet\.port: the container has no port named "wbe"; did you mean "web"\?$/,
      ),
    ]);
  });

  it('unknown fields are ignored, and said to be', () => {
    expect(problems(load(withReadiness(`${GET}, periodSecond: 5`)))[0]).toContain(
      'unknown field "periodSecond": ignored; did you mean "periodSeconds"?',
    );
  });

  it('the scenario overrides single fields, and stands in where the manifest has none', () => {
    const both = SHOP.replace(
      'name: main,',
      `name: main, readinessProbe: { ${GET}, periodSeconds: 5 },`,
    );
    const settings =
      'readinessProbe: { failureThreshold: 1 }, livenessProbe: { periodSeconds: 20 }';
    expect(shopOf(withSettings(settings, both)).probes).toMatchObject({
      readiness: { handler: 'httpGet', period: 5e9, failureThreshold: 1 },
      liveness: { handler: 'httpGet', period: 20e9, failureThreshold: 3 },
    });
  });

  it('`none` takes the probe away, and a pod without is ready as soon as its container runs', () => {
    const both = SHOP.replace('name: main,', `name: main, readinessProbe: { ${GET} },`);
    expect(shopOf(withSettings('readinessProbe: none', both)).probes).toMatchObject({
      readiness: null,
      readyWithoutProbe: 'Running',
    });
  });

  it('limits hold in the scenario, too', () => {
    expect(problems(load(withSettings('livenessProbe: { successThreshold: 2 }')))).toEqual([
      '5:96 error spec.workloads[0].livenessProbe.successThreshold: 2 must be at most 1',
    ]);
  });

  it('can be set by a variant, although the manifest has none', () => {
    const container = 'deployment/shop:spec.template.spec.containers[main]';
    const set = [
      `${container}.readinessProbe={ httpGet: { port: 8080 } }`,
      `${container}.readinessProbe.periodSeconds=2`,
      `${container}.lifecycle.preStop.sleep.seconds=7`,
    ];
    const [shop] = loaded(scenario(), {}, { set }).base.workloads;
    expect(shop).toMatchObject({ preStop: 7e9, probes: { readiness: { period: 2e9 } } });
  });
});

describe('pods of several containers', () => {
  const PROXY = `{ name: proxy, ports: [{ containerPort: 15021 }], readinessProbe: { httpGet: { port: 15021 } }, resources: { requests: { cpu: 100m }, limits: { cpu: 2 } } }`;
  const MAIN = `{ name: main, ports: [{ containerPort: 8080 }], livenessProbe: { ${GET} }, resources: { requests: { cpu: 400m }, limits: { cpu: 1 } }, lifecycle: { preStop: { sleep: { seconds: 3 } } } }`;
  const text = scenario(
    '',
    SHOP.replace(/containers: .*/, `containers: [${PROXY}, ${MAIN}]`),
  ).replace('10ms', '10ms, cpuShare: 50%');

  it('the one that Services send to is simulated, with the requests of all', () => {
    expect(shopOf(text)).toMatchObject({
      probes: { readiness: null, liveness: { handler: 'httpGet' } },
      preStop: 3e9,
      cpuRequest: 0.5,
      cpuLimit: 1,
    });
  });

  it('and what the others have is said to play no part', () => {
    expect(problems(load(text))).toEqual([
      '27:20 warning Deployment/shop spec.template.spec.containers[0]: readinessProbe, limits.cpu of container "proxy": without effect',
    ]);
  });
});

describe('the end of a container', () => {
  it.each([
    ['{ sleep: { seconds: 7 } }', 7e9],
    ['{ exec: { command: [sleep, "5"] } }', 5e9],
    ['{ exec: { command: [/bin/sh, -c, sleep 1.5] } }', 1.5e9],
    ['{ exec: { command: [sh, -c, "sleep 2m"] } }', 120e9],
  ])('preStop %s', (hook, preStop) => {
    expect(shopOf(withContainer(`lifecycle: { preStop: ${hook} }`)).preStop).toBe(preStop);
  });

  it('other hooks count as 0, with a warning', () => {
    const hook = '{ exec: { command: [nginx, -s, quit] } }';
    const text = withContainer(`lifecycle: { preStop: ${hook} }`);
    expect(shopOf(text).preStop).toBe(0);
    expect(problems(load(text))[0]).toContain(
      'how long this hook takes is not known; it counts as 0s',
    );
  });

  it('a hook of unknown length takes what the scenario says', () => {
    const hook = 'lifecycle: { preStop: { httpGet: { port: 8080 } } }';
    const manifests = SHOP.replace('name: main,', `name: main, ${hook},`);
    const text = withSettings('preStop: 2s', manifests);
    expect(shopOf(text).preStop).toBe(2e9);
    expect(problems(load(text))).toEqual([]);
  });

  it('a hook that takes all of the grace period is warned of', () => {
    const text = withContainer('lifecycle: { preStop: { sleep: { seconds: 30 } } }');
    expect(problems(load(text))).toEqual([
      expect.stringContaining('preStop (30s) leaves nothing of the grace period (30s)'),
    ]);
  });

  it.each([
    ['Finish', null],
    ['Exit', { process: 'Exit', lasts: null, closesConnections: true }],
    ['Serve', { process: 'Serve', lasts: null, closesConnections: false }],
    ['{ for: 5s }', { process: 'Finish', lasts: 5e9, closesConnections: true }],
    ['{ connections: Keep }', { process: 'Finish', lasts: null, closesConnections: false }],
    [
      '{ process: Serve, for: 5s, connections: Close }',
      { process: 'Serve', lasts: 5e9, closesConnections: true },
    ],
  ])('onTerminate: %s', (written, planned) => {
    expect(shopOf(withSettings(`onTerminate: ${written}`)).onTerminate).toEqual(planned);
  });

  it('anything else is refused with what is known', () => {
    expect(problems(load(withSettings('onTerminate: Stop')))[0]).toContain(
      'spec.workloads[0].onTerminate: "Stop" is not',
    );
  });
});

describe('the start of a container', () => {
  it('imagePull, startUp and warmUp', () => {
    const text = withSettings(
      'imagePull: { uniform: { min: 1s, max: 9s } }, warmUp: { for: 30s, slowdown: 3 }',
    );
    expect(shopOf(text)).toMatchObject({
      imagePull: { kind: 'uniform', min: 1e9, max: 9e9 },
      warmUp: { lasts: 30e9, slowdown: 3 },
    });
    expect(shopOf(scenario())).toMatchObject({ imagePull: null, warmUp: null });
  });

  it.each(['{ for: 0s, slowdown: 3 }', '{ for: 3s, slowdown: 1 }'])(
    'a warm-up %s is none',
    (written) => {
      expect(shopOf(withSettings(`warmUp: ${written}`)).warmUp).toBe(null);
    },
  );
});

describe('CPU', () => {
  it('a request is by default the limit', () => {
    const text = withContainer('resources: { limits: { cpu: 130m } }').replace(
      '10ms',
      '10ms, cpuShare: 1',
    );
    expect(shopOf(text)).toMatchObject({ cpuRequest: 0.13, cpuLimit: 0.13, cpuShare: 1 });
  });

  it('a request above the limit is refused', () => {
    const text = withContainer('resources: { requests: { cpu: 2 }, limits: { cpu: 500m } }');
    expect(problems(load(text))[0]).toContain(
      'resources.requests.cpu: 2 must be at most the limit, 0.5',
    );
  });

  it('a limit that nothing uses is warned of, until cpuShare says what uses it', () => {
    const limits = 'resources: { limits: { cpu: 500m } }';
    expect(problems(load(withContainer(limits)))).toEqual([
      expect.stringContaining(
        'containers[0].resources.limits.cpu: without effect: service times are taken as waiting',
      ),
    ]);
    const manifests = SHOP.replace('name: main,', `name: main, ${limits},`);
    expect(problems(load(withSettings('cpuShare: 0', manifests)))).toEqual([]);
  });

  it.each(['two', '-1', '{}'])('a limit of %s is not a quantity', (written) => {
    expect(problems(load(withContainer(`resources: { limits: { cpu: ${written} } }`)))[0]).toMatch(
      /is not a quantity$/,
    );
  });
});

describe('readiness that nobody probes', () => {
  const WARNING = expect.stringContaining(
    'warning Deployment/shop: has no readinessProbe: its pods are taken as ready once they serve',
  );
  const grown = '  timeline: [{ at: 1s, scale: { target: deployment/shop, replicas: 5 } }]';

  it('is spoken of where pods start during the run', () => {
    expect(problems(load(scenario(grown)))).toEqual([WARNING]);
    const less = grown.replace('replicas: 5', 'replicas: 1');
    expect(problems(load(scenario(less)))).toEqual([]);
  });

  it('not where there is a probe, or where none is asked for', () => {
    expect(problems(load(withContainer(`readinessProbe: { ${GET} }`, grown)))).toEqual([]);
    const none = scenario(grown).replace('10ms', '10ms, readinessProbe: none');
    expect(problems(load(none))).toEqual([]);
  });
});

describe('topologySpreadConstraints', () => {
  const spread = (constraint: string): string =>
    scenario(
      '',
      SHOP.replace('containers:', `topologySpreadConstraints: [${constraint}]\n      containers:`),
    );
  const spreadOf = (text: string): Plan['workloads'][number]['spread'] => shopOf(text).spread;

  it('over zones and nodes', () => {
    const rest = 'maxSkew: 1, whenUnsatisfiable: DoNotSchedule, labelSelector: {}';
    const zone = `{ topologyKey: topology.kubernetes.io/zone, ${rest} }`;
    const node = `{ topologyKey: kubernetes.io/hostname, maxSkew: 2, whenUnsatisfiable: ScheduleAnyway }`;
    expect(spreadOf(spread(`${zone}, ${node}`))).toEqual([
      { topology: 'zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' },
      { topology: 'hostname', maxSkew: 2, whenUnsatisfiable: 'ScheduleAnyway' },
    ]);
  });

  it('over anything else is ignored, and said to be', () => {
    const text = spread('{ topologyKey: rack, maxSkew: 1, whenUnsatisfiable: ScheduleAnyway }');
    expect(spreadOf(text)).toEqual([]);
    expect(problems(load(text))).toEqual([
      expect.stringContaining('topologyKey: no node has a label "rack" here: ignored'),
    ]);
  });

  it('needs all three of its fields', () => {
    expect(problems(load(spread('{ maxSkew: 0 }')))).toEqual([
      expect.stringContaining('"topologyKey" is required'),
      expect.stringContaining('"whenUnsatisfiable" is required'),
      expect.stringContaining('maxSkew: 0 must be at least 1'),
    ]);
  });
});
