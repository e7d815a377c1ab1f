/** A validated Scenario and its manifests → the Plan of one variant. */
import { TIME_MAX } from '../../base/time.ts';
import type { Duration } from '../../base/time.ts';
import { formatDuration } from '../../base/units.ts';
import type { Distribution, Plan } from '../../contract/plan.ts';
import {
  DURATION,
  ICMP_RATE_LIMIT,
  NETWORK,
  POD_GONE,
  REPLICATIONS,
  SEED,
  TCP_SYN_LINEAR_TIMEOUTS,
  TCP_SYN_RETRIES,
  WARM_UP,
} from '../defaults.ts';
import { isBuiltIn } from '../manifests/cluster-dns.ts';
import { reportIgnored } from '../manifests/cluster-manifests.ts';
import type { ClusterManifests } from '../manifests/cluster-manifests.ts';
import type { NetworkInput } from '../schema/cluster.ts';
import type { DistributionInput } from '../schema/distribution.ts';
import type { ScenarioInput } from '../schema/scenario.ts';
import type { Path } from '../text/tree.ts';
import { Addresses } from './addresses.ts';
import { draftAutoscalers, planAutoscalers } from './autoscalers.ts';
import { planCalls } from './traffic/calls.ts';
import { planClients } from './traffic/clients.ts';
import { planControlPlane } from './control-plane.ts';
import { planDisruptionBudgets } from './disruption-budgets.ts';
import { durationOf, planDistribution } from './distributions.ts';
import { planDns } from './dns.ts';
import { WorkloadFinder } from './find-workload.ts';
import { planNodes } from './nodes.ts';
import { Placement } from './placement.ts';
import { advisePods } from './pod-advice.ts';
import { planProxies } from './proxies.ts';
import type { ScenarioDocument } from './scenario-document.ts';
import { synSchedule } from './syn-schedule.ts';
import { planServices, withoutDuplicates } from './services.ts';
import type { ServiceDraft } from './services.ts';
import { TargetFinder } from './traffic/targets.ts';
import { planThresholds } from './thresholds.ts';
import { planTimeline } from './timeline/timeline.ts';
import { draftWorkloads } from './workload-drafts.ts';
import type { Draft } from './workload-drafts.ts';
import { planSettings, planWorkloads } from './workloads.ts';
import type { Cluster } from './workloads.ts';

export interface Planned {
  readonly plan: Plan;
  /** What it came of. */
  readonly document: ScenarioDocument;
  /** What was read but plays no part, with the reason. */
  readonly ignored: readonly string[];
}

/** The plan of a variant. It is only good for running if there are no errors among the findings. */
export function planScenario(
  scenario: ScenarioInput,
  manifests: ClusterManifests,
  document: ScenarioDocument,
  variant: string,
): Planned {
  const { spec, metadata } = scenario;
  const time = planTime(document);
  const cluster = planCluster(manifests, document);
  const dns = planDns(cluster.services, document);
  const workloads = planWorkloads(cluster, dns);
  const targets = new TargetFinder(cluster, document);
  const around = { ...cluster, ...time, workloads, targets, dns };
  const own = planClients(around, document);
  const timeline = planTimeline({ ...around, clients: own.clients }, document);
  const graph = planCalls({ ...around, clients: own.clients }, document);
  const clients = [...own.clients, ...graph.clients];
  const called = new Set([...own.called, ...graph.called]);
  reportDefaults(cluster, called, document);
  const ignored = [
    ...reportIgnored(manifests.ignored, document.findings),
    ...cluster.ignored,
    ...reportWithoutEffect(cluster.drafts, called, document),
  ];
  const plan: Plan = {
    scenario: metadata.name,
    question: metadata.annotations?.['svcsim/question'] ?? '',
    variant,
    seed: spec.seed ?? SEED,
    replications: spec.replications ?? REPLICATIONS,
    ...time,
    windows: timeline.windows,
    nodes: cluster.nodes,
    proxies: cluster.proxies,
    network: planNetwork(document),
    controlPlane: planControlPlane(document),
    dns: dns?.planned ?? null,
    services: cluster.services.map(({ planned }) => planned),
    workloads: workloads.map((workload, i) => ({ ...workload, calls: graph.calls[i] ?? null })),
    clients,
    autoscalers: planAutoscalers(cluster.autoscalers, around, document),
    disruptionBudgets: planDisruptionBudgets(
      withoutDuplicates(manifests.disruptionBudgets, document.findings),
      around,
      document,
    ),
    timeline: timeline.actions,
    faults: timeline.faults,
    thresholds: planThresholds(
      { windows: timeline.windows, services: cluster.services, clients },
      document,
    ),
  };
  const met = new Set<Draft>([...called].flatMap((service) => service.backends));
  // Until the errors are mended, what seems to be missing may just be mistyped.
  if (document.findings.errors === 0) {
    advisePods({ ...around, met, changes: plan }, document);
  }
  return { plan, document, ignored };
}

