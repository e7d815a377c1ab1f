/**
 * Which Services somebody calls, by which way and at which port; and why nobody calls the others. Manifests say who
 * may be called, hardly ever who calls.
 */
import { isClusterDns } from '../manifests/cluster-dns.ts';
import { targetPortOf } from '../plan/services.ts';
import type { ServiceDraft } from '../plan/services.ts';
import type { WorkloadDraft } from '../plan/workload-drafts.ts';
import { findCallers } from './callers.ts';
import { podsOf } from './survey.ts';
import type { Survey } from './survey.ts';

/** How a client comes in. */
export type StarterWay =
  | { readonly kind: 'pods' }
  | { readonly kind: 'from'; readonly workload: WorkloadDraft }
  | { readonly kind: 'ingress'; readonly workload: WorkloadDraft }
  | { readonly kind: 'NodePort' | 'LoadBalancer' };

export interface StarterClient {
  readonly name: string;
  readonly service: ServiceDraft;
  readonly target: string;
  readonly way: StarterWay;
  /** Why it is there, in a sentence. */
  readonly why: string;
}

export interface StarterClients {
  readonly clients: readonly StarterClient[];
  /** Services that nobody calls, with the reason. */
  readonly uncalled: readonly { readonly service: ServiceDraft; readonly why: string }[];
}

/** Names that a URL and the cluster's DNS can hold. Source: RFC 1123, as Kubernetes demands of Services. */
const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
/** Names that references to objects can hold: those of DNS, as Kubernetes demands of workloads. */
const DNS_NAME = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/;
/** What proxies that carry out Ingresses are called. */
const CONTROLLER = /ingress|traefik|haproxy|kong|contour|envoy|gateway/i;

/** A client before it has a name that no other has. */
type Draft = Omit<StarterClient, 'service'>;

export function starterClients(survey: Survey): StarterClients {
  const controller = ingressController(survey);
  const callers = findCallers(
    survey.workloads.filter((each) => podsOf(each) > 0),
    survey.services,
  );
  const clients: StarterClient[] = [];
  const uncalled: { service: ServiceDraft; why: string }[] = [];
  const names = new Set<string>();
  for (const service of survey.services) {
    const why = reasonNotToCall(service, survey, controller);
    if (why !== null) {
      uncalled.push({ service, why });
      continue;
    }
    const routes = survey.routes.filter((route) => leadsTo(route, service));
    const drafts: (Draft | null)[] =
      controller === null ? [] : routes.map((route) => byIngress(route, service, controller));
    for (const { workload, variable } of callers.filter((each) => each.service === service)) {
      drafts.push(byPods(service, workload, variable));
    }
    // Whoever has known callers needs none that are made up, unless it has a door of its own.
    if (drafts.every((draft) => draft === null) || isExposed(service)) {
      if (routes.length === 0 || controller === null) drafts.push(byDefault(service, routes));
    }
    for (const draft of drafts) {
      if (draft === null) continue;
      clients.push({ ...draft, name: unique(draft.name, service, names), service });
    }
  }
  return { clients, uncalled };
}

const isNamed = ({ manifest }: ServiceDraft['backends'][number]): boolean =>
  DNS_NAME.test(manifest.document.name);

const isRunning = (workload: WorkloadDraft): boolean => isNamed(workload) && podsOf(workload) > 0;

const leadsTo = (route: Survey['routes'][number], { planned }: ServiceDraft): boolean =>
  route.service === planned.name && route.namespace === planned.namespace;

/** Null: somebody should. */
function reasonNotToCall(
  service: ServiceDraft,
  survey: Survey,
  controller: WorkloadDraft | null,
): string | null {
  const { manifest, planned, backends } = service;
  if (manifest.type === 'ExternalName') {
    return `ExternalName: a name for ${manifest.externalName}, which is not simulated`;
  }
  if (isClusterDns(manifest.document)) return "the cluster's DNS: every client pod asks it";
  if (planned.namespace === 'default' && planned.name === 'kubernetes') return 'the API server';
  if (manifest.unproxiedBy !== null)
    return `kube-proxy leaves it to others (${manifest.unproxiedBy})`;
  if (![planned.name, planned.namespace].every((name) => DNS_LABEL.test(name))) {
    return 'its name is none that DNS takes';
  }
  if (backends.length === 0) return 'no pod is behind it';
  if (!backends.every(isNamed)) return 'a name of what is behind it is none that Kubernetes takes';
  if (backends.every((backend) => podsOf(backend) === 0))
    return 'no pod behind it is up: 0 replicas';
  if (controller !== null && survey.routes.length > 0 && backends.includes(controller)) {
    return 'the proxy of the Ingress: requests from outside enter there';
  }
  if (callablePort(service) === undefined) return 'none of its ports leads to a pod';
  const sameBackends = (other: ServiceDraft): boolean =>
    other !== service &&
    other.planned.clusterIP !== null &&
    other.backends.some((backend) => backends.includes(backend));
  if (planned.clusterIP === null && survey.services.some(sameBackends)) {
    return 'headless, for its pods to find each other: callers use the Service with a ClusterIP';
  }
  return null;
}

