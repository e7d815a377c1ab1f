/** Service (core/v1). What changes behaviour in a way that is not built becomes a restriction. */
import { isIPv4 } from '../../base/ipv4.ts';
import type { Protocol } from '../../contract/plan.ts';
import { notYet } from '../diagnostics/not-yet.ts';
import type { Cursor } from './cursor.ts';
import { checkFields, SERVICE_PORT, SERVICE_SPEC } from './known-fields.ts';
import type { Restriction, ServiceManifest, ServicePortManifest } from './model.ts';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const satisfies readonly Protocol[];
const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] as const;
const POLICIES = ['Cluster', 'Local'] as const;
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'] as const;

export function readService(root: Cursor): ServiceManifest {
  const spec = root.at('spec');
  if (!spec.exists) root.error('Required', '"spec" is required');
  checkFields(spec, SERVICE_SPEC);
  const type = spec.at('type').choice(TYPES) ?? 'ClusterIP';
  const clusterIP = readClusterIP(spec.at('clusterIP'));
  const selector = spec.at('selector');
  const items = spec.at('ports').items();
  const hasAddress = type !== 'ExternalName' && clusterIP !== 'None';
  const ports = readPorts(spec.at('ports'), hasAddress);
  return {
    kind: 'Service',
    document: root.document,
    type,
    selector: selector.exists ? selector.labels() : null,
    selectorSpan: selector.span,
    ports,
    hasFaultyPorts: ports.length < items.length || (items.length === 0 && hasAddress),
    clusterIP,
    clusterIPSpan: spec.at('clusterIP').span,
    restrictions: restrictionsOf(spec, type, clusterIP),
  };
}

function readClusterIP(cursor: Cursor): string | null {
  const written = cursor.text();
  if (written === undefined || written === '') return null;
  if (written === 'None' || isIPv4(written)) return written;
  if (written.includes(':')) cursor.error('NotSupported', notYet('IPv6'));
  else cursor.error('Invalid', `"${written}" is not an IPv4 address`);
  return null;
}

function restrictionsOf(spec: Cursor, type: string, clusterIP: string | null): Restriction[] {
  const restrictions: Restriction[] = [];
  const restrict = (field: Cursor, feature: string): void => {
    restrictions.push({ path: field.place, span: field.span, feature });
  };
  if (type === 'ExternalName') restrict(spec.at('type'), 'type ExternalName');
  if (clusterIP === 'None') restrict(spec.at('clusterIP'), 'a headless Service (clusterIP: None)');
  const affinity = spec.at('sessionAffinity');
  if (affinity.choice(['None', 'ClientIP']) === 'ClientIP') {
    restrict(affinity, 'sessionAffinity ClientIP');
  }
  const internal = spec.at('internalTrafficPolicy');
  if (internal.choice(POLICIES) === 'Local') restrict(internal, 'internalTrafficPolicy Local');
  const distribution = spec.at('trafficDistribution');
  if (distribution.choice(DISTRIBUTIONS) !== undefined)
    restrict(distribution, 'trafficDistribution');
  const notReady = spec.at('publishNotReadyAddresses');
  if (notReady.flag() === true) restrict(notReady, 'publishNotReadyAddresses');
  const external = spec.at('externalTrafficPolicy');
  if (external.choice(POLICIES) === 'Local') {
    external.warn('NoEffect', 'Local has no effect on callers inside the cluster');
  }
  return restrictions;
}

function readPorts(ports: Cursor, required: boolean): ServicePortManifest[] {
  const items = ports.items();
  if (items.length === 0 && required) {
    if (ports.exists) ports.error('Invalid', 'must have at least one port');
    else ports.error('Required', '"ports" is required');
  }
  const read: ServicePortManifest[] = [];
  const names = new Set<string>();
  const numbers = new Set<string>();
  for (const item of items) {
    const port = readPort(item, items.length > 1);
    if (port === undefined) continue;
    const number = `${port.protocol} ${port.port}`;
    if (names.has(port.name))
      item.at('name').error('Duplicate', `two ports are named "${port.name}"`);
    if (numbers.has(number)) item.at('port').error('Duplicate', `two ports are ${number}`);
    names.add(port.name);
    numbers.add(number);
    read.push(port);
  }
  return read;
}

function readPort(item: Cursor, nameRequired: boolean): ServicePortManifest | undefined {
  checkFields(item, SERVICE_PORT);
  const number = item.at('port');
  if (!number.exists) item.error('Required', '"port" is required');
  const port = number.integer(1, 65_535);
  const name = item.at('name').text() ?? '';
  if (name === '' && nameRequired) {
    item.error('Required', '"name" is required where a Service has several ports');
  }
  const protocol = item.at('protocol').choice(PROTOCOLS) ?? 'TCP';
  if (port === undefined) return undefined;
  const target = item.at('targetPort');
  const { span, place: path } = target.exists ? target : item;
  return { name, port, protocol, targetPort: readTargetPort(target, port), span, path };
}

function readTargetPort(target: Cursor, port: number): number | string {
  if (target.node?.kind === 'scalar' && typeof target.node.value === 'number') {
    return target.integer(1, 65_535) ?? port;
  }
  const name = target.text();
  if (name === undefined || name === '') return port;
  if (/^\d+$/.test(name)) {
    target.error(
      'Invalid',
      `"${name}" is not a port name`,
      `without quotes it is a number: ${name}`,
    );
    return port;
  }
  return name;
}
