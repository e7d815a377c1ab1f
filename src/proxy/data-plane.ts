/**
 * What a kube-proxy mode decides: the contract that every mode keeps, and that
 * test/proxy/contract.ts holds it to.
 *
 * A verdict falls once per connection, on its first packet; conntrack repeats it for the rest. Each
 * node has its own data plane, and each ServicePort on it its own rules and scheduler state, made
 * when the first flow needs them.
 */
import type { Endpoint } from '../kube/endpoint.ts';

/** What became of a first packet. */
export const FORWARDED = 0;
/** Answered with ICMP port unreachable: the client sees ECONNREFUSED at once. */
export const REJECTED = 1;
/** Swallowed: the client sees silence. */
export const DROPPED = 2;
/** No rule matched: routed out of the node, and nobody answers. */
export const UNROUTED = 3;
export type Verdict = typeof FORWARDED | typeof REJECTED | typeof DROPPED | typeof UNROUTED;

/** A connection as a node's data plane sees it. The data plane fills in what it decides. */
export interface Flow {
  /** The endpoint picked; null before a verdict and where there is none. */
  endpoint: Endpoint | null;
  /** What the rules cost the first packet, in whole nanoseconds. */
  proxyCost: number;
  /** The scheduler's own handle for the connection; -1: none. */
  slot: number;
}

/** The rules of one ServicePort on one node. */
export interface ServiceRules {
  /** Decides a new flow at `now` (ns): FORWARDED with `flow.endpoint` and `flow.proxyCost`, or REJECTED. */
  open(flow: Flow, now: number): Verdict;
  /** The flow's connection closes (first FIN or RST seen by the node), or could not be opened. */
  close(flow: Flow, now: number): void;
  /** Puts a new endpoint set in force at `now` (ns): the usable ones, in the order of their addresses. */
  apply(endpoints: readonly Endpoint[], now: number): void;
}

/** One node's data plane. */
export interface DataPlane {
  /** Rules for a ServicePort with these usable endpoints. */
  createRules(endpoints: readonly Endpoint[]): ServiceRules;
  /** A first packet to the ClusterIP of a Service at a port that the Service does not have. */
  readonly unknownPort: Verdict;
  /** A first packet to an address of the service range that no Service has. */
  readonly unknownAddress: Verdict;
  /** Time (ns) that a sync takes which brings `changed` ServicePorts up to date. */
  programmingTime(changed: number): number;
  /** A sync has just ended: the rules were written anew. */
  synced(): void;
}
