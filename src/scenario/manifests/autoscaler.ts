/**
 * HorizontalPodAutoscaler: autoscaling/v2 and v1. Metrics of memory, of other objects and from outside the
 * cluster are left out, with a warning. Defaults and limits: k8s pkg/apis/autoscaling/v2/defaults.go,
 * pkg/apis/autoscaling/validation/validation.go.
 */
import type { ScalingPolicy, ScalingRules } from '../../contract/plan.ts';
import { CPU_UTILIZATION } from '../defaults.ts';
import type { Cursor } from './cursor.ts';
import { AUTOSCALER_SPEC, checkFields, SCALING_RULES } from './known-fields.ts';
import type { AutoscalerManifest, MetricManifest } from './model.ts';
import { placeOf } from './place.ts';

/** Longest stabilizationWindowSeconds and periodSeconds of a policy. */
const WINDOW_MAX = 3600;
const PERIOD_MAX = 1800;

export function readAutoscaler(root: Cursor): AutoscalerManifest {
  const spec = root.at('spec');
  checkFields(spec, AUTOSCALER_SPEC);
  const isFirst = root.document.apiVersion === 'autoscaling/v1';
  if (!isFirst && !['autoscaling/v2', 'autoscaling/v2beta2'].includes(root.document.apiVersion)) {
    const hint = 'Supported: autoscaling/v2, autoscaling/v1';
    root.at('apiVersion').error('NotSupported', 'is not an API of autoscaling any more', hint);
  }
  const target = spec.at('scaleTargetRef');
  const behavior = spec.at('behavior');
  return {
    kind: 'HorizontalPodAutoscaler',
    document: root.document,
    target: readTarget(target),
    targetPlace: placeOf(target),
    ...readBounds(spec),
    metrics: isFirst ? readUtilization(spec) : readMetrics(spec),
    hasBehavior: behavior.exists,
    scaleUp: readRules(behavior.at('scaleUp')),
    scaleDown: readRules(behavior.at('scaleDown')),
  };
}

function readTarget(target: Cursor): string {
  for (const name of ['kind', 'name']) {
    if (!target.at(name).exists) target.error('Required', `"${name}" is required`);
  }
  const kind = target.at('kind').text() ?? '';
  return `${kind.toLowerCase()}/${target.at('name').text() ?? ''}`;
}

function readBounds(spec: Cursor): { minReplicas: number; maxReplicas: number } {
  const least = spec.at('minReplicas');
  const most = spec.at('maxReplicas');
  if (!most.exists) spec.error('Required', '"maxReplicas" is required');
  const minReplicas = least.integer(1) ?? 1;
  const maxReplicas = most.integer(1, 100_000) ?? minReplicas;
  if (maxReplicas < minReplicas) {
    const message = `${maxReplicas} must be at least minReplicas, ${minReplicas}`;
    most.error('Invalid', message);
  }
  return { minReplicas, maxReplicas };
}

/** Of v1, which has no other metric than CPU. */
function readUtilization(spec: Cursor): readonly MetricManifest[] {
  const field = spec.at('targetCPUUtilizationPercentage');
  return [cpuOf(field, field.integer(1) ?? CPU_UTILIZATION)];
}

const cpuOf = (place: Cursor, percent: number): MetricManifest => ({
  kind: 'cpu',
  container: null,
  target: { utilization: percent / 100 },
  place: placeOf(place),
});

function readMetrics(spec: Cursor): readonly MetricManifest[] {
  const metrics = spec.at('metrics');
  const all = metrics.items();
  if (all.length === 0) return [cpuOf(metrics, CPU_UTILIZATION)];
  const { errors } = spec.findings;
  const left: string[] = [];
  const read = all.flatMap((metric) => readMetric(metric, left));
  if (read.length === 0 && spec.findings.errors === errors) {
    const hint = 'cpu (Resource, ContainerResource) and Pods metrics are simulated';
    metrics.error('NotSupported', `nothing simulated to scale by: ${left.join(', ')}`, hint);
  } else {
    metrics.items().forEach((metric, index) => {
      const name = left[index];
      if (name === undefined || name === '') return;
      metric.warn('Ignored', `${name} is not simulated: the metric is ignored`);
    });
  }
  return read;
}

