/** A container (core/v1): its ports, probes, hooks and CPU. */
import { seconds } from '../../base/time.ts';
import type { Duration } from '../../base/time.ts';
import type { PlannedProbe } from '../../contract/plan.ts';
import { SECONDS_MAX } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { checkFields, CONTAINER } from './known-fields.ts';
import { placeOf } from './place.ts';
import type { ContainerManifest, ProbeType } from './model.ts';
import { readProbe } from './probe.ts';

/** `withoutEffect` takes the fields that cannot change anything. */
export function readContainer(container: Cursor, withoutEffect: Set<string>): ContainerManifest {
  for (const field of checkFields(container, CONTAINER)) withoutEffect.add(field);
  const hook = container.at('lifecycle').at('preStop');
  const cpu = readCpu(container.at('resources'));
  const ports = container.at('ports').items().flatMap(readPort);
  const portNames = ports.flatMap(({ name }) => name ?? []);
  const probe = (type: ProbeType): PlannedProbe | null =>
    readProbe(container.at(`${type}Probe`), type, portNames);
  return {
    name: container.at('name').text() ?? '',
    place: placeOf(container),
    ports,
    probes: {
      readiness: probe('readiness'),
      liveness: probe('liveness'),
      startup: probe('startup'),
    },
    preStop: hook.exists ? { lasts: readPreStop(hook), place: placeOf(hook) } : null,
    ...cpu,
  };
}

function readPort(port: Cursor): ContainerManifest['ports'] {
  const number = port.at('containerPort').integer(1, 65_535);
  const name = port.at('name').text();
  if (!port.at('containerPort').exists) port.error('Required', '"containerPort" is required');
  return number === undefined ? [] : [{ name, number }];
}

/** The length of a preStop hook; null: nobody knows. */
function readPreStop(hook: Cursor): Duration | null {
  const sleep = hook.at('sleep').at('seconds').seconds(0);
  if (sleep !== undefined) return sleep;
  const exec = hook.at('exec').at('command');
  const command = exec.items().map((item) => item.text() ?? '');
  const written = sleepSeconds(command);
  return written === undefined ? null : seconds(Math.min(written, SECONDS_MAX));
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

function readCpu(
  resources: Cursor,
): Pick<ContainerManifest, 'cpuRequest' | 'cpuLimit' | 'cpuLimitPlace'> {
  const requested = resources.at('requests').at('cpu');
  const limited = resources.at('limits').at('cpu');
  const request = requested.quantity();
  // A limit of 0 is none.
  const limit = limited.quantity() || undefined;
  if (request !== undefined && limit !== undefined && request > limit) {
    requested.error('Invalid', `${request} must be at most the limit, ${limit}`);
  }
  return {
    // Source: k8s pkg/apis/core/v1/defaults.go, SetDefaults_Pod.
    cpuRequest: request ?? limit ?? null,
    cpuLimit: limit ?? null,
    cpuLimitPlace: placeOf(limited),
  };
}