const ROWS_MAX = 100_000;
const INTERVAL_ROWS = 100;
const INTERVAL_MIN = 1e6;

function planTime(document: ScenarioDocument): {
  readonly warmUp: Duration;
  readonly duration: Duration;
  readonly interval: Duration;
} {
  const { spec } = document;
  const warmUp = spec.warmUp === undefined ? WARM_UP : durationOf(spec.warmUp);
  const duration = spec.duration === undefined ? DURATION : durationOf(spec.duration);
  const interval = spec.interval === undefined ? niceInterval(duration) : durationOf(spec.interval);
  if (duration === 0) document.error(['spec', 'duration'], 'Invalid', 'must be above 0s');
  // A run goes on for a while after its end, until what was begun is done.
  if (warmUp + duration > TIME_MAX / 2) {
    const longest = formatDuration(TIME_MAX / 2);
    document.error(['spec', 'duration'], 'Invalid', `with the warm-up longer than ${longest}`);
  }
  if (interval === 0 || duration / interval > ROWS_MAX) {
    const message = `leaves more than ${ROWS_MAX} rows of ${formatDuration(duration)}`;
    document.error(['spec', 'interval'], 'Invalid', message);
  }
  return { warmUp, duration, interval };
}

/** The smallest of 1, 2, 5 × 10^k, at least 1 ms, that leaves at most 100 rows. */
export function niceInterval(duration: Duration): Duration {
  for (let power = INTERVAL_MIN; ; power *= 10) {
    for (const step of [1, 2, 5]) {
      if (duration / (step * power) <= INTERVAL_ROWS) return (step * power) as Duration;
    }
  }
}

function planNetwork(document: ScenarioDocument): Plan['network'] {
  const written = document.spec.network;
  if (typeof written === 'string') {
    const hop: Distribution = { kind: 'constant', value: durationOf(written) };
    const hops = { sameNode: hop, sameZone: hop, crossZone: hop, external: hop };
    return { ...hops, podGone: POD_GONE, icmpRateLimit: ICMP_RATE_LIMIT, ...planSyn({}) };
  }
  const hop = (name: 'sameNode' | 'sameZone' | 'crossZone' | 'external'): Distribution =>
    planned(written?.[name], ['spec', 'network', name], document) ?? NETWORK[name];
  const { podGone, synTimeout } = written ?? {};
  if (synTimeout !== undefined && durationOf(synTimeout) === 0) {
    document.error(['spec', 'network', 'synTimeout'], 'Invalid', 'must be above 0s');
  }
  return {
    sameNode: hop('sameNode'),
    sameZone: hop('sameZone'),
    crossZone: hop('crossZone'),
    external: hop('external'),
    podGone: {
      answer: podGone?.answer ?? POD_GONE.answer,
      after: podGone?.after === undefined ? POD_GONE.after : durationOf(podGone.after),
    },
    icmpRateLimit: planIcmpRateLimit(written?.icmpRateLimit, document),
    ...planSyn(written ?? {}),
  };
}

function planIcmpRateLimit(
  written: NetworkInput['icmpRateLimit'],
  document: ScenarioDocument,
): Plan['network']['icmpRateLimit'] {
  if (written === 'none') return null;
  const interval = written?.interval;
  if (interval !== undefined && durationOf(interval) === 0) {
    const path = ['spec', 'network', 'icmpRateLimit', 'interval'];
    document.error(path, 'Invalid', 'must be above 0s', 'icmpRateLimit: none sets no limit');
  }
  return {
    interval: interval === undefined ? ICMP_RATE_LIMIT.interval : durationOf(interval),
    burst: written?.burst ?? ICMP_RATE_LIMIT.burst,
  };
}

function planSyn(
  written: NetworkInput,
): Pick<Plan['network'], 'synRetransmissions' | 'synTimeout'> {
  const { retransmissions, timeout } = synSchedule(
    written.tcpSynRetries ?? TCP_SYN_RETRIES,
    written.tcpSynLinearTimeouts ?? TCP_SYN_LINEAR_TIMEOUTS,
  );
  const { synTimeout } = written;
  return {
    synRetransmissions: retransmissions,
    synTimeout: synTimeout === undefined ? timeout : durationOf(synTimeout),
  };
}

