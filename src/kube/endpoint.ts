/**
 * Endpoints as EndpointSlices describe them (discovery/v1), and which of them a node uses
 * (pkg/proxy/topology.go).
 */
import type { TrafficPolicy } from './service.ts';

/** One address behind one ServicePort, with its conditions. A snapshot: never changed, only replaced. */
export interface Endpoint {
  /** `ip:port`. */
  readonly address: string;
  /** The address as an unsigned number, and the port. */
  readonly ip: number;
  readonly port: number;
  /** Number of the pod behind it. */
  readonly pod: number;
  /** Number of the node it is on. */
  readonly node: number;
  /** To be used: serving and not terminating, or published whatever it is. */
  readonly ready: boolean;
  /** The pod's Ready condition, whether or not it is terminating. */
  readonly serving: boolean;
  /** The pod has a deletion timestamp. */
  readonly terminating: boolean;
  /** For whom it is meant; null: it has no hints. */
  readonly hints: Hints | null;
}

/** Puts the pods of endpoints in the place of their positions among these, which are the first `count` of `pods`. */
export function fillPods(pods: Int32Array, count: number, endpoints: readonly Endpoint[]): void {
  for (let i = 0; i < count; i++) pods[i] = endpoints[pods[i]!]!.pod;
}

/** For whom an endpoint is meant: zones by name, nodes by number. None of a kind: no hint of that kind. */
export interface Hints {
  readonly zones: readonly string[];
  readonly nodes: readonly number[];
}

/** What one node makes of an endpoint set. */
export interface UsableEndpoints {
  /** Those that take new connections from this node, in the order of their addresses. */
  readonly endpoints: readonly Endpoint[];
  /** Whether there are others which only the traffic policy (Local) rules out. */
  readonly elsewhere: boolean;
}

/** A node as far as it matters to which endpoints it uses. */
export interface Vantage {
  readonly node: number;
  /** Its label topology.kubernetes.io/zone; null: it has none. */
  readonly zone: string | null;
}

/**
 * The endpoints of one ServicePort at one moment, in the order of their addresses, and what nodes make of them.
 *
 * Under the policy Cluster a node uses the ready endpoints, of which hints may leave some; where none is
 * ready, those that are terminating but still serve (KEP-1669). Under Local it uses those of them that are its own.
 * Nodes that come to the same result are given the same object: it is worked out once for all nodes where
 * neither policy nor hints tell nodes apart, else once for each zone or node that has endpoints of its own.
 */
export class EndpointSet {
  /** Counts up with every change of the Service. */
  readonly version: number;
  readonly endpoints: readonly Endpoint[];
  /** What there is to use without hints or policy: nothing where not even one endpoint serves. */
  private readonly all: UsableEndpoints;
  private readonly nothing: UsableEndpoints;
  private readonly hints: HintedEndpoints | null;
  private local: ReadonlyMap<number, UsableEndpoints> | null = null;

  constructor(version: number, endpoints: readonly Endpoint[]) {
    this.version = version;
    this.endpoints = endpoints;
    const ready = endpoints.filter((endpoint) => endpoint.ready);
    const candidates = ready.length > 0 ? ready : endpoints.filter(isFallback);
    this.all = { endpoints: candidates, elsewhere: false };
    this.nothing = { endpoints: [], elsewhere: candidates.length > 0 };
    this.hints = ready.length > 0 && ready[0]!.hints !== null ? new HintedEndpoints(ready) : null;
  }

  /** The endpoints that a node sends new connections to. */
  usable(policy: TrafficPolicy, at: Vantage): UsableEndpoints {
    if (policy === 'Cluster') return this.hints?.of(at) ?? this.all;
    this.local ??= localByNode(this.endpoints);
    return this.local.get(at.node) ?? this.nothing;
  }
}

/** Ready endpoints by the nodes and the zones that they are meant for. */
class HintedEndpoints {
  /** Null where one endpoint without such a hint makes those of all others void. */
  private readonly byNode: ReadonlyMap<number, UsableEndpoints> | null;
  private readonly byZone: ReadonlyMap<string, UsableEndpoints> | null;

  constructor(ready: readonly Endpoint[]) {
    this.byNode = usableBy(ready, (endpoint) => endpoint.hints?.nodes ?? []);
    this.byZone = usableBy(ready, (endpoint) => endpoint.hints?.zones ?? []);
  }

  /** Those meant for the node, else those for its zone; undefined where none is meant for either. */
  of({ node, zone }: Vantage): UsableEndpoints | undefined {
    return this.byNode?.get(node) ?? (zone === null ? undefined : this.byZone?.get(zone));
  }
}

const isFallback = ({ serving, terminating }: Endpoint): boolean => serving && terminating;

/** What nodes make of the endpoints that are their own, where they can use any. */
function localByNode(endpoints: readonly Endpoint[]): ReadonlyMap<number, UsableEndpoints> {
  const local = new Map<number, UsableEndpoints>();
  for (const [node, own] of groupBy(endpoints, (endpoint) => [endpoint.node])) {
    const ready = own.filter((endpoint) => endpoint.ready);
    const usable = ready.length > 0 ? ready : own.filter(isFallback);
    if (usable.length > 0) local.set(node, { endpoints: usable, elsewhere: false });
  }
  return local;
}

function usableBy<K>(
  ready: readonly Endpoint[],
  keysOf: (endpoint: Endpoint) => readonly K[],
): ReadonlyMap<K, UsableEndpoints> | null {
  if (ready.some((endpoint) => keysOf(endpoint).length === 0)) return null;
  const usable = new Map<K, UsableEndpoints>();
  for (const [key, endpoints] of groupBy(ready, keysOf)) {
    usable.set(key, { endpoints, elsewhere: false });
  }
  return usable;
}

function groupBy<K>(
  endpoints: readonly Endpoint[],
  keysOf: (endpoint: Endpoint) => readonly K[],
): Map<K, Endpoint[]> {
  const groups = new Map<K, Endpoint[]>();
  for (const endpoint of endpoints) {
    for (const key of keysOf(endpoint)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [endpoint]);
      // A hint may name the same zone twice.
      else if (group.at(-1) !== endpoint) group.push(endpoint);
    }
  }
  return groups;
}
