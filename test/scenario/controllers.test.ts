/** Strategies of Deployments and StatefulSets, disruption budgets, and the control plane's settings. */
import { describe, expect, it } from 'vitest';
import { load, loaded, problems, scenario, SHOP } from './memory-reader.ts';

const deployed = (fields: string): string =>
  scenario('', SHOP.replace('  replicas: 3', `  replicas: 3\n  ${fields}`));
const STATEFUL = SHOP.replace('kind: Deployment', 'kind: StatefulSet');
const stateful = (fields: string): string =>
  scenario('', STATEFUL.replace('  replicas: 3', `  replicas: 3\n  ${fields}`)).replace(
    'deployment/shop',
    'statefulset/shop',
  );
const controllerOf = (text: string): unknown => loaded(text).base.workloads[0]?.controller;

describe('a Deployment', () => {
  it('rolls by a quarter of its replicas, and has ten minutes for progress', () => {
    expect(controllerOf(scenario())).toEqual({
      kind: 'Deployment',
      strategy: {
        type: 'RollingUpdate',
        maxSurge: { percent: 25 },
        maxUnavailable: { percent: 25 },
      },
      minReady: 0,
      progressDeadline: 600e9,
      paused: false,
    });
  });

  it('is read with every field', () => {
    const fields =
      'strategy: { rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } }\n  minReadySeconds: 5\n  progressDeadlineSeconds: 60\n  paused: true';
    expect(controllerOf(deployed(fields))).toMatchObject({
      strategy: { maxSurge: { count: 2 }, maxUnavailable: { count: 0 } },
      minReady: 5e9,
      progressDeadline: 60e9,
      paused: true,
    });
    expect(controllerOf(deployed('strategy: { type: Recreate }'))).toMatchObject({
      strategy: { type: 'Recreate' },
    });
  });

  it.each([
    [
      'strategy: { type: Recrate }',
      'strategy.type: "Recrate" is not supported; did you mean "Recreate"?',
    ],
    [
      'strategy: { type: Recreate, rollingUpdate: { maxSurge: 1 } }',
      'strategy.rollingUpdate: not where the type is Recreate',
    ],
    [
      'strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0% } }',
      'strategy.rollingUpdate.maxUnavailable: must not be 0 where maxSurge is 0',
    ],
    [
      'strategy: { rollingUpdate: { maxUnavailable: 101% } }',
      'maxUnavailable: 101% must be at most 100%',
    ],
    [
      'strategy: { rollingUpdate: { maxSurge: "1" } }',
      'maxSurge: "1" is not a whole number or a percentage',
    ],
    ['strategy: { rollingUpdate: { maxSurge: -1 } }', 'maxSurge: -1 must be at least 0'],
    ['strategy: { rollingUpdate: { maxSurge: true } }', 'maxSurge: true is not a whole number'],
    [
      'minReadySeconds: 600',
      'minReadySeconds: progressDeadlineSeconds must be above minReadySeconds',
    ],
    ['progressDeadlineSeconds: 0', 'progressDeadlineSeconds: 0 must be 1 to 8640000'],
  ])('%s is refused at its place', (fields, message) => {
    const found = problems(load(deployed(fields)));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^2[0-9]:\d+ error Deployment\/shop spec\./);
    expect(found[0]).toContain(message);
  });

  it('takes one pod at a time where both amounts come to none of them, and says so', () => {
    const strategy = 'strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 30% } }';
    const manifests = SHOP.replace('  replicas: 3', `  replicas: 3\n  ${strategy}`);
    const rollout = '  timeline: [{ at: 1s, rollout: { target: deployment/shop } }]';
    const text = scenario(rollout, manifests).replace('10ms', '10ms, readinessProbe: none');
    expect(problems(load(text))).toEqual([
      expect.stringContaining('come to no pod of 3: maxUnavailable is taken as 1'),
    ]);
    expect(problems(load(text.replace('30%', '34%')))).toEqual([]);
  });

  it('a variant sets fields that its manifest leaves out', () => {
    const set = [
      'deployment/shop:spec.strategy.rollingUpdate.maxSurge=100%',
      'deployment/shop:spec.minReadySeconds=10',
    ];
    const [shop] = loaded(scenario(), {}, { set }).base.workloads;
    expect(shop?.controller).toMatchObject({
      strategy: { maxSurge: { percent: 100 } },
      minReady: 10e9,
    });
  });
});

