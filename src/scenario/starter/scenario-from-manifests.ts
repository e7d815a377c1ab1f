/**
 * Manifests → the text of a scenario for what is in them. What they do not say is assumed, and each assumption
 * is marked where it stands. The loader has the last word on the text: whoever writes it loads it first.
 */
import { isClusterDns } from '../manifests/cluster-dns.ts';
import type { Draft } from '../plan/workload-drafts.ts';
import type { ServiceDraft } from '../plan/services.ts';
import { assumedConcurrency, assumedRates, rateText, SERVICE_MS } from './assumed-load.ts';
import { commented, scalar } from './scalar.ts';
import { scenarioHead } from './scenario-head.ts';
import { starterClients } from './starter-clients.ts';
import type { StarterClient, StarterClients } from './starter-clients.ts';
import { podsOf } from './survey.ts';
import type { Survey } from './survey.ts';

/** Nodes where none are known: a small cluster over three zones, and more where its pods would not fit. */
const NODES_MIN = 3;
const NODES_MAX = 5000;
const NODE_CORES = 4;
const PODS_PER_NODE = 20;
/** Client pods where nobody says who calls. */
const CALLERS = 3;
/** Under session affinity each caller meets one pod only: few callers would leave pods without any. */
const CALLERS_PER_POD = 4;
const CALLERS_MAX = 200;

/** Null: no Service among them has anything behind it that could be called. */
export function scenarioFromManifests(survey: Survey, include: readonly string[]): string | null {
  const { clients, uncalled } = starterClients(survey);
  if (clients.length === 0) return null;
  const called = clients.map(({ service }) => service);
  const rates = assumedRates(called, survey.autoscalers);
  const name = called[0]!.planned.name;
  return [
    scenarioHead(name, question(called)).trimEnd(),
    ...notes(uncalled),
    'spec:',
    '  seed: 42',
    '  replications: 3               # independent runs: how far chance moves the numbers',
    '  warmUp: 5s                    # simulated, not measured',
    '  duration: 1m                  # measured',
    '  include:                      # the manifests, as they are',
    ...include.map((file) => `    - ${scalar(file)}`),
    ...nodeLines(survey),
    ...dnsLines(survey),
    ...metricLines(survey),
    ...workloadLines(called, survey),
    '  clients:                      # the rates are assumptions: a third of what the pods are assumed to bear',
    ...clients.flatMap((client, index) => clientLines(client, rates[index]!, survey)),
    ...thresholdLines(),
    ...variantLines(called, survey),
    '',
  ].join('\n');
}

function question(called: readonly ServiceDraft[]): string {
  const names = [...new Set(called.map(({ planned }) => planned.name))];
  const others = names.length - 2;
  const list =
    others > 0 ? `${names.slice(0, 2).join(', ')} and ${others} more` : names.join(' and ');
  return `What do callers of ${list} see${isProxied(called) ? ', in each mode of kube-proxy' : ''}?`;
}

/** Whether anything that is called has a ClusterIP, which is kube-proxy's to translate. */
const isProxied = (called: readonly ServiceDraft[]): boolean =>
  called.some(({ planned }) => planned.clusterIP !== null);

function notes(uncalled: StarterClients['uncalled']): string[] {
  const lines = uncalled.map(
    ({ service, why }) => `#   ${commented(labelOf(service))}: ${commented(why)}`,
  );
  return lines.length === 0 ? [] : ['# Services without a client:', ...lines];
}

const labelOf = ({ planned }: ServiceDraft): string => `${planned.namespace}/${planned.name}`;

function nodeLines({ hasNodes, nodeNames, workloads }: Survey): string[] {
  if (hasNodes) return [];
  if (nodeNames.length > 0) {
    return [
      '  nodes:                        # those that pods are on; their cores and zones are not known',
      ...nodeNames.map((name) => `    - { name: ${scalar(name)}, cpu: ${NODE_CORES} }`),
    ];
  }
  const pods = workloads.map((draft) => {
    const requests = draft.manifest.template.containers.map(({ cpuRequest }) => cpuRequest ?? 0);
    return { count: podsOf(draft), cores: requests.reduce((sum, cores) => sum + cores, 0) };
  });
  const count = pods.reduce((sum, each) => sum + each.count, 0);
  const cores = pods.reduce((sum, each) => sum + each.count * each.cores, 0);
  const cpu = Math.max(NODE_CORES, Math.ceil(Math.max(0, ...pods.map((each) => each.cores))));
  const wanted = Math.max(NODES_MIN, Math.ceil(count / PODS_PER_NODE), Math.ceil(cores / cpu));
  const nodes = Math.min(NODES_MAX, wanted);
  return [
    '  nodes:                        # assumed: no Node is among the manifests',
    `    - { namePrefix: worker, count: ${nodes}, zones: [zone-a, zone-b, zone-c], cpu: ${cpu} }`,
  ];
}

