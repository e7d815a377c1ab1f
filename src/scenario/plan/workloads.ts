/** Workloads: manifests and the settings of spec.workloads → pods on nodes, and how they serve. */
import type { Duration } from '../../base/time.ts';
import { parseRatio } from '../../base/units.ts';
import type {
  PlannedChurn,
  PlannedMembership,
  PlannedNode,
  PlannedPod,
  PlannedWorkload,
} from '../../contract/plan.ts';
import type { Hints } from '../../kube/endpoint.ts';
import { CONCURRENCY, ERROR_RATE, SERVICE_TIME, START_UP } from '../defaults.ts';
import { DNS_LAMEDUCK } from '../dns-defaults.ts';
import { isBuiltIn } from '../manifests/cluster-dns.ts';
import type { EndpointManifest } from '../manifests/model.ts';
import type { DistributionInput } from '../schema/distribution.ts';
import type { WorkloadInput } from '../schema/workload.ts';
import type { Path } from '../text/tree.ts';
import type { Addresses } from './addresses.ts';
import { scalesByCpu } from './autoscalers.ts';
import type { AutoscalerDraft } from './autoscalers.ts';
import { planContainers } from './containers.ts';
import { isZero, planDistribution } from './distributions.ts';
import type { DnsSurroundings } from './dns.ts';
import type { WorkloadFinder } from './find-workload.ts';
import { Placement } from './placement.ts';
import type { ScenarioDocument } from './scenario-document.ts';
import { planShedding } from './shedding.ts';
import { targetPortOf } from './services.ts';
import type { ServiceDraft } from './services.ts';
import type { Draft } from './workload-drafts.ts';

/** How a workload's pods serve, and what chance does to them. */
type Settings = Pick<
  PlannedWorkload,
  | 'serviceTime'
  | 'concurrency'
  | 'queueLimit'
  | 'shedding'
  | 'backlog'
  | 'imagePull'
  | 'startUp'
  | 'errorRate'
  | 'readinessFlap'
  | 'crash'
>;

const DEFAULT_SETTINGS: Settings = {
  serviceTime: SERVICE_TIME,
  concurrency: CONCURRENCY,
  queueLimit: null,
  shedding: null,
  backlog: null,
  imagePull: null,
  startUp: START_UP,
  errorRate: ERROR_RATE,
  readinessFlap: null,
  crash: null,
};

/** An entry of spec.workloads. */
export interface WorkloadEntry {
  readonly input: WorkloadInput;
  readonly settings: Settings;
  /** Where it is written. */
  readonly path: Path;
}

/** Entries by workload. Those that name none, or one that has been named, become findings. */
export function planSettings(
  finder: WorkloadFinder,
  document: ScenarioDocument,
): ReadonlyMap<Draft, WorkloadEntry> {
  const entries = new Map<Draft, WorkloadEntry>();
  (document.spec.workloads ?? []).forEach((input, index) => {
    if (document.isBroken('workloads', index)) return;
    const path = ['spec', 'workloads', index];
    const settings = planOne(input, path, document);
    const draft = finder.find(input.target, [...path, 'target']);
    if (draft === undefined) return;
    if (entries.has(draft)) {
      document.error([...path, 'target'], 'Duplicate', `${input.target} is there twice`);
    }
    if (draft.kind === 'slice') reportUnprobed(input, path, document);
    entries.set(draft, { input, settings, path });
  });
  return entries;
}

/** Endpoints that only a slice tells of have no containers that a kubelet would probe or end. */
function reportUnprobed(input: WorkloadInput, path: Path, document: ScenarioDocument): void {
  for (const field of ['readinessProbe', 'livenessProbe', 'startupProbe', 'preStop'] as const) {
    if (input[field] === undefined) continue;
    const message = 'without effect: nothing is known of the containers behind an EndpointSlice';
    document.warn([...path, field], 'NoEffect', message);
  }
}

