/** What a Service asks for of those who carry it out (core/v1 ServiceSpec). */

/** Which endpoints may take a Service's traffic: all of the cluster, or those on the node that it enters. */
export type TrafficPolicy = 'Cluster' | 'Local';

/**
 * What the EndpointSlice controller gives endpoints hints by: `trafficDistribution` (PreferClose is the
 * older name of PreferSameZone, KEP-3015), or the annotation service.kubernetes.io/topology-mode, which
 * takes precedence (KEP-2433).
 */
export type TopologyMode = 'PreferSameZone' | 'PreferSameNode' | 'Auto';
