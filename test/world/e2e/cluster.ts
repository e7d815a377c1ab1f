/**
 * Small clusters written as users write them, for the scenarios of Kubernetes' own end-to-end tests
 * (k8s test/e2e/network): manifests and a scenario in, what clients met out. Nothing on the way takes time but
 * the network; each change of a pod is on all nodes 30 ms later.
 */
import { PROXY_MODES } from '../../../src/contract/plan.ts';
import type { Plan, ProxyMode } from '../../../src/contract/plan.ts';
import { loaded } from '../../scenario/memory-reader.ts';
import { record } from '../recorded.ts';
import type { Recorded } from '../recorded.ts';

export const ALL_MODES: readonly ProxyMode[] = PROXY_MODES;

export interface PodSpec {
  readonly name: string;
  readonly node: string;
  readonly app?: string;
  readonly ready?: boolean;
  /** Failed: it has been evicted. */
  readonly phase?: 'Running' | 'Failed';
}

/** A pod that goes on serving for 100 s after its deletion. */
export const pod = ({
  name,
  node,
  app = 'web',
  ready = true,
  phase = 'Running',
}: PodSpec): string => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: ${app} } }
spec:
  nodeName: ${node}
  terminationGracePeriodSeconds: 100
  containers: [{ name: main, ports: [{ name: http, containerPort: 8080 }, { name: admin, containerPort: 9090 }], lifecycle: { preStop: { sleep: { seconds: 90 } } } }]
status: { phase: ${phase}, conditions: [{ type: Ready, status: "${ready ? 'True' : 'False'}" }] }
`;

/** A Service of port 80, which its pods have at 8080. `spec`: further lines of its spec. */
export const service = (
  spec: readonly string[] = [],
  name: string = 'web',
  app: string = 'web',
): string => `---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec:
  selector: { app: ${app} }
  ports: [{ name: http, port: 80, targetPort: http }]
${spec.map((line) => `  ${line}\n`).join('')}`;

export interface ClusterSpec {
  readonly manifests: readonly string[];
  readonly mode?: ProxyMode;
  readonly nodes?: string;
  /** Further lines of clients[0], or several clients whole. */
  readonly client?: readonly string[];
  readonly clients?: readonly string[];
  readonly timeline?: readonly string[];
  readonly dns?: string;
  /** As written: what takes time on the way of a change. */
  readonly controlPlane?: string;
  /** As written: what is said of the pods of a target. */
  readonly workloads?: readonly string[];
  /** In seconds. */
  readonly duration?: number;
}

/** Three nodes; a client that makes a connection every 100 ms and waits a second for it. */
export const run = (spec: ClusterSpec, seed: number = 1): Recorded => record(planOf(spec), seed);

export function planOf(spec: ClusterSpec): Plan {
  const { mode = 'iptables', duration = 10, timeline = [], client = [] } = spec;
  const { nodes = '[{ namePrefix: node, count: 3 }]' } = spec;
  const { controlPlane = '{ kubelet: 10ms, endpointSlice: 10ms, watch: 10ms }' } = spec;
  const clients = spec.clients ?? [clientOf('client', client)];
  const text = `apiVersion: svcsim/v1alpha1
kind: Scenario
metadata: { name: e2e }
spec:
  duration: ${duration}s
  nodes: ${nodes}
  network: { sameNode: 100us, sameZone: 100us, crossZone: 100us, external: 100us, icmpRateLimit: none }
  dns: ${spec.dns ?? '{ enabled: false }'}
  proxy: { mode: ${mode}, minSyncPeriod: 0s, costs: none, conntrack: none }
  controlPlane: ${controlPlane}
  workloads: [${(spec.workloads ?? []).join(', ')}]
  clients:
${clients.join('')}  timeline: [${timeline.join(', ')}]
${spec.manifests.join('')}`;
  return loaded(text).base;
}

/** A client; what it says twice counts as it is said last. */
export function clientOf(name: string, lines: readonly string[] = []): string {
  const said = new Map<string, string>();
  const defaults = [
    `name: ${name}`,
    'target: http://web',
    'arrival: { constant: { rate: 10/s } }',
    'connectTimeout: 1s',
    'ports: none',
  ];
  for (const line of [...defaults, ...lines]) said.set(line.slice(0, line.indexOf(':')), line);
  return [...said.values()].map((line, i) => `    ${i === 0 ? '- ' : '  '}${line}\n`).join('');
}

/** Pods by how many connections they were given between two moments (s); failures by their cause. */
export function met(
  { requests }: Recorded,
  from: number = 0,
  to: number = Infinity,
  client: string = 'client',
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { issuedNs, pod: server, outcome, client: caller } of requests) {
    if (issuedNs < from * 1e9 || issuedNs >= to * 1e9 || caller !== client) continue;
    const key = outcome === 'ok' ? server : outcome;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** Who served, or why nobody did, between two moments (s). */
export const whoServed = (
  result: Recorded,
  from: number = 0,
  to: number = Infinity,
  client: string = 'client',
): string[] => Object.keys(met(result, from, to, client)).sort();