describe('a StatefulSet', () => {
  it('goes in order, from the highest ordinal', () => {
    expect(controllerOf(stateful(''))).toEqual({
      kind: 'StatefulSet',
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', partition: 0 },
      minReady: 0,
    });
  });

  it('is read with every field', () => {
    const fields =
      'podManagementPolicy: Parallel\n  minReadySeconds: 3\n  updateStrategy: { rollingUpdate: { partition: 2 } }';
    expect(controllerOf(stateful(fields))).toMatchObject({
      podManagementPolicy: 'Parallel',
      updateStrategy: { partition: 2 },
      minReady: 3e9,
    });
    expect(controllerOf(stateful('updateStrategy: { type: OnDelete }'))).toMatchObject({
      updateStrategy: { type: 'OnDelete' },
    });
  });

  it('replaces one pod at a time, whatever maxUnavailable says', () => {
    const text = stateful('updateStrategy: { rollingUpdate: { maxUnavailable: 2 } }');
    expect(problems(load(text))).toEqual([
      expect.stringContaining('maxUnavailable: without effect: one pod at a time is replaced'),
    ]);
  });
});

describe('a PodDisruptionBudget', () => {
  const budget = (spec: string, namespace = 'default'): string =>
    scenario(
      '',
      `${SHOP}---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: shop, namespace: ${namespace} }
spec: { ${spec} }
`,
    );
  const MINE = 'selector: { matchLabels: { app: shop } }';

  it.each([
    [`${MINE}, minAvailable: 2`, { minAvailable: { count: 2 } }],
    [`${MINE}, maxUnavailable: 50%`, { maxUnavailable: { percent: 50 } }],
    [
      'selector: { matchExpressions: [{ key: app, operator: In, values: [a, shop] }, { key: x, operator: DoesNotExist }] }, maxUnavailable: 1',
      { maxUnavailable: { count: 1 } },
    ],
    ['selector: {}, maxUnavailable: 1', { maxUnavailable: { count: 1 } }],
  ])('{ %s } covers the workload', (spec, limit) => {
    expect(loaded(budget(spec)).base.disruptionBudgets).toEqual([
      { name: 'shop', namespace: 'default', workloads: [0], limit },
    ]);
  });

  it.each([
    ['selector: { matchLabels: { app: shp } }, minAvailable: 1', 'default'],
    [`${MINE}, minAvailable: 1`, 'other'],
    ['minAvailable: 1', 'default'],
    ['selector: { matchExpressions: [{ key: app, operator: NotIn, values: [shop] }] }', 'default'],
    ['selector: { matchExpressions: [{ key: app, operator: DoesNotExist }] }', 'default'],
  ])('{ %s } in namespace %s selects nothing', (spec, namespace) => {
    const text = budget(spec, namespace);
    expect(loaded(text).base.disruptionBudgets).toEqual([]);
    expect(problems(load(text))).toEqual([expect.stringContaining('selects no pods: ignored')]);
  });

  it.each(['minAvailable: 3', 'minAvailable: 100%', 'minAvailable: 70%', 'maxUnavailable: 0'])(
    'one of %s never allows a disruption of three pods, and is warned of',
    (limit) => {
      expect(problems(load(budget(`${MINE}, ${limit}`)))).toEqual([
        expect.stringContaining('allows no disruption of its 3 pods: a drain would not end'),
      ]);
    },
  );

  it('takes one limit, and selectors that make sense', () => {
    expect(problems(load(budget(`${MINE}, minAvailable: 1, maxUnavailable: 1`)))[0]).toContain(
      'maxUnavailable: minAvailable and maxUnavailable exclude each other',
    );
    const expression = 'matchExpressions: [{ key: app, operator: In }]';
    expect(problems(load(budget(`selector: { ${expression} }, minAvailable: 1`)))).toContainEqual(
      expect.stringContaining('matchExpressions[0]: In needs values'),
    );
  });
});