function planOne(input: WorkloadInput, path: Path, document: ScenarioDocument): Settings {
  const distribution = (written: DistributionInput | undefined, field: string) =>
    written === undefined ? undefined : planDistribution(written, [...path, field], document);
  return {
    serviceTime: distribution(input.serviceTime, 'serviceTime') ?? SERVICE_TIME,
    concurrency: input.concurrency ?? CONCURRENCY,
    queueLimit: input.queueLimit ?? null,
    shedding: planShedding(input, [...path, 'shedding'], document),
    backlog: input.backlog ?? null,
    imagePull: distribution(input.imagePull, 'imagePull') ?? null,
    startUp: distribution(input.startUp, 'startUp') ?? START_UP,
    errorRate: input.errorRate === undefined ? ERROR_RATE : (parseRatio(input.errorRate) ?? 0),
    readinessFlap: planChurn(
      input.readinessFlap && { ...input.readinessFlap, lasts: input.readinessFlap.for },
      { path: [...path, 'readinessFlap'], lasts: 'for' },
      document,
    ),
    crash: planChurn(
      input.crash && { ...input.crash, lasts: input.crash.restart },
      { path: [...path, 'crash'], lasts: 'restart' },
      document,
    ),
  };
}

function planChurn(
  input: { every: DistributionInput; lasts: DistributionInput } | undefined,
  names: { readonly path: Path; readonly lasts: string },
  document: ScenarioDocument,
): PlannedChurn | null {
  if (input === undefined) return null;
  const everyPath = [...names.path, 'every'];
  // A bare duration is the mean of a random time: faults at a fixed beat would march in step.
  const every = planDistribution(
    typeof input.every === 'string' ? { exponential: { mean: input.every } } : input.every,
    everyPath,
    document,
  );
  const lasts = planDistribution(input.lasts, [...names.path, names.lasts], document);
  if (typeof input.every !== 'string' && input.every.constant !== undefined && isZero(every)) {
    document.error(everyPath, 'Invalid', 'must be above 0s');
  }
  return { every, lasts };
}

export interface Cluster {
  readonly drafts: readonly Draft[];
  /** The Services of the plan, in its order. */
  readonly services: readonly ServiceDraft[];
  readonly settings: ReadonlyMap<Draft, WorkloadEntry>;
  readonly autoscalers: readonly AutoscalerDraft[];
  readonly nodes: readonly PlannedNode[];
  readonly nodeIndex: ReadonlyMap<string, number>;
  readonly placement: Placement;
  readonly addresses: Addresses;
}

/** `dns`: what is known of those that answer DNS queries; null: nobody does. */
export function planWorkloads(
  cluster: Cluster,
  dns: DnsSurroundings | null,
): readonly PlannedWorkload[] {
  const allMemberships = planMemberships(cluster);
  const names = new PodNames();
  const scaledByCpu = new Set<Draft>(
    cluster.autoscalers.filter(scalesByCpu).map(({ draft }) => draft),
  );
  reserveGivenPlaces(cluster);
  return cluster.drafts.map((draft) => {
    const { name, namespace, manifest } = draft;
    const entry = cluster.settings.get(draft);
    const memberships = allMemberships.get(draft) ?? [];
    const isScaledByCpu = scaledByCpu.has(draft);
    const answersDns = dns !== null && dns.backends.has(draft);
    const containers = planContainers(draft, entry?.input, { memberships, isScaledByCpu });
    return {
      name,
      namespace,
      pods: planPods(draft, cluster, names),
      controller: draft.kind === 'slice' ? { kind: 'None' } : draft.manifest.controller,
      podNamePrefix: `${manifest.document.name}-`,
      memberships,
      calls: null,
      ...(entry?.settings ?? (answersDns ? dnsSettings(dns) : DEFAULT_SETTINGS)),
      ...containers,
      // For that long CoreDNS goes on as before after SIGTERM.
      preStop: answersDns ? ((containers.preStop + DNS_LAMEDUCK) as Duration) : containers.preStop,
    };
  });
}

