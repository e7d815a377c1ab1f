import type { Duration, Instant } from '../../src/base/time.ts';
import type { Plan, PlannedClient, ProxyMode, Threshold } from '../../src/contract/plan.ts';
import { CONNTRACK_TIMEOUTS, CONTROL_PLANE, DEPLOYMENT } from '../../src/scenario/defaults.ts';
import {
  FREE,
  MODE_SETTINGS,
  PLAIN_CLIENT,
  PLAIN_CONTAINER,
  PLAIN_SERVICE,
} from '../world/plans.ts';

const ms = (value: number): Duration => (value * 1e6) as Duration;

/** What a test may want to be different from the small plan. */
export interface SmallPlan {
  readonly variant?: string;
  readonly mode?: ProxyMode;
  readonly seed?: number;
  readonly replications?: number;
  readonly pods?: number;
  /** Requests per second. */
  readonly rate?: number;
  /** Seconds. */
  readonly duration?: number;
  readonly thresholds?: readonly Threshold[];
  readonly clients?: readonly string[];
}

const client = (name: string, index: number, rate: number): PlannedClient => ({
  ...PLAIN_CLIENT,
  name,
  replicas: [{ ip: `10.244.9.${index + 1}`, node: 0 }],
  arrival: { kind: 'poisson', rate },
});

/** One Service in front of a few pods on one node, called by a poisson client: an open queue that is 60 % busy. */
export function smallPlan(options: SmallPlan = {}): Plan {
  const { variant = 'default', mode = 'iptables', seed = 42, replications = 1, pods = 3 } = options;
  const { rate = 180, duration = 5, thresholds = [], clients = ['web'] } = options;
  const length = ms(duration * 1000);
  return {
    scenario: 'small',
    question: 'How long does a request take?',
    variant,
    seed,
    replications,
    warmUp: ms(0),
    duration: length,
    interval: ms(1000),
    windows: [{ name: 'all', from: 0 as Instant, to: length as number as Instant }],
    nodes: [
      {
        name: 'node-1',
        ip: '172.18.0.2',
        zone: null,
        cpu: 4,
        unschedulable: false,
        proxy: 0,
      },
    ],
    proxies: [
      {
        mode,
        minSyncPeriod: ms(1000),
        syncPeriod: ms(30_000),
        burst: 2,
        maxInterval: null,
        fullSyncPeriod: null,
        syncFailure: 0,
        ...MODE_SETTINGS,
        costs: FREE,
        conntrack: { max: null, ...CONNTRACK_TIMEOUTS },
      },
    ],
    network: {
      sameNode: { kind: 'constant', value: ms(0) },
      sameZone: { kind: 'constant', value: ms(0) },
      crossZone: { kind: 'constant', value: ms(0) },
      external: { kind: 'constant', value: ms(0) },
      podGone: { answer: 'unreachable', after: ms(3000) },
      synRetransmissions: [],
      synTimeout: ms(127_000),
      icmpRateLimit: null,
    },
    controlPlane: {
      ...CONTROL_PLANE,
      kubelet: { kind: 'constant', value: ms(10) },
      endpointSlice: { kind: 'constant', value: ms(10) },
      watch: { kind: 'constant', value: ms(10) },
    },
    dns: null,
    services: [
      {
        name: 'backend',
        namespace: 'default',
        label: 'backend',
        clusterIP: '10.96.0.10',
        ports: [{ name: '', port: 80, protocol: 'TCP', nodePort: null }],
        ...PLAIN_SERVICE,
      },
    ],
    workloads: [
      {
        name: 'deployment/backend',
        namespace: 'default',
        pods: Array.from({ length: pods }, (_, index) => ({
          name: `backend-${index}`,
          ip: `10.244.0.${index + 1}`,
          node: 0,
          ready: true,
          terminating: false,
          hints: null,
        })),
        controller: DEPLOYMENT,
        podNamePrefix: 'backend-',
        memberships: [{ service: 0, targetPorts: [8080] }],
        calls: null,
        serviceTime: { kind: 'exponential', mean: ms(10) },
        concurrency: 1,
        queueLimit: null,
        shedding: null,
        backlog: null,
        errorRate: 0,
        startUp: { kind: 'constant', value: ms(1000) },
        preStop: ms(0),
        terminationGracePeriod: ms(30_000),
        ...PLAIN_CONTAINER,
        readinessFlap: null,
        crash: null,
      },
    ],
    clients: clients.map((name, index) => client(name, index, rate / clients.length)),
    autoscalers: [],
    disruptionBudgets: [],
    timeline: [],
    faults: [],
    thresholds,
  };
}

/** A threshold over everything in the window `all`. */
export const threshold = (
  expr: string,
  parts: Pick<Threshold, 'metric' | 'operator' | 'value'> & Partial<Threshold>,
): Threshold => ({
  expr,
  during: 'all',
  client: null,
  service: null,
  severity: 'Fail',
  ...parts,
});