/** Where the Service of the cluster's DNS is among the manifests and what answers for it is not. */
function dnsLines({ services }: Survey): string[] {
  const dns = services.find(({ manifest }) => isClusterDns(manifest.document));
  if (dns === undefined || dns.backends.some((backend) => podsOf(backend) > 0)) return [];
  if (dns.backends.length === 0) return [];
  return ['  dns: { enabled: false }       # its pods are not up in these manifests'];
}

/** Metrics of pods by which autoscalers scale, of which only the simulator's own can be measured. */
function metricLines({ autoscalers }: Survey): string[] {
  const names = autoscalers.flatMap(({ metrics }) =>
    metrics.flatMap((metric) => (metric.kind === 'pods' ? [metric.name] : [])),
  );
  if (names.length === 0) return [];
  return [
    '  controlPlane:                 # what the metrics of autoscalers stand for: assumed',
    '    autoscaling:',
    '      metrics:',
    ...[...new Set(names)].map((name) => `        ${scalar(name)}: RequestsPerSecond`),
  ];
}

function workloadLines(called: readonly ServiceDraft[], survey: Survey): string[] {
  const met = new Set<Draft>(called.flatMap(({ backends }) => backends));
  const lines = [
    '  workloads:                    # how the pods behave, of which manifests say nothing',
  ];
  for (const draft of survey.backends) {
    if (!met.has(draft)) continue;
    const concurrency = assumedConcurrency(draft);
    const reason =
      concurrency === 1
        ? 'assumed: requests that a pod serves at once'
        : 'assumed: one request for each core of its CPU limit';
    lines.push(
      `    - target: ${scalar(referenceTo(draft, survey))}`,
      `      serviceTime: { exponential: { mean: ${SERVICE_MS}ms } }   # assumed: measure it, svcsim import reads logs`,
      `      concurrency: ${concurrency}            # ${reason}`,
    );
  }
  return lines;
}

/** With the namespace where names repeat. */
function referenceTo(draft: Draft, { workloads, backends }: Survey): string {
  const all = new Set<Draft>([...workloads, ...backends]);
  const namesakes = [...all].filter(({ name }) => name === draft.name);
  return namesakes.length > 1 ? draft.name.replace('/', `/${draft.namespace}/`) : draft.name;
}

function clientLines(
  { name, service, target, way, why }: StarterClient,
  rate: number,
  survey: Survey,
): string[] {
  const lines = [`    - name: ${scalar(name)}   # ${commented(why)}`];
  switch (way.kind) {
    case 'from':
      lines.push(`      from: ${scalar(referenceTo(way.workload, survey))}`);
      break;
    case 'ingress':
      lines.push(
        '      external: true',
        `      via: { ingress: ${scalar(referenceTo(way.workload, survey))} }`,
      );
      break;
    case 'NodePort':
    case 'LoadBalancer':
      lines.push('      external: true', `      via: ${way.kind}`, ...replicas(service));
      break;
    case 'pods':
      lines.push(...replicas(service));
  }
  const isUdp = target.startsWith('udp:');
  lines.push(
    `      target: ${target}`,
    `      arrival: { poisson: { rate: ${rateText(rate)} } }`,
    ...(isUdp ? [] : ['      connectTimeout: 1s']),
    '      timeout: 2s',
  );
  return lines;
}

function replicas({ planned, backends }: ServiceDraft): string[] {
  const pods = backends.reduce((sum, backend) => sum + podsOf(backend), 0);
  const sticky = planned.sessionAffinity !== null;
  const count = sticky ? Math.min(CALLERS_MAX, Math.max(CALLERS, CALLERS_PER_POD * pods)) : CALLERS;
  return [`      replicas: ${count}`];
}

const thresholdLines = (): string[] => [
  '  thresholds:                   # what must hold; a miss makes the exit status 10',
  '    - latency.p99 < 250ms',
  '    - errors.ratio < 0.1%',
];

/** The mode that the cluster runs comes first: the others are compared with it. */
function variantLines(called: readonly ServiceDraft[], { kubeProxy }: Survey): string[] {
  if (!isProxied(called)) {
    return [
      '  # No variants: clients of headless Services pick a pod themselves, without kube-proxy.',
    ];
  }
  const modes = ['iptables', 'nftables', 'ipvs'];
  const own = kubeProxy?.mode ?? 'iptables';
  const ordered = modes.includes(own) ? [own, ...modes.filter((mode) => mode !== own)] : modes;
  return [
    '  variants:                     # what is compared; the first is the reference',
    ...ordered.map((mode) => `    - { name: ${mode}, set: { proxy.mode: ${mode} } }`),
  ];
}
