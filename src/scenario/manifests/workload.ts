/** Deployment, StatefulSet (apps/v1) and Pod (core/v1). */
import { GRACE_PERIOD } from '../defaults.ts';
import { readContainer } from './container.ts';
import { readDeploymentController, readStatefulSetController } from './controller.ts';
import type { Cursor } from './cursor.ts';
import { checkFields, DEPLOYMENT_SPEC, POD_SPEC, STATEFUL_SET_SPEC } from './known-fields.ts';
import type { PodTemplate, WorkloadManifest } from './model.ts';
import { readSpread } from './spread.ts';

export function readReplicated(root: Cursor, kind: 'Deployment' | 'StatefulSet'): WorkloadManifest {
  const spec = root.at('spec');
  if (!spec.exists) root.error('Required', '"spec" is required');
  const template = spec.at('template');
  if (spec.exists && !template.exists) spec.error('Required', '"template" is required');
  const isDeployment = kind === 'Deployment';
  const withoutEffect = checkFields(spec, isDeployment ? DEPLOYMENT_SPEC : STATEFUL_SET_SPEC);
  const labels = template.at('metadata').at('labels').labels();
  checkSelector(spec.at('selector').at('matchLabels'), labels);
  return {
    kind,
    document: root.document,
    span: root.at('metadata').at('name').span,
    replicas: spec.at('replicas').integer(0, 150_000) ?? 1,
    controller: isDeployment ? readDeploymentController(spec) : readStatefulSetController(spec),
    template: readPodSpec(template.at('spec'), labels, withoutEffect),
    nodeName: null,
    podIP: null,
    ready: true,
    owner: null,
    ended: false,
  };
}

function checkSelector(selector: Cursor, labels: ReadonlyMap<string, string>): void {
  for (const [key, value] of selector.labels()) {
    if (labels.get(key) === value) continue;
    selector.at(key).error('Invalid', `the template has no label ${key}: ${value}`);
  }
}

export function readPod(root: Cursor): WorkloadManifest {
  const metadata = root.at('metadata');
  const spec = root.at('spec');
  const status = root.at('status');
  const phase = status.at('phase').text();
  const owner = metadata.at('ownerReferences').items()[0];
  const readiness = status
    .at('conditions')
    .items()
    .find((condition) => condition.at('type').text() === 'Ready');
  return {
    kind: 'Pod',
    document: root.document,
    span: metadata.at('name').span,
    replicas: 1,
    controller: { kind: 'None' },
    template: readPodSpec(spec, metadata.at('labels').labels(), []),
    nodeName: spec.at('nodeName').text() ?? null,
    podIP: status.at('podIP').text() ?? null,
    ready: readiness === undefined || readiness.at('status').text() !== 'False',
    owner:
      owner === undefined
        ? null
        : { kind: owner.at('kind').text() ?? '', name: owner.at('name').text() ?? '' },
    ended: phase === 'Succeeded' || phase === 'Failed',
  };
}

function readPodSpec(
  spec: Cursor,
  labels: ReadonlyMap<string, string>,
  withoutEffect: readonly string[],
): PodTemplate {
  const noEffect = new Set([...withoutEffect, ...checkFields(spec, POD_SPEC)]);
  const containers = [...spec.at('containers').items(), ...sidecars(spec)].map((container) =>
    readContainer(container, noEffect),
  );
  const namedPorts = new Map<string, number>();
  for (const { name, number } of containers.flatMap(({ ports }) => ports)) {
    // Source: k8s pkg/api/v1/pod FindPort: the first port of a name counts.
    if (name !== undefined && !namedPorts.has(name)) namedPorts.set(name, number);
  }
  const grace = spec.at('terminationGracePeriodSeconds').seconds(0);
  return {
    labels,
    namedPorts,
    containers,
    terminationGracePeriod: grace ?? GRACE_PERIOD,
    spread: spec.at('topologySpreadConstraints').items().flatMap(readSpread),
    withoutEffect: [...noEffect],
  };
}

/** Init containers that go on running next to the others (KEP-753). */
function sidecars(spec: Cursor): readonly Cursor[] {
  return spec
    .at('initContainers')
    .items()
    .filter((container) => container.at('restartPolicy').text() === 'Always');
}
