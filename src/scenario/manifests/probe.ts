/**
 * Probes of a container (core/v1, Probe). Defaults and limits: k8s pkg/apis/core/v1/defaults.go,
 * pkg/apis/core/validation/validation.go (ValidateProbe).
 */
import { didYouMean } from '../../base/suggest.ts';
import type { PlannedProbe } from '../../contract/plan.ts';
import { PROBE as DEFAULTS } from '../defaults.ts';
import type { Cursor } from './cursor.ts';
import { checkFields, PROBE } from './known-fields.ts';
import type { ProbeType } from './model.ts';

/** What a probe asks by, and the field that each of these cannot do without. */
const HANDLERS = [
  ['httpGet', 'port'],
  ['tcpSocket', 'port'],
  ['grpc', 'port'],
  ['exec', 'command'],
] as const;

/**
 * Null: the container has none of this type, or one that could not be read.
 *
 * @param portNames of the container
 */
export function readProbe(
  probe: Cursor,
  type: ProbeType,
  portNames: readonly string[],
): PlannedProbe | null {
  if (!probe.exists) return null;
  checkFields(probe, PROBE);
  const handler = readHandler(probe, portNames);
  return {
    handler: handler ?? DEFAULTS.handler,
    initialDelay: probe.at('initialDelaySeconds').seconds(0) ?? DEFAULTS.initialDelay,
    period: probe.at('periodSeconds').seconds(1) ?? DEFAULTS.period,
    timeout: probe.at('timeoutSeconds').seconds(1) ?? DEFAULTS.timeout,
    successThreshold: readSuccesses(probe, type) ?? DEFAULTS.successThreshold,
    failureThreshold: probe.at('failureThreshold').integer(1) ?? DEFAULTS.failureThreshold,
    terminationGracePeriod: readGrace(probe, type),
  };
}

function readHandler(
  probe: Cursor,
  portNames: readonly string[],
): PlannedProbe['handler'] | undefined {
  const given = HANDLERS.filter(([name]) => probe.at(name).exists);
  const [first, ...more] = given;
  const hint = `Exactly one of: ${HANDLERS.map(([name]) => name).join(', ')}`;
  if (first === undefined) {
    probe.error('Required', 'says not what it asks by', hint);
    return undefined;
  }
  if (more.length > 0) {
    const names = given.map(([name]) => name).join(' and ');
    probe.error('Invalid', `${names} exclude each other`, hint);
  }
  const [name, needed] = first;
  if (!probe.at(name).at(needed).exists) {
    probe.at(name).error('Required', `"${needed}" is required`);
  }
  if (needed === 'port') checkPort(probe.at(name).at(needed), portNames);
  return name;
}

/**
 * A port by its name is one of the container's; digits are its number. Without it a probe comes to no outcome, and
 * what held before it holds on: here it asks the server all the same, and that is said.
 *
 * Sources: k8s pkg/probe/util.go, ResolveContainerPort; pkg/kubelet/prober/worker.go, doProbe.
 */
function checkPort(port: Cursor, names: readonly string[]): void {
  const { node } = port;
  if (node?.kind !== 'scalar' || typeof node.value !== 'string') return;
  const { value } = node;
  if (names.includes(value) || /^\d+$/.test(value)) return;
  const message = `the container has no port named "${value}"${didYouMean(value, names)}`;
  port.warn(
    'NotFound',
    message,
    'a cluster has no outcome of it: the pod is never ready, or never dies of it; here it asks the server',
  );
}

function readSuccesses(probe: Cursor, type: ProbeType): number | undefined {
  const field = probe.at('successThreshold');
  const successes = field.integer(1);
  if (type === 'readiness' || successes === undefined || successes === 1) return successes;
  field.error('Invalid', `${successes} must be 1 in a ${type} probe`);
  return undefined;
}

function readGrace(probe: Cursor, type: ProbeType): PlannedProbe['terminationGracePeriod'] {
  const field = probe.at('terminationGracePeriodSeconds');
  const grace = field.seconds(1);
  if (grace === undefined) return null;
  if (type !== 'readiness') return grace;
  field.error('Invalid', 'not in a readiness probe, which ends no container');
  return null;
}
