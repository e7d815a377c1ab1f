/**
 * Targets of clients: a URL by DNS name or ClusterIP, or by a node and its node port, or `service/[namespace/]name[:port]`. A short
 * name means the client's namespace, as the search list of a pod's resolv.conf has it.
 */
import { isIPv4 } from '../../base/ipv4.ts';
import { didYouMean, suggest } from '../../base/suggest.ts';
import type { PlannedNode, PlannedTarget } from '../../contract/plan.ts';
import type { Path } from '../text/tree.ts';
import { isServiceAddress } from './addresses.ts';
import { parseReference } from './references.ts';
import type { ScenarioDocument } from './scenario-document.ts';
import { placeOf, targetPortOf } from './services.ts';
import type { ServiceDraft } from './services.ts';

/** A target taken apart. A port left out of a reference is null. */
type Parsed =
  | { readonly kind: 'address'; readonly ip: string; readonly port: number }
  | {
      readonly kind: 'service';
      readonly name: string;
      readonly namespace: string | null;
      readonly port: number | string | null;
    }
  | { readonly kind: 'malformed'; readonly problem: string; readonly hint?: string };

const FORMS =
  'e.g. http://checkout.shop.svc.cluster.local:80, http://checkout, service/shop/checkout:http';

export function parseTarget(text: string): Parsed {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text);
  if (scheme !== null) return parseUrl(text, (scheme[1] as string).toLowerCase());
  const colon = text.indexOf(':');
  const reference = parseReference(colon === -1 ? text : text.slice(0, colon));
  if (reference?.kind === 'service') {
    const { name, namespace } = reference;
    const written = colon === -1 ? null : text.slice(colon + 1);
    const port = written !== null && /^\d+$/.test(written) ? Number(written) : written;
    return { kind: 'service', name, namespace, port };
  }
  const hint = reference === undefined ? `did you mean "http://${text}"? ${FORMS}` : FORMS;
  return { kind: 'malformed', problem: `"${text}" is not a target`, hint };
}

