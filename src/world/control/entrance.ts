/** By which address a flow comes to a ServicePort on a node: each has its own traffic policy and rules. */
import type { PlannedService } from '../../contract/plan.ts';
import type { TrafficPolicy } from '../../kube/service.ts';

/** The ClusterIP. */
export const BY_CLUSTER_IP = 0;
/** The node port, from outside the cluster or from another node. */
export const BY_NODE_PORT = 1;
/**
 * The node port, from a pod on the node itself: such traffic is treated as if it were for the ClusterIP, whatever the
 * policy for external traffic (KUBE-EXT chains in pkg/proxy/iptables/proxier.go).
 */
export const BY_OWN_NODE_PORT = 2;
export type Entrance = typeof BY_CLUSTER_IP | typeof BY_NODE_PORT | typeof BY_OWN_NODE_PORT;
export const ENTRANCES: readonly Entrance[] = [BY_CLUSTER_IP, BY_NODE_PORT, BY_OWN_NODE_PORT];

export function policyFor(service: PlannedService, entrance: Entrance): TrafficPolicy {
  switch (entrance) {
    case BY_CLUSTER_IP:
      return service.internalTrafficPolicy;
    case BY_NODE_PORT:
      return service.externalTrafficPolicy;
    default:
      return 'Cluster';
  }
}