describe('spec.controlPlane', () => {
  const planeOf = (written: string): unknown =>
    loaded(scenario(`  controlPlane: ${written}`)).base.controlPlane;

  it('has the delays and limits of a cluster that nobody has tuned', () => {
    expect(planeOf('{}')).toEqual({
      kubelet: { kind: 'constant', value: 10e6 },
      endpointSlice: { kind: 'uniform', min: 5e6, max: 20e6 },
      watch: expect.objectContaining({ kind: 'lognormal' }),
      controller: { kind: 'uniform', min: 5e6, max: 20e6 },
      scheduler: { kind: 'constant', value: 10e6 },
      endpointSlices: {
        maxEndpointsPerSlice: 100,
        workers: 5,
        batchPeriod: 0,
        writeLimit: { qps: 20, burst: 30 },
        syncFailure: 0,
      },
      nodeLifecycle: {
        heartbeat: 10e9,
        monitorPeriod: 5e9,
        monitorGracePeriod: 40e9,
        toleration: 300e9,
      },
      backOff: { initial: 10e9, max: 300e9, resetAfter: 600e9 },
    });
  });

  it('takes each of them', () => {
    expect(
      planeOf(`{ controller: 1ms, scheduler: { exponential: { mean: 5ms } },
        endpointSlices: { maxEndpointsPerSlice: 50, workers: 1, batchPeriod: 500ms, qps: 50, burst: 100, syncFailure: { probability: 1% } },
        nodeLifecycle: { heartbeat: 5s, monitorPeriod: 2s, monitorGracePeriod: 20s, toleration: none },
        backOff: { initial: 1s, max: 60s, resetAfter: 2m } }`),
    ).toMatchObject({
      controller: { value: 1e6 },
      scheduler: { kind: 'exponential' },
      endpointSlices: {
        maxEndpointsPerSlice: 50,
        workers: 1,
        batchPeriod: 500e6,
        writeLimit: { qps: 50, burst: 100 },
        syncFailure: 0.01,
      },
      nodeLifecycle: {
        heartbeat: 5e9,
        monitorPeriod: 2e9,
        monitorGracePeriod: 20e9,
        toleration: null,
      },
      backOff: { initial: 1e9, max: 60e9, resetAfter: 120e9 },
    });
    expect(planeOf('{ endpointSlices: { qps: none } }')).toMatchObject({
      endpointSlices: { writeLimit: null },
    });
  });

  it.each([
    [
      'endpointSlices: { maxEndpointsPerSlice: 1001 }',
      'maxEndpointsPerSlice: 1001 must be at most 1000',
    ],
    ['endpointSlices: { qps: 0 }', 'endpointSlices.qps: 0 must be above 0'],
    ['nodeLifecycle: { heartbeat: 0s }', 'nodeLifecycle.heartbeat: must be above 0s'],
    ['nodeLifecycle: { monitorPeriod: 0s }', 'nodeLifecycle.monitorPeriod: must be above 0s'],
    ['nodeLifecycle: { monitorGracePeriod: 5s }', 'shorter than a heartbeat'],
    ['backOff: { initial: 10m }', 'backOff.initial: max must be at least initial'],
  ])('%s is refused', (written, message) => {
    expect(problems(load(scenario(`  controlPlane: { ${written} }`)))[0]).toContain(message);
  });
});