/** The Deployment or StatefulSet whose pods are the proxy of Ingresses. */
function ingressController({ workloads, routes }: Survey): WorkloadDraft | null {
  const isController = ({ name, manifest }: WorkloadDraft): boolean =>
    CONTROLLER.test(name) ||
    CONTROLLER.test(manifest.template.labels.get('app.kubernetes.io/name') ?? '');
  // A pod that an Ingress leads to is called what it may be called.
  const isBackend = (draft: WorkloadDraft): boolean =>
    routes.some(
      (route) => route.namespace === draft.namespace && draft.name.endsWith(`/${route.service}`),
    );
  const found = workloads.filter(
    (each) =>
      isController(each) && each.manifest.kind !== 'Pod' && isRunning(each) && !isBackend(each),
  );
  return found[0] ?? null;
}

const isExposed = ({ manifest }: ServiceDraft): boolean =>
  manifest.type === 'LoadBalancer' || manifest.type === 'NodePort';

/** The port that callers would use: one that leads to a pod, the first of TCP or else of UDP. */
function callablePort(service: ServiceDraft): { url: string; nodePort: boolean } | undefined {
  const { manifest, planned, backends } = service;
  for (const protocol of ['TCP', 'UDP'] as const) {
    for (const [at, port] of manifest.ports.entries()) {
      const own = backends
        .map((backend) => targetPortOf(port, backend))
        .find((each) => each !== null);
      if (port.protocol !== protocol || own === undefined || own === null) continue;
      const number = planned.clusterIP === null ? own : port.port;
      return {
        url: urlOf(service, protocol, number),
        nodePort: planned.ports[at]!.nodePort !== null,
      };
    }
  }
  return undefined;
}

const urlOf = ({ planned }: ServiceDraft, protocol: 'TCP' | 'UDP', port: number): string =>
  `${protocol === 'TCP' ? 'http' : 'udp'}://${planned.name}.${planned.namespace}.svc.cluster.local:${port}`;

/** Null where the Ingress names a port that the Service hasn't, or that speaks no HTTP. */
function byIngress(
  { label, port: wanted }: Survey['routes'][number],
  service: ServiceDraft,
  workload: WorkloadDraft,
): Draft | null {
  const { manifest, planned } = service;
  const port = manifest.ports.find((each) => each.port === wanted || each.name === wanted);
  if (port === undefined || port.protocol !== 'TCP' || planned.clusterIP === null) return null;
  return {
    name: `ingress-to-${planned.name}`,
    target: urlOf(service, 'TCP', port.port),
    way: { kind: 'ingress', workload },
    why: `${label} leads to it; the pods of ${workload.name} are its proxy`,
  };
}

function byPods(service: ServiceDraft, workload: WorkloadDraft, variable: string): Draft {
  const { name } = workload.manifest.document;
  return {
    name: `${name}-to-${service.planned.name}`,
    target: callablePort(service)!.url,
    way: { kind: 'from', workload },
    why: `the pods of ${workload.name} have its name in ${variable}`,
  };
}

/** Somebody outside where the Service has a door there, or else pods that the manifests do not know. */
function byDefault(service: ServiceDraft, routes: Survey['routes']): Draft {
  const { manifest, planned } = service;
  const { url: target, nodePort } = callablePort(service)!;
  const { type } = manifest;
  if (nodePort && (type === 'LoadBalancer' || type === 'NodePort')) {
    const name = `outside-to-${planned.name}`;
    return { name, target, way: { kind: type }, why: `its type is ${type}: callers from outside` };
  }
  const why =
    routes.length > 0
      ? `${routes[0]!.label} leads to it, but no proxy for it is among the manifests: these pods stand in for one`
      : 'nothing says who calls it: these pods stand in for its callers';
  return { name: `callers-of-${planned.name}`, target, way: { kind: 'pods' }, why };
}

/** With the namespace, and then a number, where a name is taken. */
function unique(name: string, { planned }: ServiceDraft, taken: Set<string>): string {
  let candidate = name;
  for (let attempt = 1; taken.has(candidate); attempt++) {
    candidate = `${name}-${planned.namespace}${attempt === 1 ? '' : `-${attempt}`}`;
  }
  taken.add(candidate);
  return candidate;
}
