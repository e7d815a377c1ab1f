/** Service (core/v1). */
import { isIPv4 } from '../../base/ipv4.ts';
import type { Protocol } from '../../contract/plan.ts';
import type { TopologyMode, TrafficPolicy } from '../../kube/service.ts';
import { AFFINITY_SECONDS, NODE_PORT_FIRST, NODE_PORT_LAST } from '../defaults.ts';
import { notYet } from '../diagnostics/not-yet.ts';
import type { Cursor } from './cursor.ts';
import { checkFields, SERVICE_PORT, SERVICE_SPEC } from './known-fields.ts';
import type { ServiceManifest, ServicePortManifest } from './model.ts';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const satisfies readonly Protocol[];
const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] as const;
const POLICIES = ['Cluster', 'Local'] as const;
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'] as const;
/** Labels of Services that kube-proxy leaves to others. Source: k8s pkg/proxy/apis/well_known_labels.go. */
const UNPROXIED = [
  'service.kubernetes.io/service-proxy-name',
  'service.kubernetes.io/headless',
] as const;
/** Longest timeout of session affinity: a day. Source: k8s pkg/apis/core/validation. */
const AFFINITY_SECONDS_MAX = 86_400;

export function readService(root: Cursor): ServiceManifest {
  const spec = root.at('spec');
  if (!spec.exists) root.error('Required', '"spec" is required');
  checkFields(spec, SERVICE_SPEC);
  const type = spec.at('type').choice(TYPES) ?? 'ClusterIP';
  const clusterIP = readClusterIP(spec.at('clusterIP'));
  const isHeadless = clusterIP === 'None';
  const labels = root.at('metadata').at('labels');
  const selector = spec.at('selector');
  const items = spec.at('ports').items();
  const hasEndpoints = type !== 'ExternalName';
  const isExposed = type === 'NodePort' || type === 'LoadBalancer';
  const ports = readPorts(spec.at('ports'), { required: hasEndpoints && !isHeadless, isExposed });
  if (isHeadless) refuseHeadless(spec, isExposed);
  return {
    kind: 'Service',
    document: root.document,
    type,
    selector: selector.exists ? selector.labels() : null,
    selectorSpan: selector.span,
    ports,
    hasFaultyPorts:
      ports.length < items.length || (items.length === 0 && hasEndpoints && !isHeadless),
    clusterIP,
    clusterIPSpan: spec.at('clusterIP').span,
    unproxiedBy: UNPROXIED.find((label) => labels.at(label).exists) ?? null,
    hasNodePorts:
      isExposed &&
      (type === 'NodePort' || spec.at('allocateLoadBalancerNodePorts').flag() !== false),
    publishNotReadyAddresses: spec.at('publishNotReadyAddresses').flag() ?? false,
    affinitySeconds: readAffinity(spec),
    internalTrafficPolicy: spec.at('internalTrafficPolicy').choice(POLICIES) ?? 'Cluster',
    externalTrafficPolicy: readExternalPolicy(spec, isExposed),
    topology: readTopologyMode(root.at('metadata').at('annotations')) ?? readDistribution(spec),
    externalName: readExternalName(spec, type),
  };
}

/** What no kube-proxy carries out, because none stands before a headless Service. */
function refuseHeadless(spec: Cursor, isExposed: boolean): void {
  if (isExposed) spec.at('clusterIP').error('Invalid', 'None is for Services of type ClusterIP');
  for (const field of ['sessionAffinity', 'internalTrafficPolicy', 'trafficDistribution']) {
    const written = spec.at(field);
    const { node } = written;
    if (node?.kind !== 'scalar' || node.value === 'None' || node.value === 'Cluster') continue;
    written.warn('NoEffect', 'without effect on a headless Service: clients pick an address');
  }
}

/** Timeout of session affinity in seconds; null: none is kept. */
function readAffinity(spec: Cursor): number | null {
  const affinity = spec.at('sessionAffinity').choice(['None', 'ClientIP']);
  const config = spec.at('sessionAffinityConfig');
  if (affinity !== 'ClientIP') {
    if (config.exists) config.error('Invalid', 'goes with sessionAffinity: ClientIP');
    return null;
  }
  const written = config.at('clientIP').at('timeoutSeconds').integer(1, AFFINITY_SECONDS_MAX);
  return written ?? AFFINITY_SECONDS;
}