const planned = (
  written: DistributionInput | undefined,
  path: Path,
  document: ScenarioDocument,
): Distribution | undefined =>
  written === undefined ? undefined : planDistribution(written, path, document);

interface PlannedCluster extends Cluster {
  readonly nodes: Plan['nodes'];
  readonly proxies: Plan['proxies'];
  readonly finder: WorkloadFinder;
  /** Services that are names of something else: not in the plan. */
  readonly externalNames: readonly ServiceDraft[];
  readonly ignored: readonly string[];
}

function planCluster(manifests: ClusterManifests, document: ScenarioDocument): PlannedCluster {
  const { findings } = document;
  const addresses = new Addresses();
  const nodeDrafts = planNodes(manifests.nodes, addresses, document);
  const { nodes, proxies } = planProxies(nodeDrafts, manifests.kubeProxies, document);
  const { drafts: own, ignored } = draftWorkloads(withoutDuplicates(manifests.workloads, findings));
  const slices = withoutDuplicates(manifests.slices, findings).map((manifest) => ({
    kind: 'slice' as const,
    name: `endpointslice/${manifest.document.name}`,
    namespace: manifest.document.namespace,
    manifest,
  }));
  const all = planServices(
    withoutDuplicates(manifests.services, findings),
    { workloads: own, slices },
    addresses,
    document,
  );
  const used = new Set<Draft>(all.flatMap(({ backends }) => backends));
  const idle = slices.filter((slice) => !used.has(slice));
  const isAddOn = ({ manifest }: Draft): boolean => isBuiltIn(manifest.document);
  const drafts = [
    ...own.filter((draft) => !isAddOn(draft)),
    ...slices.filter((slice) => used.has(slice)),
    ...own.filter(isAddOn),
  ];
  const finder = new WorkloadFinder(drafts, document);
  const autoscalers = withoutDuplicates(manifests.autoscalers, findings);
  return {
    drafts,
    services: all.filter(({ manifest }) => manifest.type !== 'ExternalName'),
    externalNames: all.filter(({ manifest }) => manifest.type === 'ExternalName'),
    settings: planSettings(finder, document),
    autoscalers: draftAutoscalers(autoscalers, drafts, document),
    nodeIndex: new Map(nodes.map((node, index) => [node.name, index])),
    placement: new Placement(nodes),
    addresses,
    nodes,
    proxies,
    finder,
    ignored: [
      ...ignored,
      ...idle.map(
        ({ manifest }) => `${manifest.document.label}: ${idleReason(manifest.serviceName)}`,
      ),
    ],
  };
}

const idleReason = (service: string): string =>
  service === ''
    ? 'it belongs to no Service'
    : `Service "${service}" is not there, or its selector matches pods`;

/** A workload that answers in no time is rarely what was meant. */
function reportDefaults(
  { settings }: Cluster,
  called: ReadonlySet<ServiceDraft>,
  document: ScenarioDocument,
): void {
  // Until the errors are mended, what seems to be missing may just be mistyped.
  if (document.findings.errors > 0) return;
  const backends = new Map<Draft, ServiceDraft>();
  for (const service of called)
    for (const backend of service.backends) backends.set(backend, service);
  for (const [draft, { planned: service }] of backends) {
    const own = settings.get(draft);
    if (own?.input.serviceTime !== undefined) continue;
    const message = `${draft.name} backs "${service.name}" and has no serviceTime: it is taken as 0s`;
    const hint = `workloads: [{ target: ${draft.name}, serviceTime: 10ms }]`;
    document.warn(['spec', 'workloads'], 'NoEffect', message, hint);
  }
}

/** Fields that cannot change anything yet: a warning where traffic meets them, else a note. */
function reportWithoutEffect(
  drafts: readonly Draft[],
  called: ReadonlySet<ServiceDraft>,
  { findings }: ScenarioDocument,
): readonly string[] {
  const backends = new Set<Draft>([...called].flatMap((service) => service.backends));
  const notes: string[] = [];
  for (const draft of drafts) {
    if (draft.kind === 'slice' || draft.manifest.template.withoutEffect.length === 0) continue;
    const { label } = draft.manifest.document;
    const fields = draft.manifest.template.withoutEffect.join(', ');
    notes.push(`${label}: ${fields}: without effect in this version`);
    if (!backends.has(draft)) continue;
    const span = draft.manifest.span;
    const message = `read, but without effect in this version: ${fields}`;
    findings.warn({ code: 'NoEffect', path: label, span, message });
  }
  return notes;
}
