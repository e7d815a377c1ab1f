/**
 * How many requests a second come to each pod, on average: what clients send, shared alike by the endpoints that the node
 * uses at which it is decided. That is what all picks at random, in turn or by hash come to in the end.
 *
 * Left out: retries; what kept connections make of it; requests that find no endpoint, which are counted as unserved.
 */
import type { Plan, PlannedClient } from '../../contract/plan.ts';
import { isPickedForByProxy } from '../../contract/traffic/client.ts';
import { EndpointSet } from '../../kube/endpoint.ts';
import type { Endpoint } from '../../kube/endpoint.ts';
import { hintsFor, zoneCapacity } from '../../kube/topology-hints.ts';
import type { Phase, PhasePod } from './phases.ts';

/** A pod with what comes to it. */
export interface LoadedPod {
  readonly pod: PhasePod;
  /** Requests per second. */
  readonly rate: number;
}

export interface OfferedLoad {
  /** Pods that take requests in this phase, in the phase's order. */
  readonly pods: readonly LoadedPod[];
  /** Requests per second that no pod takes. */
  readonly unserved: number;
}

export function loadOf(plan: Plan, phase: Phase): OfferedLoad {
  const rates = phase.pods.map(() => 0);
  let unserved = 0;
  plan.clients.forEach((client, index) => {
    const rate = phase.rates[index]!;
    const doors = doorsOf(plan, client, phase);
    for (const { share, pods } of doors) {
      if (pods.length === 0) unserved += rate * share;
      for (const pod of pods) rates[pod]! += (rate * share) / pods.length;
    }
    if (doors.length === 0) unserved += rate;
  });
  for (const { service, rate } of nameQueries(plan, phase)) {
    const pods = podsBehind(plan, phase, service, plan.dns?.udp);
    for (const pod of pods) rates[pod]! += rate / pods.length;
  }
  return { pods: phase.pods.map((pod, i) => ({ pod, rate: rates[i]! })), unserved };
}

/** Of a client's requests, the share that comes to each pod of the phase, by index. */
export function sharesOf(plan: Plan, client: PlannedClient, phase: Phase): readonly number[] {
  const shares = phase.pods.map(() => 0);
  for (const { share, pods } of doorsOf(plan, client, phase)) {
    for (const pod of pods) shares[pod]! += share / pods.length;
  }
  return shares;
}

/** Where a share of a client's connections is decided, and among which pods of the phase. */
interface Door {
  readonly share: number;
  readonly pods: readonly number[];
}

function doorsOf(plan: Plan, client: PlannedClient, phase: Phase): readonly Door[] {
  const { target, via } = client;
  const living = client.replicas.filter(({ node }) => node === null || !phase.down.has(node));
  // A proxy goes by no policy of the Service.
  if (target.kind === 'headless' || (target.kind === 'servicePort' && isPickedForByProxy(client))) {
    return [{ share: 1, pods: podsBehind(plan, phase, target.service, target.port) }];
  }
  if (target.kind !== 'servicePort' || living.length === 0) return [];
  const set = endpointSet(plan, phase, target.service, target.port);
  const service = plan.services[target.service]!;
  const at = (node: number, policy: 'Cluster' | 'Local'): readonly number[] =>
    set
      .usable(policy, { node, zone: plan.nodes[node]!.zone })
      .endpoints.map((endpoint) => endpoint.pod);
  const entered = (nodes: readonly number[]): readonly Door[] =>
    nodes.map((node) => ({
      share: 1 / nodes.length,
      pods: at(node, service.externalTrafficPolicy),
    }));
  if (via?.kind === 'NodePort') return entered(via.nodes);
  if (via?.kind === 'LoadBalancer') {
    const all = plan.nodes.map((_, node) => node);
    if (service.externalTrafficPolicy === 'Cluster') return entered(all);
    return entered(all.filter((node) => at(node, 'Local').length > 0));
  }
  return living.map(({ node }) => ({
    share: 1 / living.length,
    pods: node === null ? [] : at(node, service.internalTrafficPolicy),
  }));
}

/** The endpoints of a ServicePort in a phase; `pod` and the order are those of the phase's pods. */
function endpointSet(plan: Plan, phase: Phase, service: number, port: number): EndpointSet {
  const { topology } = plan.services[service]!;
  const behind = podsBehind(plan, phase, service, port);
  const candidates = behind.map((i) => {
    const { node } = phase.pods[i]!;
    return { ready: true, node, zone: plan.nodes[node]!.zone };
  });
  const hints = topology === null ? null : hintsFor(topology, candidates, zoneCapacity(plan.nodes));
  const endpoints = behind.map((i, at): Endpoint => {
    const { workload, index, name, node } = phase.pods[i]!;
    return {
      address: name,
      ip: 0,
      port: 0,
      pod: i,
      node,
      ready: true,
      serving: true,
      terminating: false,
      hints: hints === null ? (plan.workloads[workload]!.pods[index]?.hints ?? null) : hints[at]!,
    };
  });
  return new EndpointSet(0, endpoints);
}

/** Clients that call a Service of the workload (an index): indices. */
export function callersOf({ clients, workloads }: Plan, workload: number): readonly number[] {
  const { memberships } = workloads[workload]!;
  const isBehind = (service: number): boolean => memberships.some((m) => m.service === service);
  return clients.flatMap(({ target }, index) =>
    'service' in target && target.kind !== 'unknownPort' && isBehind(target.service) ? [index] : [],
  );
}

/** Indices of the phase's pods that back a Service, at the given port where there is one. */
export function podsBehind(
  plan: Plan,
  phase: Phase,
  service: number,
  port: number = 0,
): readonly number[] {
  return phase.pods.flatMap(({ workload }, i) => {
    const membership = plan.workloads[workload]!.memberships.find((m) => m.service === service);
    return membership === undefined || membership.targetPorts[port] === null ? [] : [i];
  });
}

/**
 * What clients ask the cluster's DNS, at most: A and AAAA of each name of the search list, for each connection or, where
 * answers are kept, once in their TTL. Nothing where a cache on the node stands in between.
 */
function nameQueries(
  plan: Plan,
  phase: Phase,
): readonly { readonly service: number; readonly rate: number }[] {
  const { dns } = plan;
  if (dns === null || dns.nodeCache !== null) return [];
  return plan.clients.flatMap(({ balancer, resolver, connection, replicas }, index) => {
    // A client that balances asks when it loses a connection.
    if (resolver === null || balancer !== null) return [];
    const asked =
      connection.mode === 'PerRequest'
        ? phase.rates[index]!
        : phase.rates[index]! / (connection.maxRequests ?? Infinity);
    const kept = resolver.cached ? (replicas.length * 1e9) / Math.max(1, dns.ttl) : Infinity;
    return [{ service: dns.service, rate: 2 * resolver.names.length * Math.min(asked, kept) }];
  });
}