function readExternalPolicy(spec: Cursor, isExposed: boolean): TrafficPolicy {
  const field = spec.at('externalTrafficPolicy');
  const policy = field.choice(POLICIES) ?? 'Cluster';
  if (policy === 'Local' && !isExposed) {
    const hint = 'it is for traffic that enters by a node port';
    field.warn('NoEffect', 'without effect on a Service of type ClusterIP', hint);
  }
  const health = spec.at('healthCheckNodePort');
  if (health.exists) {
    const hint = 'load balancers know which nodes have endpoints as soon as these nodes do';
    health.warn('NoEffect', 'without effect: health checks are not simulated', hint);
  }
  return policy;
}

/** The name that an ExternalName stands for; empty in other types. */
function readExternalName(spec: Cursor, type: ServiceManifest['type']): string {
  if (type !== 'ExternalName') return '';
  const name = spec.at('externalName').text() ?? '';
  if (name === '') spec.error('Required', '"externalName" is required of type ExternalName');
  return name;
}

const readDistribution = (spec: Cursor): TopologyMode | null => {
  const written = spec.at('trafficDistribution').choice(DISTRIBUTIONS);
  // The older of two names for the same thing (KEP-3015).
  return written === 'PreferClose' ? 'PreferSameZone' : (written ?? null);
};

/** Auto where the annotation, or the one it replaced, asks for it. Source: KEP-2433. */
function readTopologyMode(annotations: Cursor): TopologyMode | null {
  const current = annotations.at('service.kubernetes.io/topology-mode');
  const field = current.exists
    ? current
    : annotations.at('service.kubernetes.io/topology-aware-hints');
  const written = field.text();
  if (written === 'Auto' || written === 'auto') return 'Auto';
  if (written !== undefined && !['', 'Disabled', 'disabled'].includes(written)) {
    field.warn('NoEffect', `"${written}" is not a topology mode`, 'Known: Auto, Disabled');
  }
  return null;
}

function readClusterIP(cursor: Cursor): string | null {
  const written = cursor.text();
  if (written === undefined || written === '') return null;
  if (written === 'None' || isIPv4(written)) return written;
  if (written.includes(':')) cursor.error('NotSupported', notYet('IPv6'));
  else cursor.error('Invalid', `"${written}" is not an IPv4 address`);
  return null;
}

function readPorts(
  ports: Cursor,
  { required, isExposed }: { readonly required: boolean; readonly isExposed: boolean },
): ServicePortManifest[] {
  const items = ports.items();
  if (items.length === 0 && required) {
    if (ports.exists) ports.error('Invalid', 'must have at least one port');
    else ports.error('Required', '"ports" is required');
  }
  const read: ServicePortManifest[] = [];
  const names = new Set<string>();
  const numbers = new Set<string>();
  for (const item of items) {
    const port = readPort(item, { nameRequired: items.length > 1, isExposed });
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

function readPort(
  item: Cursor,
  { nameRequired, isExposed }: { readonly nameRequired: boolean; readonly isExposed: boolean },
): ServicePortManifest | undefined {
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
  return {
    name,
    port,
    protocol,
    targetPort: readTargetPort(target, port),
    span,
    path,
    ...readNodePort(item.at('nodePort'), isExposed),
  };
}

function readNodePort(
  field: Cursor,
  isExposed: boolean,
): Pick<ServicePortManifest, 'nodePort' | 'nodePortSpan' | 'nodePortPath'> {
  const nodePort = field.integer(0, 65_535) ?? 0;
  if (nodePort !== 0 && !isExposed) {
    field.error('Invalid', 'only Services of type NodePort and LoadBalancer have node ports');
  } else if (nodePort !== 0 && (nodePort < NODE_PORT_FIRST || nodePort > NODE_PORT_LAST)) {
    const range = `${NODE_PORT_FIRST}-${NODE_PORT_LAST}`;
    const hint = 'the API server takes it if its --service-node-port-range is set to hold it';
    field.warn('Invalid', `${nodePort} is not in the default range, ${range}`, hint);
  }
  const place = { nodePortSpan: field.span, nodePortPath: field.place };
  return { nodePort: nodePort === 0 ? null : nodePort, ...place };
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
