/** HorizontalPodAutoscalers: bounds, metrics, behavior, and what they need of the workload. */
import { describe, expect, it } from 'vitest';
import { load, loaded, problems, scenario, SHOP } from './memory-reader.ts';
import type { PlannedAutoscaler } from '../../src/contract/plan.ts';

const REQUESTING = SHOP.replace(
  'name: main,',
  'name: main, resources: { requests: { cpu: 500m } },',
);

const autoscaler = (spec: string, version = 'v2'): string => `---
apiVersion: autoscaling/${version}
kind: HorizontalPodAutoscaler
metadata: { name: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: shop }
  maxReplicas: 10
  ${spec}
`;
/** A shop of which it is said what CPU it uses, with an autoscaler. */
const scaled = (spec: string, version = 'v2', more = ''): string =>
  scenario(more, REQUESTING + autoscaler(spec, version)).replace(
    '10ms',
    '10ms, cpuShare: 50%, readinessProbe: none',
  );

const planned = (text: string): PlannedAutoscaler =>
  loaded(text).base.autoscalers[0] as PlannedAutoscaler;

const pods = (name: string): string =>
  `metrics: [{ type: Pods, pods: { metric: { name: ${name} }, target: { type: AverageValue, averageValue: 1500m } } }]`;

describe('an autoscaler', () => {
  it('looks every 15 s at 80 % of the CPU requested, and is slow only downwards', () => {
    expect(planned(scaled(''))).toEqual({
      name: 'shop',
      namespace: 'default',
      workload: 0,
      minReplicas: 1,
      maxReplicas: 10,
      metrics: [{ kind: 'CpuUtilization', target: 0.8 }],
      hasBehavior: false,
      scaleUp: {
        stabilizationWindow: 0,
        selectPolicy: 'Max',
        policies: [
          { type: 'Pods', value: 4, period: 15e9 },
          { type: 'Percent', value: 100, period: 15e9 },
        ],
        tolerance: 0.1,
      },
      scaleDown: {
        stabilizationWindow: 300e9,
        selectPolicy: 'Max',
        policies: [{ type: 'Percent', value: 100, period: 15e9 }],
        tolerance: 0.1,
      },
      syncPeriod: 15e9,
      metricsPeriod: 15e9,
      cpuInitializationPeriod: 300e9,
      initialReadinessDelay: 30e9,
    });
    expect(problems(load(scaled('')))).toEqual([]);
  });

  it('of v1 has one metric', () => {
    const text = scaled('targetCPUUtilizationPercentage: 65\n  minReplicas: 2', 'v1');
    expect(planned(text)).toMatchObject({
      minReplicas: 2,
      metrics: [{ kind: 'CpuUtilization', target: 0.65 }],
    });
  });

  it('reads behavior field by field', () => {
    const behavior = `behavior:
    scaleUp: { stabilizationWindowSeconds: 60, selectPolicy: Min, policies: [{ type: Pods, value: 2, periodSeconds: 30 }] }
    scaleDown: { selectPolicy: Disabled, tolerance: 50m }`;
    expect(planned(scaled(behavior))).toMatchObject({
      hasBehavior: true,
      scaleUp: {
        stabilizationWindow: 60e9,
        selectPolicy: 'Min',
        policies: [{ type: 'Pods', value: 2, period: 30e9 }],
        tolerance: 0.1,
      },
      scaleDown: { stabilizationWindow: 300e9, selectPolicy: 'Disabled', tolerance: 0.05 },
    });
  });

  it('is timed by controlPlane.autoscaling', () => {
    const flags =
      '  controlPlane: { autoscaling: { syncPeriod: 5s, metricsPeriod: 60s, tolerance: 5%, downscaleStabilization: 1m, cpuInitializationPeriod: 2m, initialReadinessDelay: 10s } }';
    expect(planned(scaled('', 'v2', flags))).toMatchObject({
      syncPeriod: 5e9,
      metricsPeriod: 60e9,
      cpuInitializationPeriod: 120e9,
      initialReadinessDelay: 10e9,
      scaleUp: { tolerance: 0.05, stabilizationWindow: 0 },
      scaleDown: { tolerance: 0.05, stabilizationWindow: 60e9 },
    });
  });

  it.each([
    ['minReplicas: 20', 'maxReplicas: 10 must be at least minReplicas, 20'],
    ['minReplicas: 0', 'minReplicas: 0 must be at least 1'],
    ['behavior: { scaleUp: { stabilizationWindowSeconds: 3601 } }', '3601 must be 0 to 3600'],
    ['behavior: { scaleUp: { policies: [] } }', 'policies: needs at least one policy'],
    [
      'behavior: { scaleUp: { policies: [{ type: Pods, value: 0, periodSeconds: 15 }] } }',
      'value: 0 must be at least 1',
    ],
    [
      'behavior: { scaleUp: { policies: [{ type: Pods, value: 1, periodSeconds: 1801 }] } }',
      'periodSeconds: 1801 must be 1 to 1800',
    ],
    ['metrics: [{ type: Pod }]', '"Pod" is not supported; did you mean "Pods"?'],
  ])('%s is refused', (spec, message) => {
    const found = problems(load(scaled(spec)));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
    expect(found[0]).toMatch(/^\d+:\d+ error HorizontalPodAutoscaler\/shop spec/);
  });

  it('of an API that is gone is refused', () => {
    expect(problems(load(scaled('', 'v2beta1')))[0]).toContain(
      'apiVersion: is not an API of autoscaling any more',
    );
  });

  it('without its workload is ignored, and said to be', () => {
    const text = scaled('').replace('kind: Deployment, name: shop', 'kind: Deployment, name: shp');
    expect(loaded(text).base.autoscalers).toEqual([]);
    expect(problems(load(text))).toEqual([
      expect.stringContaining(
        'no deployment "shp" to scale; did you mean "deployment/shop"?: ignored',
      ),
    ]);
  });

  it('shares its workload with no other', () => {
    const two = scaled('') + autoscaler('').replace('{ name: shop }', '{ name: other }');
    expect(problems(load(two))[0]).toContain(
      'HorizontalPodAutoscaler/other spec.scaleTargetRef: deployment/shop is scaled by HorizontalPodAutoscaler/shop, too',
    );
  });

  it('can be changed by variants', () => {
    const set = [
      'horizontalpodautoscaler/shop:spec.maxReplicas=20',
      'horizontalpodautoscaler/shop:spec.behavior.scaleDown.stabilizationWindowSeconds=60',
    ];
    const result = loaded(scaled(''), {}, { set }).base.autoscalers[0];
    expect(result).toMatchObject({ maxReplicas: 20, scaleDown: { stabilizationWindow: 60e9 } });
  });
});

