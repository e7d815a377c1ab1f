/**
 * Targets of clients: a URL by DNS name or ClusterIP, or by a node and its node port, or `service/[namespace/]name[:port]`. A short
 * name means the client's namespace, as the search list of a pod's resolv.conf has it.
 */
import { isIPv4 } from '../../../base/ipv4.ts';
import { didYouMean, suggest } from '../../../base/suggest.ts';
import type { PlannedClient, PlannedNode, PlannedTarget } from '../../../contract/plan.ts';
import type { Path } from '../../text/tree.ts';
import { isServiceAddress } from '../addresses.ts';
import { parseReference } from '../references.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import { placeOf, targetPortOf } from '../services.ts';
import type { ServiceDraft } from '../services.ts';

/** What clients speak. */
type Transport = PlannedClient['protocol'];

/** A target taken apart. A port left out of a reference is null. */
type Parsed =
  | {
      readonly kind: 'address';
      readonly ip: string;
      readonly port: number;
      readonly protocol: Transport;
    }
  | {
      readonly kind: 'service';
      readonly name: string;
      readonly namespace: string | null;
      readonly port: number | string | null;
      /** null: as the port has it. */
      readonly protocol: Transport | null;
    }
  | { readonly kind: 'malformed'; readonly problem: string; readonly hint?: string };

const FORMS =
  'e.g. http://checkout.shop.svc.cluster.local:80, http://checkout, udp://dns:53, service/shop/checkout:http';

export function parseTarget(text: string): Parsed {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text);
  if (scheme !== null) return parseUrl(text, (scheme[1] as string).toLowerCase());
  const colon = text.indexOf(':');
  const reference = parseReference(colon === -1 ? text : text.slice(0, colon));
  if (reference?.kind === 'service') {
    const { name, namespace } = reference;
    const written = colon === -1 ? null : text.slice(colon + 1);
    const port = written !== null && /^\d+$/.test(written) ? Number(written) : written;
    return { kind: 'service', name, namespace, port, protocol: null };
  }
  const hint = reference === undefined ? `did you mean "http://${text}"? ${FORMS}` : FORMS;
  return { kind: 'malformed', problem: `"${text}" is not a target`, hint };
}

const SCHEMES: ReadonlyMap<string, Transport> = new Map([
  ['http', 'TCP'],
  ['https', 'TCP'],
  ['udp', 'UDP'],
]);

