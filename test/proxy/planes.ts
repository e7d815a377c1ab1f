/** Data planes for tests, and what is put through them. */
import { IPVS_SCHEDULERS, PROXY_MODES } from '../../src/contract/plan.ts';
import type {
  IpvsScheduler,
  PlannedProxy,
  ProxyCosts,
  ProxyMode,
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
import { MODES } from '../../src/proxy/modes.ts';
import { ms, us } from '../world/plans.ts';

/** Fractions of a nanosecond, so that what rounds shows. */
export const COSTS: ProxyCosts = {
  iptables: {
    base: 5000.3,
    perServiceRule: 22.4,
    perEndpointRule: 21.7,
    syncBase: ms(30),
    syncPerService: 1000.4,
  },
  nftables: { base: 6000.6, syncBase: ms(20), syncPerChange: us(50) },
  ipvs: { base: 7000.2, syncBase: ms(1), syncPerChange: ms(1) },
};

export interface PlaneSetup {
  readonly mode: ProxyMode;
  readonly scheduler?: IpvsScheduler;
  readonly services?: number;
  readonly seed?: number;
  readonly node?: string;
}

export function planeOf(setup: PlaneSetup): DataPlane {
  const { mode, scheduler = 'rr', services = 1, seed = 1, node = 'worker-1' } = setup;
  const proxy: PlannedProxy = {
    mode,
    minSyncPeriod: ms(0),
    syncPeriod: ms(30_000),
    burst: 1,
    maxInterval: null,
    fullSyncPeriod: null,
    syncFailure: 0,
    ipvs: { scheduler },
    costs: COSTS,
    otherServices: 0,
    conntrack: { max: null, timeWait: ms(0) },
  };
  return MODES[mode]({
    proxy,
    services,
    picks: RandomStream.open(seed, `node/${node}/pick`),
    chainOrder: RandomStream.open(seed, `node/${node}/chain-order`),
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
};

/** What a node uses where all endpoints are its to use. */
export const usable = (endpoints: readonly Endpoint[]): UsableEndpoints => ({
  endpoints,
  elsewhere: false,
});

/** Rules of PORT with these endpoints. */
export const rulesOf = (plane: DataPlane, endpoints: readonly Endpoint[]): ServiceRules =>
  plane.createRules(PORT, usable(endpoints));

/** A sync in a small cluster in which this many ServicePorts changed, one endpoint each. */
export const syncOf = (changed: number, services: number = 1): SyncWork => ({
  full: false,
  services,
  endpoints: 2 * services,
  changedServices: changed,
  changedEndpoints: changed,
});

let nextPort = 32_768;

/** A flow of client 10.244.1.2, from a port of its own. */
export const newFlow = (): Flow => ({
  sourceIp: 0x0af40102,
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
