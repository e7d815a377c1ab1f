/**
 * Which runs are quiet enough for the express lane: those in which every request makes one attempt, over a
 * TCP connection of its own, to a pod that serves from the start of the run to its end.
 *
 * A fact of the plan that this file does not know speaks against it, unless it is null or empty: whoever
 * adds one says here what it means to the lane.
 */
import type { Distribution, Plan, PlannedClient, PlannedWorkload } from '../../contract/plan.ts';
import type { RunOptions } from '../../contract/result.ts';

/** Clients at most: the lane looks at all of them for the next arrival. */
const CLIENTS_MAX = 16;

type Facts<T> = { readonly [K in keyof T]?: (value: T[K]) => boolean };

const any = (): boolean => true;
const isNull = (value: unknown): boolean => value === null;
const isOneOf =
  (...known: readonly unknown[]) =>
  (value: unknown): boolean =>
    known.includes(value);

const isConstant = ({ kind }: Distribution): boolean => kind === 'constant';

const PLAN: Facts<Plan> = {
  scenario: any,
  question: any,
  variant: any,
  seed: any,
  replications: any,
  warmUp: any,
  duration: any,
  interval: any,
  windows: any,
  nodes: any,
  proxies: (proxies) =>
    proxies.every(({ mode }) => ['iptables', 'nftables', 'ipvs', 'ebpf'].includes(mode)),
  network: (network) =>
    holds(network, {
      // What is under way must be known: see isQuiet.
      sameNode: isConstant,
      sameZone: isConstant,
      crossZone: any,
      external: any,
      podGone: any,
      synTimeout: any,
      // No SYN is lost and nobody refused: where rules do not forward, the lane gives up.
      synRetransmissions: any,
      icmpRateLimit: any,
    }),
  controlPlane: any,
  dns: any,
  services: any,
  workloads: any,
  clients: (clients) =>
    clients.length <= CLIENTS_MAX && clients.every((client) => holds(client, CLIENT)),
  timeline: (timeline) => timeline.length === 0,
  disruptionBudgets: any,
  thresholds: any,
};

const WORKLOAD: Facts<PlannedWorkload> = {
  name: any,
  namespace: any,
  pods: any,
  controller: any,
  podNamePrefix: any,
  memberships: any,
  serviceTime: any,
  concurrency: any,
  queueLimit: isNull,
  errorRate: isOneOf(0),
  startUp: any,
  preStop: any,
  terminationGracePeriod: any,
  // Without CPU limits to share nobody waits for a core.
  cpuShare: isOneOf(0),
  cpuRequest: any,
  cpuLimit: any,
  imagePull: any,
  warmUp: any,
  onTerminate: any,
  spread: any,
  probes: (probes) =>
    holds(probes, { readiness: isNull, liveness: isNull, startup: isNull, readyWithoutProbe: any }),
  readinessFlap: isNull,
  crash: isNull,
};

const TARGET: Facts<Extract<PlannedClient['target'], { kind: 'servicePort' }>> = {
  kind: any,
  service: any,
  port: any,
};

const CLIENT: Facts<PlannedClient> = {
  protocol: isOneOf('TCP'),
  name: any,
  replicas: (replicas) => replicas.every(({ node }) => node !== null),
  target: (target) => target.kind === 'servicePort' && holds(target, TARGET),
  arrival: ({ kind }) =>
    ['poisson', 'constant', 'steps', 'ramp', 'daily', 'renewal', 'onOff'].includes(kind),
  connection: (connection) => holds(connection, { mode: isOneOf('PerRequest') }),
  connectTimeout: isNull,
  timeout: isNull,
  retry: isNull,
  resolver: any,
  ports: any,
};

/** Whether the express lane can try this run. It may still give up on the way. */
export function isQuiet(plan: Plan, options: RunOptions): boolean {
  const records =
    options.recordConnections === true ||
    options.recordRequests === true ||
    options.slowest !== undefined ||
    options.trace !== undefined;
  return (
    !records &&
    holds(plan, PLAN) &&
    (isConstant(plan.network.crossZone) || !hasZones(plan)) &&
    plan.clients.every((client) => callsQuietly(plan, client))
  );
}

/** Whether there is more than one zone. */
function hasZones({ nodes }: Plan): boolean {
  return new Set(nodes.map(({ zone }) => zone).filter((zone) => zone !== null)).size > 1;
}

/** Over TCP, and pods that serve all the time, of which there are some. */
function callsQuietly({ services, workloads }: Plan, { target }: PlannedClient): boolean {
  if (target.kind !== 'servicePort') return false;
  const { clusterIP, ports } = services[target.service];
  if (clusterIP === null || ports[target.port].protocol !== 'TCP') return false;
  const behind = workloads.filter(({ memberships }) =>
    memberships.some(({ service }) => service === target.service),
  );
  return behind.length > 0 && behind.every((workload) => holds(workload, WORKLOAD));
}

function holds<T extends object>(value: T, facts: Facts<T>): boolean {
  // The order of the keys does not matter: every fact must hold.
  return (Reflect.ownKeys(value) as (keyof T)[]).every((key) =>
    (facts[key] ?? isUnused)(value[key]),
  );
}

function isUnused(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