const dnsSettings = ({ serviceTime, concurrency }: DnsSurroundings): Settings => ({
  ...DEFAULT_SETTINGS,
  serviceTime,
  concurrency,
});

function planMemberships(cluster: Cluster): ReadonlyMap<Draft, readonly PlannedMembership[]> {
  const memberships = new Map<Draft, PlannedMembership[]>();
  cluster.services.forEach(({ manifest, backends }, service) => {
    for (const backend of backends) {
      const targetPorts = manifest.ports.map((port) => targetPortOf(port, backend));
      const known = memberships.get(backend);
      if (known === undefined) memberships.set(backend, [{ service, targetPorts }]);
      else known.push({ service, targetPorts });
    }
  });
  return memberships;
}

/** Pods whose place is given are there before any other is placed. */
function reserveGivenPlaces({ drafts, nodeIndex, placement }: Cluster): void {
  for (const draft of drafts) {
    const names =
      draft.kind === 'slice'
        ? draft.manifest.endpoints.map((endpoint) => endpoint.nodeName)
        : [draft.manifest.nodeName];
    for (const name of names) {
      const node = name === null ? undefined : nodeIndex.get(name);
      if (node !== undefined) placement.occupy(node);
    }
  }
}

function planPods(draft: Draft, cluster: Cluster, names: PodNames): readonly PlannedPod[] {
  const { namespace, manifest } = draft;
  const own = manifest.document.name;
  if (draft.kind === 'slice') {
    return draft.manifest.endpoints.map((endpoint, ordinal) =>
      planEndpoint(endpoint, names.unique(`${own}-${ordinal}`, namespace), cluster),
    );
  }
  const { kind, nodeName, podIP, ready, replicas } = draft.manifest;
  if (kind === 'Pod') {
    const endpoint = { address: podIP ?? '', ready, terminating: false, nodeName, hints: null };
    return [planEndpoint(endpoint, names.unique(own, namespace), cluster)];
  }
  // The pods of the cluster itself were there before all others, and take no place or address from them.
  const builtIn = isBuiltIn(manifest.document);
  const placement = builtIn ? new Placement(cluster.nodes) : cluster.placement;
  const place = placement.forPods(draft.manifest.template.spread);
  return Array.from({ length: replicas }, (_, ordinal) => {
    const node = place();
    const name = names.unique(`${own}-${ordinal}`, namespace);
    const ip = builtIn ? cluster.addresses.overflow() : cluster.addresses.pod(node);
    return { name, ip, node, ready: true, terminating: false, hints: null };
  });
}

/** A pod of which the manifest may say where it is. */
function planEndpoint(endpoint: EndpointManifest, name: string, cluster: Cluster): PlannedPod {
  const { nodeIndex, placement, addresses } = cluster;
  const given = endpoint.nodeName === null ? undefined : nodeIndex.get(endpoint.nodeName);
  const node = given ?? placement.next();
  const taken = endpoint.address === '' || !addresses.take(endpoint.address);
  const ip = taken ? addresses.pod(node) : endpoint.address;
  const { ready, terminating } = endpoint;
  return { name, ip, node, ready, terminating, hints: planHints(endpoint, nodeIndex) };
}

function planHints(
  { hints }: EndpointManifest,
  nodeIndex: ReadonlyMap<string, number>,
): Hints | null {
  if (hints === null) return null;
  // A node that is not there takes the hint all the same: it is then a hint for nobody.
  const nodes = hints.nodes.map((name) => nodeIndex.get(name) ?? -1);
  return { zones: hints.zones, nodes };
}

/** Result files tell pods apart by name alone: equal names of two namespaces are told apart. */
class PodNames {
  private readonly taken = new Set<string>();

  unique(name: string, namespace: string): string {
    let unique = name;
    for (let attempt = 0; this.taken.has(unique); attempt++) {
      unique = attempt === 0 ? `${name}.${namespace}` : `${name}.${namespace}.${attempt}`;
    }
    this.taken.add(unique);
    return unique;
  }
}