function parseUrl(text: string, scheme: string): Parsed {
  if (scheme !== 'http' && scheme !== 'https') {
    return { kind: 'malformed', problem: `the scheme "${scheme}" is not supported`, hint: FORMS };
  }
  const url = /^[a-z]+:\/\/([^/:?#\s]+)(?::([^/?#\s]*))?(?:[/?#]\S*)?$/i.exec(text);
  if (url === null) return { kind: 'malformed', problem: `"${text}" is not a URL`, hint: FORMS };
  const host = (url[1] as string).toLowerCase();
  const port =
    url[2] === undefined ? (scheme === 'https' ? 443 : 80) : Number(url[2] || Number.NaN);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    const hint = 'a URL has a port number; by name it is service/name:port-name';
    return { kind: 'malformed', problem: `"${url[2]}" is not a port`, hint };
  }
  if (isIPv4(host)) return { kind: 'address', ip: host, port };
  const [name = '', namespace = null, ...zone] = host.replace(/\.$/, '').split('.');
  if (['', 'svc', 'svc.cluster.local'].includes(zone.join('.')) && name !== '') {
    return { kind: 'service', name, namespace, port };
  }
  const problem = `"${host}" is not the name of a Service`;
  return {
    kind: 'malformed',
    problem,
    hint: 'name, name.namespace or name.namespace.svc.cluster.local',
  };
}

/** A target found, with the Service it leads to. */
export interface FoundTarget {
  readonly target: PlannedTarget;
  /** The node whose node port it is; null: it is none. */
  readonly node: number | null;
  readonly service: ServiceDraft | null;
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
    if (parsed.kind === 'address') return this.address(parsed.ip, parsed.port, path);
    const wanted = parsed.namespace ?? namespace;
    const index = this.services.findIndex(
      ({ planned }) => planned.name === parsed.name && planned.namespace === wanted,
    );
    if (index !== -1) return this.port(index, parsed.port, path);
    const alias = this.externalNames.find(
      ({ planned }) => planned.name === parsed.name && planned.namespace === wanted,
    );
    if (alias !== undefined) {
      this.refuseExternalName(alias, path);
      return undefined;
    }
    const node = this.nodes.findIndex(({ name }) => name === parsed.name);
    if (node !== -1 && parsed.namespace === null && typeof parsed.port === 'number') {
      return this.nodePort(node, parsed.port, path);
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

  private address(ip: string, port: number, path: Path): FoundTarget | undefined {
    const index = this.byAddress.get(ip);
    if (index !== undefined) return this.port(index, port, path);
    const node = this.nodes.findIndex((candidate) => candidate.ip === ip);
    if (node !== -1) return this.nodePort(node, port, path);
    if (!isServiceAddress(ip)) {
      const hint = 'ClusterIPs are in 10.96.0.0/12, or what a Service says';
      this.document.error(path, 'NotFound', `no Service has the address ${ip}`, hint);
      return undefined;
    }
    this.document.warn(path, 'Unreachable', `no Service has the address ${ip}`);
    return { target: { kind: 'unknownAddress', ip, port }, service: null, node: null };
  }

  /** A node port, on one node. */
  private nodePort(node: number, wanted: number, path: Path): FoundTarget | undefined {
    const known = this.services.flatMap((service, index) =>
      service.planned.ports.map((port, at) => ({ service, index, port, at })),
    );
    const exposed = known.filter(({ port }) => port.nodePort !== null && port.protocol === 'TCP');
    const found = exposed.find(({ port }) => port.nodePort === wanted);
    if (found !== undefined) {
      const target = { kind: 'servicePort', service: found.index, port: found.at } as const;
      return { target, service: found.service, node };
    }
    const list = exposed.map(({ service, port }) => `${port.nodePort} (${service.planned.name})`);
    const hint =
      list.length === 0
        ? 'Services of type NodePort and LoadBalancer have them'
        : `Node ports: ${list.join(', ')}`;
    this.document.error(path, 'NotFound', `no Service has the node port ${wanted}`, hint);
    return undefined;
  }

  private port(index: number, wanted: number | string | null, path: Path): FoundTarget | undefined {
    const service = this.services[index] as ServiceDraft;
    const { name, ports, clusterIP } = service.planned;
    const { unproxiedBy } = service.manifest;
    if (unproxiedBy !== null && clusterIP !== null) {
      const message = `kube-proxy leaves Service "${name}" to others (label ${unproxiedBy}): nobody will answer`;
      this.document.warn(path, 'Unreachable', message);
      const known = ports.find((port) => port.port === wanted || port.name === wanted) ?? ports[0];
      const target = { kind: 'unknownAddress', ip: clusterIP, port: known?.port ?? 0 } as const;
      return { target, service: null, node: null };
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
      return this.podPort(index, wanted, path);
    }
    const matches = ports.map((port) =>
      wanted === null || typeof wanted === 'number'
        ? wanted === null || port.port === wanted
        : port.name === wanted,
    );
    const kind = clusterIP === null ? 'headless' : 'servicePort';
    const tcp = ports.findIndex((port, at) => matches[at] === true && port.protocol === 'TCP');
    if (tcp !== -1) return { target: { kind, service: index, port: tcp }, service, node: null };
    const other = ports.find((_, at) => matches[at]);
    if (other === undefined && service.manifest.hasFaultyPorts) return undefined;
    if (other !== undefined) {
      this.document.refuse(path, `calling a ${other.protocol} port`, hint);
    } else if (typeof wanted === 'number') {
      const message = `Service "${name}" has no port ${wanted}: nobody will answer`;
      this.document.warn(path, 'Unreachable', message, hint);
      return { target: { kind: 'unknownPort', service: index, port: wanted }, service, node: null };
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
  private podPort(index: number, wanted: number, path: Path): FoundTarget | undefined {
    const service = this.services[index] as ServiceDraft;
    const { manifest, backends, planned } = service;
    const podPorts = manifest.ports.map((port) => [
      ...new Set(backends.map((backend) => targetPortOf(port, backend))),
    ]);
    const port = podPorts.findIndex((own, at) =>
      own.length === 0 ? manifest.ports[at]!.port === wanted : own.includes(wanted),
    );
    if (port !== -1)
      return { target: { kind: 'headless', service: index, port }, service, node: null };
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
    this.document.error(path, 'NotFound', `no Service "${name}"${where}${advice}`);
  }
}
