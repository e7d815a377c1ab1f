/**
 * Endpoints as EndpointSlices describe them, and which of them a node uses.
 *
 * Left out: hints, traffic policies other than Cluster.
 */

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
  /** Serving and not terminating. */
  readonly ready: boolean;
  /** The pod's Ready condition, whether or not it is terminating. */
  readonly serving: boolean;
  /** The pod has a deletion timestamp. */
  readonly terminating: boolean;
}

/** The endpoints of one ServicePort at one moment, in the order of their addresses. */
export interface EndpointSet {
  /** Counts up with every change of the Service. */
  readonly version: number;
  readonly endpoints: readonly Endpoint[];
}

/** What one node makes of an endpoint set. */
export interface UsableEndpoints {
  /** Those that take new connections from this node, in the order of their addresses. */
  readonly endpoints: readonly Endpoint[];
  /** Whether there are others which only the traffic policy (Local) rules out. */
  readonly elsewhere: boolean;
}

/**
 * The endpoints that kube-proxy sends new connections to under traffic policy Cluster: the ready
 * ones; if there are none, those that are terminating but still serving (KEP-1669,
 * pkg/proxy/topology.go).
 */
export function usableEndpoints(endpoints: readonly Endpoint[]): UsableEndpoints {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  if (ready.length > 0) return { endpoints: ready, elsewhere: false };
  const fallback = endpoints.filter((endpoint) => endpoint.serving && endpoint.terminating);
  return { endpoints: fallback, elsewhere: false };
}