describe('its metrics', () => {
  const cpu = (target: string): string =>
    `metrics: [{ type: Resource, resource: { name: cpu, target: ${target} } }]`;

  it('CPU, as a share of what is requested or in cores', () => {
    expect(planned(scaled(cpu('{ type: Utilization, averageUtilization: 65 }'))).metrics).toEqual([
      { kind: 'CpuUtilization', target: 0.65 },
    ]);
    expect(planned(scaled(cpu('{ type: AverageValue, averageValue: 250m }'))).metrics).toEqual([
      { kind: 'CpuAverage', target: 0.25 },
    ]);
  });

  it('CPU of the container that serves, as a share of its own request', () => {
    const text = scaled(
      'metrics: [{ type: ContainerResource, containerResource: { name: cpu, container: main, target: { type: Utilization, averageUtilization: 50 } } }]',
    ).replace(
      'containers: [',
      'containers: [{ name: proxy, resources: { requests: { cpu: 1500m } } }, ',
    );
    // Half of 500m of a pod's 2 cores.
    expect(planned(text).metrics).toEqual([{ kind: 'CpuUtilization', target: 0.125 }]);
    expect(problems(load(text.replace('container: main', 'container: proxy')))[0]).toContain(
      'container "proxy" does not serve, and its CPU is not simulated',
    );
    expect(problems(load(text.replace('container: main', 'container: man')))[0]).toContain(
      'deployment/shop has no container "man"; did you mean "main"?',
    );
  });

  it.each([
    ['http_requests_per_second', 'RequestsPerSecond'],
    ['requests-per-second', 'RequestsPerSecond'],
    ['requests_in_flight', 'RequestsInFlight'],
    ['queue_length', 'QueueLength'],
  ])('of pods by a name that says what it is: %s', (name, kind) => {
    expect(planned(scaled(pods(name))).metrics).toEqual([{ kind, target: 1.5 }]);
  });

  it('of pods by any name that the scenario explains', () => {
    const flags = '  controlPlane: { autoscaling: { metrics: { shop_backlog: QueueLength } } }';
    expect(planned(scaled(pods('shop_backlog'), 'v2', flags)).metrics).toEqual([
      { kind: 'QueueLength', target: 1.5 },
    ]);
    expect(problems(load(scaled(pods('shop_backlog'))))).toEqual([
      expect.stringContaining('pods.metric.name: nothing is known of a metric "shop_backlog"'),
    ]);
  });

  const MEMORY =
    '{ type: Resource, resource: { name: memory, target: { type: Utilization, averageUtilization: 50 } } }';

  it('others are ignored, and said to be', () => {
    const two = cpu('{ type: Utilization, averageUtilization: 65 }').replace(
      'metrics: [',
      `metrics: [${MEMORY}, { type: External }, `,
    );
    expect(planned(scaled(two)).metrics).toHaveLength(1);
    expect(problems(load(scaled(two)))).toEqual([
      expect.stringContaining('metrics[0]: memory is not simulated: the metric is ignored'),
      expect.stringContaining('metrics[1]: a metric of type External is not simulated'),
    ]);
  });

  it('but not all of them', () => {
    expect(problems(load(scaled(`metrics: [${MEMORY}]`)))).toEqual([
      expect.stringContaining(
        'error HorizontalPodAutoscaler/shop spec.metrics: nothing simulated to scale by: memory',
      ),
    ]);
  });

  it('a share of CPU needs requests in every container', () => {
    const text = scenario('', SHOP + autoscaler(''));
    expect(problems(load(text))[0]).toContain(
      'scales by a share of the CPU requested, and container "main" of deployment/shop requests none',
    );
    const half = scaled('').replace('containers: [', 'containers: [{ name: proxy }, ');
    expect(problems(load(half))[0]).toContain('container "proxy" of deployment/shop requests none');
  });

  it('CPU that nobody tells of is all of the service time, with a warning', () => {
    const text = scenario('', REQUESTING + autoscaler('')).replace(
      '10ms',
      '10ms, readinessProbe: none',
    );
    expect(loaded(text).base.workloads[0]?.cpuShare).toBe(1);
    expect(problems(load(text))).toEqual([
      expect.stringContaining(
        'deployment/shop is scaled by CPU and has no cpuShare: all of its service time',
      ),
    ]);
  });
});
