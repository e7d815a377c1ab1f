/** Data planes for tests, and what is put through them. */
import { IPVS_SCHEDULERS, PROXY_MODES } from '../../src/contract/plan.ts';
import type {
  Distribution,
  IpvsOrder,
  IpvsScheduler,
  PlannedProxy,
  ProxyCosts,
  ProxyMode,
  SyncCosts,
} from '../../src/contract/plan.ts';
import { RandomStream } from '../../src/engine/random.ts';
import type { Endpoint, UsableEndpoints } from '../../src/kube/endpoint.ts';
import { CLOSED_BY_CLIENT, FORWARDED } from '../../src/proxy/data-plane.ts';
import type {
  DataPlane,
  Flow,
  ServicePortFacts,
  ServiceRules,
  SyncWork,
} from '../../src/proxy/data-plane.ts';
import { CONNTRACK_TIMEOUTS } from '../../src/scenario/defaults.ts';
import { MODES } from '../../src/proxy/modes.ts';
import { FREE, FREE_SYNC, ipvsOf, MODE_SETTINGS, ms, us } from '../world/plans.ts';

const partialSync: SyncCosts = {
  ...FREE_SYNC,
  base: ms(20),
  perService: 1000.4,
  perChangedService: us(50),
};
const syncs = { fullSync: { ...partialSync, base: ms(30) }, partialSync };

/** The same for every rule, whatever the caches hold; fractions of a nanosecond, so that what rounds shows. */
export const COSTS: {
  readonly [M in ProxyMode]: ProxyCosts[M] & {
    readonly base: Extract<Distribution, { readonly kind: 'constant' }>;
  };
} = {
  iptables: {
    ...FREE.iptables,
    ...syncs,
    base: { kind: 'constant', value: us(5) },
    perServiceRule: 22.4,
    perServiceRuleCold: 22.4,
    perServiceRuleColdFirst: 22.4,
    perEndpointRule: 21.7,
    perAffinityRule: 181.3,
    perAffinityEndpoint: 4.7,
    masquerade: us(1),
  },
  nftables: {
    ...syncs,
    base: { kind: 'constant', value: us(6) },
    perAffinityRule: 69.4,
    masquerade: us(1),
  },
  ipvs: { ...syncs, base: { kind: 'constant', value: us(7) } },
  ebpf: { ...syncs, base: { kind: 'constant', value: us(1) } },
};

export interface PlaneSetup {
  readonly mode: ProxyMode;
  readonly scheduler?: IpvsScheduler;
  readonly order?: IpvsOrder;
  readonly services?: number;
  readonly seed?: number;
  readonly node?: string;
  readonly proxy?: Partial<PlannedProxy>;
}

export function planeOf(setup: PlaneSetup): DataPlane {
  const {
    mode,
    scheduler = 'rr',
    order = 'sorted',
    services = 1,
    seed = 1,
    node = 'worker-1',
  } = setup;
  const proxy: PlannedProxy = {
    mode,
    minSyncPeriod: ms(0),
    syncPeriod: ms(30_000),
    burst: 1,
    maxInterval: null,
    fullSyncPeriod: null,
    syncFailure: 0,
    ...MODE_SETTINGS,
    ipvs: { ...ipvsOf(scheduler), order },
    costs: COSTS,
    conntrack: { max: null, ...CONNTRACK_TIMEOUTS },
    ...setup.proxy,
  };
  return MODES[mode]({
    proxy,
    services,
    picks: RandomStream.open(seed, `node/${node}/pick`),
    chainOrder: RandomStream.open(seed, `node/${node}/chain-order`),
    firstPackets: RandomStream.open(seed, `node/${node}/first-packet`),
    caches: RandomStream.open(seed, `node/${node}/cache`),
  });
}

/** Every mode, and IPVS with every scheduler. */
export const ALL_PLANES: readonly PlaneSetup[] = PROXY_MODES.flatMap((mode): PlaneSetup[] =>
  mode === 'ipvs' ? IPVS_SCHEDULERS.map((scheduler) => ({ mode, scheduler })) : [{ mode }],
);

export const nameOf = ({ mode, scheduler }: PlaneSetup): string =>
  scheduler === undefined ? mode : `${mode} ${scheduler}`;

/** Usable endpoints of the pods with these numbers, in the order of their addresses. */
export function endpointsOf(...pods: readonly number[]): Endpoint[] {
  const endpoints = pods.map((pod) => ({
    address: `10.244.0.${100 + pod}:8080`,
    ip: 0x0af40064 + pod,
    port: 8080,
    pod,
    node: 0,
    ready: true,
    serving: true,
    terminating: false,
    hints: null,
  }));
  return endpoints.sort((a, b) => a.pod - b.pod);
}

/** Endpoints 0 to `count` - 1. */
export const manyEndpoints = (count: number): Endpoint[] =>
  endpointsOf(...Array.from({ length: count }, (_, pod) => pod));

/** A ServicePort without session affinity: 10.96.0.1:80. */
export const PORT: ServicePortFacts = {
  ip: 0x0a600001,
  port: 80,
  protocol: 'TCP',
  affinity: null,
  external: false,
};

/** What a node uses where all endpoints are its to use. */
export const usable = (endpoints: readonly Endpoint[]): UsableEndpoints => ({
  endpoints,
  elsewhere: false,
});

/** Rules of PORT with these endpoints. */
export const rulesOf = (plane: DataPlane, endpoints: readonly Endpoint[]): ServiceRules =>
  plane.createRules(PORT, usable(endpoints));

/** Rules of PORT with sessionAffinity ClientIP and this timeout in ns. */
export const stickyRules = (
  plane: DataPlane,
  endpoints: readonly Endpoint[],
  timeout: number,
): ServiceRules => plane.createRules({ ...PORT, affinity: timeout }, usable(endpoints));

/** A sync in a small cluster in which this many ServicePorts changed, one endpoint each. */
export const syncOf = (changed: number, services: number = 1): SyncWork => ({
  full: false,
  services,
  endpoints: 2 * services,
  changedServices: changed,
  changedEndpoints: changed,
});

let nextPort = 32_768;

/** A flow of client 10.244.1.2 or another, from a port of its own. */
export const newFlow = (sourceIp: number = 0x0af40102): Flow => ({
  sourceIp,
  sourcePort: nextPort++,
  endpoint: null,
  proxyCost: -1,
  slot: -1,
  seenAt: 0,
});

/** Opens a flow; the pod that it went to, -1 where it was refused. */
export function pick(rules: ServiceRules, flow: Flow = newFlow(), now: number = 0): number {
  return rules.open(flow, now) === FORWARDED ? flow.endpoint!.pod : -1;
}

/** The pods that `count` flows went to, one after the other, each open for no time. */
export function picks(rules: ServiceRules, count: number): number[] {
  return Array.from({ length: count }, () => {
    const flow = newFlow();
    const pod = pick(rules, flow);
    if (pod >= 0) rules.close(flow, 0, CLOSED_BY_CLIENT);
    return pod;
  });
}

/** How often each of `pods` pods was picked. */
export function countsOf(picked: readonly number[], pods: number): number[] {
  const counts = new Array<number>(pods).fill(0);
  for (const pod of picked) counts[pod]!++;
  return counts;
}
