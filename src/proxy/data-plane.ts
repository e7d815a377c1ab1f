/**
 * What a kube-proxy mode decides: the contract that every mode keeps, and that
 * test/proxy/contract.ts holds it to.
 *
 * A verdict falls once per flow, on its first packet; conntrack (or, in ipvs, the table of
 * connections) repeats it for the rest. Each node has its own data plane, and each ServicePort on it
 * its own rules, scheduler state and affinity, made when the first flow needs them.
 */
import type { Protocol } from '../contract/plan.ts';
import type { Endpoint, UsableEndpoints } from '../kube/endpoint.ts';

/** What became of a first packet. */
export const FORWARDED = 0;
/** Answered with ICMP port unreachable or RST: the client sees ECONNREFUSED at once. */
export const REJECTED = 1;
/** Swallowed: the client sees silence. */
export const DROPPED = 2;
/** No rule matched: routed out of the node, and nobody answers. */
export const UNROUTED = 3;
export type Verdict = typeof FORWARDED | typeof REJECTED | typeof DROPPED | typeof UNROUTED;

/** How a flow ended, as its node sees it. */
/** The client's FIN came first, then the other side's. */
export const CLOSED_BY_CLIENT = 0;
/** The other side's FIN came first. */
export const CLOSED_BY_SERVER = 1;
/** A RST of either side; also a SYN that was refused by the pod. */
export const RESET = 2;
/** Nobody answered the SYN, or no more datagrams will come: nothing tells the node, its entry runs out. */
export const ABANDONED = 3;
export type FlowEnd =
  typeof CLOSED_BY_CLIENT | typeof CLOSED_BY_SERVER | typeof RESET | typeof ABANDONED;

/** A flow (5-tuple) as a node's data plane sees it. The data plane fills in what it decides. */
export interface Flow {
  /** Source address (IPv4 as an unsigned number) and port. */
  readonly sourceIp: number;
  readonly sourcePort: number;
  /** The endpoint picked; null before a verdict and where there is none. */
  endpoint: Endpoint | null;
  /** What the rules cost the first packet, in whole nanoseconds. */
  proxyCost: number;
  /** The data plane's own handle for the flow; -1: none. */
  slot: number;
  /** When its last packet passed, ns: kept for flows that may be idle for longer than they are remembered. */
  seenAt: number;
}

/** What rules have to choose from for a new flow: for those who explain a verdict. */
export interface Choice {
  /** The endpoints, in the order in which the rules have them. */
  readonly endpoints: readonly Endpoint[];
  /** Session affinity decides: the client has been here. */
  readonly isSticky: boolean;
  /** Of ipvs: what its scheduler goes by, in the order of its list; other modes have none. */
  readonly servers: readonly ServerLoad[];
}

/** A server of ipvs, as its scheduler sees it. */
export interface ServerLoad {
  readonly endpoint: Endpoint | null;
  readonly weight: number;
  /** Connections that are open, and that have ended and are remembered. */
  readonly active: number;
  readonly inactive: number;
}

/**
 * TCP flows of rules that go by nothing but how many flows each server has: opened, and closed by the client after a while, so that no
 * more of a flow has to be kept than the number of its server. Decisions are those of `open` and `close`, as long as no flow lasts
 * longer than the plane's `idleTimeout`, and none comes from a source that the plane still knows from another: see its `memory`.
 */
export interface CountedFlows {
  /** What time it is, ns: written before each call. As an argument it would be a number on the heap. */
  readonly clock: Float64Array;
  /** What the rules cost the flow that was opened last, whole ns. */
  readonly cost: Float64Array;
  /** Servers have gone while there were flows: what became of these is not known. */
  readonly isLost: boolean;
  /** A flow opens: the number of its server; -1: it is not forwarded. */
  open(): number;
  /** The pod of the endpoint that a server is. */
  podOf(server: number): number;
  /** The client has closed a flow of a server. */
  close(server: number): void;
}