/** `left` takes, for each metric in turn, what it is that is not simulated, or nothing. */
function readMetric(metric: Cursor, left: string[]): MetricManifest[] {
  const types = ['Resource', 'ContainerResource', 'Pods', 'Object', 'External'] as const;
  const type = metric.at('type').choice(types);
  left.push('');
  if (type === undefined) {
    if (!metric.at('type').exists) metric.error('Required', '"type" is required');
    return [];
  }
  const leave = (what: string): MetricManifest[] => {
    left[left.length - 1] = what;
    return [];
  };
  if (type === 'Object' || type === 'External') return leave(`a metric of type ${type}`);
  if (type === 'Pods') return readPodsMetric(metric.at('pods'));
  const isContainer = type === 'ContainerResource';
  const source = metric.at(isContainer ? 'containerResource' : 'resource');
  if (!source.exists) metric.error('Required', `"${source.path.at(-1)}" is required`);
  const name = source.at('name').text();
  if (name !== 'cpu') return source.exists ? leave(name ?? 'a resource without a name') : [];
  const container = isContainer ? source.at('container') : undefined;
  if (container?.exists === false) source.error('Required', '"container" is required');
  return readCpuTarget(source.at('target')).map((target) => ({
    kind: 'cpu',
    container: container?.text() ?? null,
    target,
    place: placeOf(source),
  }));
}

function readCpuTarget(target: Cursor): Extract<MetricManifest, { kind: 'cpu' }>['target'][] {
  const type = target.at('type').choice(['Utilization', 'AverageValue']);
  if (type === 'AverageValue') {
    const average = readAboveZero(target.at('averageValue'));
    return average === undefined ? [] : [{ average }];
  }
  const field = target.at('averageUtilization');
  if (!field.exists) target.error('Required', '"averageUtilization" is required');
  const percent = field.integer(1);
  return percent === undefined ? [] : [{ utilization: percent / 100 }];
}

function readPodsMetric(pods: Cursor): MetricManifest[] {
  const name = pods.at('metric').at('name');
  if (!name.exists) pods.error('Required', '"metric.name" is required');
  const target = pods.at('target');
  target.at('type').choice(['AverageValue']);
  const value = readAboveZero(target.at('averageValue'));
  const written = name.text();
  if (written === undefined || value === undefined) return [];
  return [{ kind: 'pods', name: written, target: value, place: placeOf(name) }];
}

function readAboveZero(field: Cursor): number | undefined {
  if (!field.exists) {
    field.error('Required', `"${field.path.at(-1)}" is required`);
    return undefined;
  }
  const value = field.quantity();
  if (value !== 0) return value;
  field.error('Invalid', 'must be above 0');
  return undefined;
}

/** What is written of a direction's rules. */
function readRules(rules: Cursor): Partial<ScalingRules> {
  checkFields(rules, SCALING_RULES);
  const window = rules.at('stabilizationWindowSeconds').seconds(0, WINDOW_MAX);
  const selectPolicy = rules.at('selectPolicy').choice(['Max', 'Min', 'Disabled']);
  const policies = rules.at('policies');
  const tolerance = rules.at('tolerance').quantity();
  if (policies.exists && policies.items().length === 0) {
    policies.error(
      'Invalid',
      'needs at least one policy',
      'selectPolicy: Disabled scales not at all',
    );
  }
  return {
    ...(window === undefined ? {} : { stabilizationWindow: window }),
    ...(selectPolicy === undefined ? {} : { selectPolicy }),
    ...(policies.exists ? { policies: policies.items().flatMap(readPolicy) } : {}),
    ...(tolerance === undefined ? {} : { tolerance }),
  };
}

function readPolicy(policy: Cursor): ScalingPolicy[] {
  for (const name of ['type', 'value', 'periodSeconds']) {
    if (!policy.at(name).exists) policy.error('Required', `"${name}" is required`);
  }
  const type = policy.at('type').choice(['Pods', 'Percent']);
  const value = policy.at('value').integer(1);
  const period = policy.at('periodSeconds').seconds(1, PERIOD_MAX);
  if (type === undefined || value === undefined || period === undefined) return [];
  return [{ type, value, period }];
}
