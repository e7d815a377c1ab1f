/**
 * The endpoints of one Service as they follow from what the API server has of its pods (endpointslice/utils.go): which
 * pods have one, its conditions, its hints. Whoever backs no Service costs nothing here, and what has not changed is taken
 * over from the time before.
 */
import { parseIPv4 } from '../../../base/ipv4.ts';
import { compareCodeUnits } from '../../../base/order.ts';
import { EndpointSet, type Endpoint, type Hints } from '../../../kube/endpoint.ts';
import type { PackedEndpoint } from '../../../kube/slice-packing.ts';
import { hintsFor, type ZoneCapacity } from '../../../kube/topology-hints.ts';
import type { Pod } from '../../cluster/pod.ts';
import type { World } from '../../world.ts';

const READY = 1;
const SERVING = 2;
const TERMINATING = 4;

/** The endpoints of one pod, and what the controller packs of it. */
interface Entry extends PackedEndpoint<Hints | null> {
  /** By ServicePort; null where the pod has no port of that name. */
  readonly endpoints: readonly (Endpoint | null)[];
}

export class ServiceEndpoints {
  private readonly world: World;
  private readonly service: number;
  private readonly capacity: ZoneCapacity;
  /** Pods that have or may come to have an endpoint, in the order in which they were made. */
  private pods: Pod[];
  /** Those that have one, by their number. */
  private entries: ReadonlyMap<number, Entry> = new Map();
  /** Their numbers, nearly in the order of their addresses: what comes new comes last. */
  private order: number[] = [];

  constructor(world: World, service: number, capacity: ZoneCapacity) {
    this.world = world;
    this.service = service;
    this.capacity = capacity;
    this.pods = [...world.podsBehind(service)];
  }

  /** What the slices are to hold, as of the last `renew`. */
  get packed(): ReadonlyMap<number, PackedEndpoint<Hints | null>> {
    return this.entries;
  }

  /** A new pod backs the Service. */
  add(pod: Pod): void {
    this.pods.push(pod);
  }

  /** Looks at the pods. */
  renew(): void {
    const { controlPlane, plan } = this.world;
    this.pods = this.pods.filter((pod) => !controlPlane.statusOf(pod).gone);
    const pods = this.pods.filter((pod) => controlPlane.statusOf(pod).known);
    const conditions = pods.map((pod) => this.conditionsOf(pod));
    const { topology } = plan.services[this.service];
    const hints =
      topology === null
        ? pods.map((pod) => pod.hints)
        : hintsFor(
            topology,
            pods.map(({ node }, i) => ({
              ready: (conditions[i]! & READY) !== 0,
              node,
              zone: plan.nodes[node].zone,
            })),
            this.capacity,
          );
    const entries = new Map<number, Entry>();
    pods.forEach((pod, i) => {
      const before = this.entries.get(pod.index);
      entries.set(pod.index, entryOf(pod, this.service, before, [conditions[i]!, hints[i]!]));
    });
    const fresh = [...entries.keys()].filter((pod) => !this.entries.has(pod));
    this.order = [...this.order.filter((pod) => entries.has(pod)), ...fresh];
    this.entries = entries;
  }

  /** The endpoint sets as of the last `renew`, one a ServicePort. */
  sets(version: number): EndpointSet[] {
    return this.world.plan.services[this.service].ports.map((_, port) => {
      const endpoints: Endpoint[] = [];
      for (const pod of this.order) {
        const endpoint = this.entries.get(pod)!.endpoints[port];
        if (endpoint !== null) endpoints.push(endpoint);
      }
      endpoints.sort((a, b) => compareCodeUnits(a.address, b.address));
      if (endpoints.length === this.order.length) this.order = endpoints.map(({ pod }) => pod);
      return new EndpointSet(version, endpoints);
    });
  }

  private conditionsOf(pod: Pod): number {
    const { ready, terminating } = this.world.controlPlane.statusOf(pod);
    const { publishNotReadyAddresses } = this.world.plan.services[this.service];
    const isReady = (ready && !terminating) || publishNotReadyAddresses;
    return (isReady ? READY : 0) | (ready ? SERVING : 0) | (terminating ? TERMINATING : 0);
  }
}

/** The entry of a pod: as before, where nothing of it has changed. */
function entryOf(
  pod: Pod,
  service: number,
  before: Entry | undefined,
  [conditions, hints]: readonly [number, Hints | null],
): Entry {
  if (before?.conditions === conditions && sameHints(before.hints, hints)) return before;
  const { targetPorts } = pod.plan.memberships[pod.membershipIn(service)];
  const ip = parseIPv4(pod.ip);
  const endpoints = targetPorts.map((port, i): Endpoint | null => {
    if (port === null) return null;
    return {
      address: before?.endpoints[i]?.address ?? `${pod.ip}:${port}`,
      ip,
      port,
      pod: pod.index,
      node: pod.node,
      ready: (conditions & READY) !== 0,
      serving: (conditions & SERVING) !== 0,
      terminating: (conditions & TERMINATING) !== 0,
      hints,
    };
  });
  return { ports: before?.ports ?? targetPorts.join(), conditions, hints, endpoints };
}

export function sameHints(a: Hints | null, b: Hints | null): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  return a.zones.join() === b.zones.join() && a.nodes.join() === b.nodes.join();
}