/** The rules of one ServicePort on one node. */
export interface ServiceRules {
  /**
   * Decides a new flow at `now` (ns): FORWARDED with `flow.endpoint`, or another verdict with none;
   * `flow.proxyCost` either way.
   */
  open(flow: Flow, now: number): Verdict;
  /**
   * Decides the next `count` flows as `open` would one after the other, where it need not know whose they are, when they
   * come and when they end: writes the pods of their endpoints and what the rules cost them, in whole ns. `ofPods`: endpoints
   * may call themselves. False: it needs to know, and has decided nothing. Without it, `open` is asked for each. No flow may
   * come from a source that the plane still knows from another: see its `memory`.
   */
  openMany?(count: number, pods: Int32Array, costs: Float64Array, ofPods: boolean): boolean;
  /** For flows that are no more than counted; null: the rules go by more than that. Without it, they go by less. */
  counted?(): CountedFlows | null;
  /** What `open` would have to choose from now. It decides nothing, and no later decision is another for it. */
  choice(flow: Flow, now: number): Choice;
  /**
   * A later packet of a forwarded flow passes at `now` (ns). False: the node has forgotten the flow
   * (its entry timed out or was flushed), so that a datagram is decided anew by `open` and a TCP segment is
   * answered with RST. A flow that is forgotten is not closed any more. TCP is asked about only after a silence
   * longer than the plane's `idleTimeout`, which `flow.seenAt` tells; UDP at every datagram.
   */
  passes(flow: Flow, now: number): boolean;
  /** A forwarded flow ends at `now` (ns). */
  close(flow: Flow, now: number, end: FlowEnd): void;
  /** Puts a new endpoint set in force at `now` (ns). */
  apply(usable: UsableEndpoints, now: number): void;
}

/** A ServicePort as a node's data plane is told of it. */
export interface ServicePortFacts {
  /** The virtual address (IPv4 as an unsigned number) and port that clients call. */
  readonly ip: number;
  readonly port: number;
  readonly protocol: Protocol;
  /** sessionAffinity ClientIP with its timeout in ns; null: None. */
  readonly affinity: number | null;
  /** These rules are for what enters the cluster, at a node port or the address of a load balancer. */
  readonly external: boolean;
}

/** What a sync has to write: the programming time of a mode follows from it. */
export interface SyncWork {
  /** Everything is written anew: at the start, after a failure, after a restart, once an hour. */
  readonly full: boolean;
  /** ServicePorts on the node, background ones included, and all their endpoints. */
  readonly services: number;
  readonly endpoints: number;
  /** ServicePorts that changed since the last sync, and endpoints that came or went in them. */
  readonly changedServices: number;
  readonly changedEndpoints: number;
}

/** One node's data plane. */
export interface DataPlane {
  /** Rules for a ServicePort with these usable endpoints. */
  createRules(port: ServicePortFacts, usable: UsableEndpoints): ServiceRules;
  /** A first packet to the ClusterIP of a Service at a port that the Service does not have. */
  readonly unknownPort: Verdict;
  /** A first packet to an address of the service range that no Service has. */
  readonly unknownAddress: Verdict;
  /**
   * Whether conntrack remembers its verdicts: UDP flows end by conntrack's timeouts then, and kube-proxy deletes those
   * of endpoints that no longer serve. Otherwise `passes` knows.
   */
  readonly usesConntrack: boolean;
  /** Whether what a pod sends is decided at its socket, which alone remembers that: the next one on the same port is decided anew. */
  readonly decidesAtConnect: boolean;
  /** Whether rejections are ICMP errors, of which a node does not send many; otherwise connect() fails by itself. */
  readonly rejectsByIcmp: boolean;
  /** The shortest silence (ns) after which it forgets a TCP flow; Infinity: it has no memory of its own. */
  readonly idleTimeout: number;
  /**
   * For how long (ns) after a TCP flow was closed it may still go by it, if another comes from the same source; 0: it has no memory
   * of its own.
   */
  readonly memory: number;
  /** Whether rules without session affinity have to be told of each flow and of its end. */
  readonly followsFlows: boolean;
  /** What the rules cost a first packet, in whole ns, that goes to an address which is not a Service's. */
  costOfMiss(): number;
  /** Time (ns) that a sync takes which does this work. */
  programmingTime(work: SyncWork): number;
  /** A sync has just ended: the rules were written anew. */
  synced(): void;
}
