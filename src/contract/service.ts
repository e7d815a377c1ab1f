/** Services in the plan, and the ways to them. Indices are into the plan's arrays. */
import type { Duration } from '../base/time.ts';
import type { TopologyMode, TrafficPolicy } from '../kube/service.ts';
import type { Distribution } from './distribution.ts';
import type { PlannedRouting } from './traffic/mesh.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** A ServicePort. Where it is sent to is each workload's business: see PlannedMembership. */
export interface PlannedPort {
  /** Empty where the Service has a single unnamed port. */
  readonly name: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** Where the Service is reached on every node; null: nowhere (type ClusterIP). */
  readonly nodePort: number | null;
}

/** A Service: names as in its spec. */
export interface PlannedService {
  readonly name: string;
  readonly namespace: string;
  /** Its name in results: `name`, or `name.namespace` where Services of several namespaces share the name. */
  readonly label: string;
  /** null: headless. */
  readonly clusterIP: string | null;
  readonly ports: readonly PlannedPort[];
  readonly publishNotReadyAddresses: boolean;
  /** Timeout of sessionAffinity ClientIP; null: None. */
  readonly sessionAffinity: Duration | null;
  readonly internalTrafficPolicy: TrafficPolicy;
  readonly externalTrafficPolicy: TrafficPolicy;
  /** null: no hints. */
  readonly topology: TopologyMode | null;
}

/** How clients come to a ServicePort otherwise than by its ClusterIP. */
export type PlannedWay =
  /** At its node port on one of these nodes (indices into `Plan.nodes`), at random for each connection. */
  | { readonly kind: 'NodePort'; readonly nodes: readonly number[] }
  /**
   * By a load balancer in front of the node ports: of all nodes or, under externalTrafficPolicy Local, of those that
   * have a ready pod; at random for each connection.
   */
  | { readonly kind: 'LoadBalancer' }
  /**
   * By an L7 proxy, as an Ingress or a Gateway sets one up. The client's replicas are its pods, and the connections
   * theirs: requests come to them from outside, and wait there for `proxyTime`.
   */
  | {
      readonly kind: 'Ingress';
      readonly proxyTime: Distribution;
      /** How it treats requests where it balances over pods by itself; null: its connections go to the ClusterIP. */
      readonly routing: PlannedRouting | null;
    };
