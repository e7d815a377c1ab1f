/** Deployment, StatefulSet (apps/v1) and Pod (core/v1). */
import type { Cursor } from './cursor.ts';
import {
  checkFields,
  CONTAINER,
  DEPLOYMENT_SPEC,
  POD_SPEC,
  STATEFUL_SET_SPEC,
} from './known-fields.ts';
import type { PodTemplate, WorkloadManifest } from './model.ts';

/** Default of pod.spec.terminationGracePeriodSeconds. Source: k8s pkg/apis/core/v1/defaults.go. */
const GRACE_PERIOD_SECONDS = 30;

export function readReplicated(root: Cursor, kind: 'Deployment' | 'StatefulSet'): WorkloadManifest {
  const spec = root.at('spec');
  if (!spec.exists) root.error('Required', '"spec" is required');
  const template = spec.at('template');
  if (spec.exists && !template.exists) spec.error('Required', '"template" is required');
  const withoutEffect = checkFields(
    spec,
    kind === 'Deployment' ? DEPLOYMENT_SPEC : STATEFUL_SET_SPEC,
  );
  const labels = template.at('metadata').at('labels').labels();
  checkSelector(spec.at('selector').at('matchLabels'), labels);
  return {
    kind,
    document: root.document,
    span: root.at('metadata').at('name').span,
    replicas: spec.at('replicas').integer(0, 150_000) ?? 1,
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
  const containers = spec.at('containers').items();
  const namedPorts = new Map<string, number>();
  const noEffect = new Set([...withoutEffect, ...checkFields(spec, POD_SPEC)]);
  let preStopSeconds = 0;
  for (const container of [...containers, ...sidecars(spec)]) {
    for (const port of container.at('ports').items()) readPort(port, namedPorts);
    for (const field of checkFields(container, CONTAINER)) noEffect.add(field);
    // Hooks of all containers run at the same time.
    preStopSeconds = Math.max(preStopSeconds, readPreStop(container.at('lifecycle').at('preStop')));
  }
  const grace = spec.at('terminationGracePeriodSeconds').integer(0);
  return {
    labels,
    namedPorts,
    terminationGracePeriodSeconds: grace ?? GRACE_PERIOD_SECONDS,
    preStopSeconds,
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

function readPort(port: Cursor, namedPorts: Map<string, number>): void {
  const number = port.at('containerPort').integer(1, 65_535);
  const name = port.at('name').text();
  if (!port.at('containerPort').exists) port.error('Required', '"containerPort" is required');
  // Source: k8s pkg/api/v1/pod FindPort: the first port of a name counts.
  if (number !== undefined && name !== undefined && !namedPorts.has(name)) {
    namedPorts.set(name, number);
  }
}

function readPreStop(hook: Cursor): number {
  if (!hook.exists) return 0;
  const sleep = hook.at('sleep').at('seconds').integer(0);
  if (sleep !== undefined) return sleep;
  const exec = hook.at('exec').at('command');
  const command = exec.items().map((item) => item.text() ?? '');
  const seconds = sleepSeconds(command);
  if (seconds !== undefined) return seconds;
  hook.warn('NoEffect', 'how long this hook takes is not known; it counts as 0s', 'known: sleep');
  return 0;
}

/** The seconds of `sleep N`, alone or as the whole of a shell's script. */
function sleepSeconds(command: readonly string[]): number | undefined {
  const script = /(?:^|\/)(?:sh|bash|ash)$/.test(command[0] ?? '') && command[1] === '-c';
  const text = script && command.length === 3 ? command[2] : command.join(' ');
  const sleep = /^\s*(?:\/\S*\/)?sleep\s+(\d+(?:\.\d+)?)([smh]?)\s*;?\s*$/.exec(text ?? '');
  if (sleep === null) return undefined;
  const unit = sleep[2] === 'h' ? 3600 : sleep[2] === 'm' ? 60 : 1;
  return Number(sleep[1]) * unit;
}