function parseUrl(text: string, scheme: string): Parsed {
  const protocol = SCHEMES.get(scheme);
  if (protocol === undefined) {
    return { kind: 'malformed', problem: `the scheme "${scheme}" is not supported`, hint: FORMS };
  }
  const url = /^[a-z]+:\/\/([^/:?#\s]+)(?::([^/?#\s]*))?(?:[/?#]\S*)?$/i.exec(text);
  if (url === null) return { kind: 'malformed', problem: `"${text}" is not a URL`, hint: FORMS };
  const host = (url[1] as string).toLowerCase();
  if (url[2] === undefined && protocol === 'UDP') {
    return { kind: 'malformed', problem: `"${text}" names no port`, hint: 'e.g. udp://dns:53' };
  }
  const port =
    url[2] === undefined ? (scheme === 'https' ? 443 : 80) : Number(url[2] || Number.NaN);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    const hint = 'a URL has a port number; by name it is service/name:port-name';
    return { kind: 'malformed', problem: `"${url[2]}" is not a port`, hint };
  }
  if (isIPv4(host)) return { kind: 'address', ip: host, port, protocol };
  const [name = '', namespace = null, ...zone] = host.replace(/\.$/, '').split('.');
  if (['', 'svc', 'svc.cluster.local'].includes(zone.join('.')) && name !== '') {
    return { kind: 'service', name, namespace, port, protocol };
  }
  const problem = `"${host}" is not the name of a Service`;
  return {
    kind: 'malformed',
    problem,
    hint: 'name, name.namespace or name.namespace.svc.cluster.local',
  };
}

/** What to look for where the target does not say: a port of TCP before one of UDP. */
const spokenBy = (protocol: Transport | null): readonly Transport[] =>
  protocol === null ? ['TCP', 'UDP'] : [protocol];

/** A target found, with the Service it leads to. */
export interface FoundTarget {
  readonly target: PlannedTarget;
  /** The node whose node port it is; null: it is none. */
  readonly node: number | null;
  readonly service: ServiceDraft | null;
  readonly protocol: Transport;
}

export class TargetFinder {
  private readonly services: readonly ServiceDraft[];
  private readonly externalNames: readonly ServiceDraft[];
  private readonly byAddress: ReadonlyMap<string, number>;
  private readonly nodes: readonly PlannedNode[];
  private readonly document: ScenarioDocument;

  /** Services and nodes in the order of the plan, and Services that are not in it. */
  constructor(
    known: {
      readonly services: readonly ServiceDraft[];
      readonly externalNames: readonly ServiceDraft[];
      readonly nodes: readonly PlannedNode[];
    },
    document: ScenarioDocument,
  ) {
    const { services, externalNames, nodes } = known;
    this.services = services;
    this.externalNames = externalNames;
    this.nodes = nodes;
    this.document = document;
    this.byAddress = new Map(
      services.flatMap(({ planned: { clusterIP } }, index): [string, number][] =>
        clusterIP === null ? [] : [[clusterIP, index]],
      ),
    );
  }

  /** Undefined after findings at `path`. */
  find(text: string, namespace: string, path: Path): FoundTarget | undefined {
    const parsed = parseTarget(text);
    if (parsed.kind === 'malformed') {
      this.document.error(path, 'Invalid', parsed.problem, parsed.hint);
      return undefined;
    }
    if (parsed.kind === 'address') return this.address(parsed, path);
    const wanted = parsed.namespace ?? namespace;
    const index = this.services.findIndex(
      ({ planned }) => planned.name === parsed.name && planned.namespace === wanted,
    );
    if (index !== -1) return this.port(index, parsed, path);
    const alias = this.externalNames.find(
      ({ planned }) => planned.name === parsed.name && planned.namespace === wanted,
    );
    if (alias !== undefined) {
      this.refuseExternalName(alias, path);
      return undefined;
    }
    const node = this.nodes.findIndex(({ name }) => name === parsed.name);
    if (node !== -1 && parsed.namespace === null && typeof parsed.port === 'number') {
      const { port, protocol } = parsed;
      return this.nodePort(node, { port, protocol: protocol ?? 'TCP' }, path);
    }
    this.missing(parsed.name, wanted, path);
    return undefined;
  }

  private refuseExternalName({ planned, manifest }: ServiceDraft, path: Path): void {
    const { externalName } = manifest;
    const message = `Service "${planned.name}" is of type ExternalName (${placeOf(manifest.document)}): it has no endpoints, it is a CNAME for ${externalName}`;
    const inCluster = /^[^.]+\.[^.]+\.svc\./.test(externalName);
    const hint = inCluster
      ? `call what it stands for: http://${externalName}`
      : 'hosts outside the cluster are not simulated; a Service with an EndpointSlice of their addresses can stand for them';
    this.document.error(path, 'NotSupported', message, hint);
  }

  private address(
    parsed: Extract<Parsed, { kind: 'address' }>,
    path: Path,
  ): FoundTarget | undefined {
    const { ip, port, protocol } = parsed;
    const index = this.byAddress.get(ip);
    if (index !== undefined) return this.port(index, parsed, path);
    const node = this.nodes.findIndex((candidate) => candidate.ip === ip);
    if (node !== -1) return this.nodePort(node, parsed, path);
    if (!isServiceAddress(ip)) {
      const hint = 'ClusterIPs are in 10.96.0.0/12, or what a Service says';
      this.document.error(path, 'NotFound', `no Service has the address ${ip}`, hint);
      return undefined;
    }
    this.document.warn(path, 'Unreachable', `no Service has the address ${ip}`);
    return { target: { kind: 'unknownAddress', ip, port }, service: null, node: null, protocol };
  }

  /** A node port, on one node. */
  private nodePort(
    node: number,
    { port: wanted, protocol }: { readonly port: number; readonly protocol: Transport },
    path: Path,
  ): FoundTarget | undefined {
    const known = this.services.flatMap((service, index) =>
      service.planned.ports.map((port, at) => ({ service, index, port, at })),
    );
    const exposed = known.filter(
      ({ port }) => port.nodePort !== null && port.protocol === protocol,
    );
    const found = exposed.find(({ port }) => port.nodePort === wanted);
    if (found !== undefined) {
      const target = { kind: 'servicePort', service: found.index, port: found.at } as const;
      return { target, service: found.service, node, protocol };
    }
    const list = exposed.map(({ service, port }) => `${port.nodePort} (${service.planned.name})`);
    const hint =
      list.length === 0
        ? 'Services of type NodePort and LoadBalancer have them'
        : `Node ports: ${list.join(', ')}`;
    this.document.error(path, 'NotFound', `no Service has the node port ${wanted}`, hint);
    return undefined;
  }

  private port(
    index: number,
    parsed: { readonly port: number | string | null; readonly protocol: Transport | null },
    path: Path,
  ): FoundTarget | undefined {
    const { port: wanted, protocol } = parsed;
    const service = this.services[index] as ServiceDraft;
    const { name, ports, clusterIP } = service.planned;
    const { unproxiedBy } = service.manifest;
    if (unproxiedBy !== null && clusterIP !== null) {
      const message = `kube-proxy leaves Service "${name}" to others (label ${unproxiedBy}): nobody will answer`;
      this.document.warn(path, 'Unreachable', message);
      const known = ports.find((port) => port.port === wanted || port.name === wanted) ?? ports[0];
      const target = { kind: 'unknownAddress', ip: clusterIP, port: known?.port ?? 0 } as const;
      return { target, service: null, node: null, protocol: protocol ?? 'TCP' };
    }
    if (ports.length === 0) {
      // Of a Service that must have ports, that they are missing has been said.
      if (service.manifest.hasFaultyPorts) return undefined;
      this.document.error(path, 'Invalid', `Service "${name}" has no ports`);
      return undefined;
    }
    const list = ports.map((port) =>
      port.name === '' ? `${port.port}` : `${port.name} (${port.port})`,
    );
    const hint = `Ports of ${name}: ${list.join(', ')}`;
    if (wanted === null && ports.length > 1) {
      this.document.error(path, 'Required', `"${name}" has several ports: write one`, hint);
      return undefined;
    }
    if (clusterIP === null && typeof wanted === 'number') {
      return this.podPort(index, { port: wanted, protocol }, path);
    }
    const matches = ports.map((port) =>
      wanted === null || typeof wanted === 'number'
        ? wanted === null || port.port === wanted
        : port.name === wanted,
    );
    const kind = clusterIP === null ? 'headless' : 'servicePort';
    for (const spoken of spokenBy(protocol)) {
      const port = ports.findIndex((each, at) => matches[at] === true && each.protocol === spoken);
      if (port === -1) continue;
      const target = { kind, service: index, port } as const;
      return { target, service, node: null, protocol: spoken };
    }
    const other = ports.find((_, at) => matches[at]);
    if (other === undefined && service.manifest.hasFaultyPorts) return undefined;
    if (other?.protocol === 'SCTP') {
      this.document.refuse(path, 'calling an SCTP port', hint);
    } else if (other !== undefined) {
      const scheme = other.protocol === 'UDP' ? 'udp' : 'http';
      const message = `port ${other.port} of Service "${name}" is ${other.protocol}, not ${protocol}`;
      this.document.error(path, 'Invalid', message, `write ${scheme}://${name}:${other.port}`);
    } else if (typeof wanted === 'number') {
      const message = `Service "${name}" has no port ${wanted}: nobody will answer`;
      this.document.warn(path, 'Unreachable', message, hint);
      const target = { kind: 'unknownPort', service: index, port: wanted } as const;
      return { target, service, node: null, protocol: protocol ?? 'TCP' };
    } else {
      const advice = didYouMean(
        String(wanted),
        ports.map((port) => port.name),
      );
      const message = `Service "${name}" has no port named "${wanted}"${advice}`;
      this.document.error(path, 'NotFound', message, hint);
    }
    return undefined;
  }

  /** A port by number of a headless Service: nothing stands before its pods that could translate it. */
  private podPort(
    index: number,
    { port: wanted, protocol }: { readonly port: number; readonly protocol: Transport | null },
    path: Path,
  ): FoundTarget | undefined {
    const service = this.services[index] as ServiceDraft;
    const { manifest, backends, planned } = service;
    const podPorts = manifest.ports.map((port) => [
      ...new Set(backends.map((backend) => targetPortOf(port, backend))),
    ]);
    for (const spoken of spokenBy(protocol)) {
      const port = podPorts.findIndex(
        (own, at) =>
          manifest.ports[at]!.protocol === spoken &&
          (own.length === 0 ? manifest.ports[at]!.port === wanted : own.includes(wanted)),
      );
      if (port === -1) continue;
      const target = { kind: 'headless', service: index, port } as const;
      return { target, service, node: null, protocol: spoken };
    }
    const list = podPorts.flat().filter((own) => own !== null);
    const message = `Service "${planned.name}" is headless: its pods do not listen on ${wanted}`;
    const hint = `A headless Service translates no ports. Ports of its pods: ${list.join(', ') || 'none'}`;
    this.document.error(path, 'NotFound', message, hint);
    return undefined;
  }

  private missing(name: string, namespace: string, path: Path): void {
    if (!this.document.isComplete) return;
    const elsewhere = this.services.filter(({ planned }) => planned.name === name);
    const [other] = elsewhere;
    if (elsewhere.length === 1 && other !== undefined) {
      const { planned, manifest } = other;
      const full = `${name}.${planned.namespace}`;
      const message = `no Service "${name}" in namespace ${namespace}; did you mean "${full}" (${placeOf(manifest.document)})?`;
      this.document.error(path, 'NotFound', message);
      return;
    }
    const near = this.services.filter(({ planned }) => planned.namespace === namespace);
    const meant = suggest(
      name,
      near.map(({ planned }) => planned.name),
    );
    const found = near.find(({ planned }) => planned.name === meant);
    const place = found === undefined ? '' : ` (${placeOf(found.manifest.document)})`;
    const advice = meant === undefined ? '' : `; did you mean "${meant}"${place}?`;
    const where = namespace === 'default' ? '' : ` in namespace ${namespace}`;
    const hint =
      near.length === 0 ? 'hosts outside the cluster are not simulated, only Services' : undefined;
    this.document.error(path, 'NotFound', `no Service "${name}"${where}${advice}`, hint);
  }
}
