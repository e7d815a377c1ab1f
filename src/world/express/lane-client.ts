/** The clients of a run as the express lane has them: what a request needs of them, at hand. */
import type { CountedFlows, ServiceRules } from '../../proxy/data-plane.ts';
import type { SourcePorts } from '../../proxy/source-ports.ts';
import type { Sampler } from '../../engine/distributions/sampler.ts';
import type { NodeProxy } from '../control/node-proxy.ts';
import type { ClientTally } from '../measure/client-tally.ts';
import type { ServiceBook } from '../measure/service-book.ts';
import type { ArrivalTimes } from '../traffic/arrivals/arrival-times.ts';
import type { Client } from '../traffic/client.ts';
import type { Replica } from '../traffic/replica.ts';
import type { World } from '../world.ts';

export class LaneClient {
  readonly client: Client;
  readonly tally: ClientTally;
  readonly book: ServiceBook;
  readonly replicas: readonly LaneReplica[];
  readonly times: ArrivalTimes;
  /** The number of the event that its next arrival would be, and when that would have been inserted, ns. */
  readonly arrivalId: number;
  lastIssue: number = -0;
  readonly demands: readonly Sampler[];
  readonly handshakeLimit: number;
  /** By pod: its row in the books of the Service, and which of a request's demands is for it. */
  readonly rows: Int32Array;
  readonly lastRow: number;
  readonly demandSlots: Int32Array;

  constructor(world: World, client: Client) {
    this.client = client;
    this.tally = client.tally;
    this.book = client.book!;
    this.replicas = client.replicas.map((replica) => new LaneReplica(world, replica));
    this.times = client.arrivals.times;
    this.arrivalId = client.arrivals.id;
    this.demands = client.demands;
    this.handshakeLimit = client.handshakeLimit;
    this.rows = new Int32Array(world.pods.length).fill(-1);
    this.demandSlots = new Int32Array(world.pods.length).fill(-1);
    for (const pod of world.podsBehind(client.service)) {
      this.rows[pod.index] = pod.rowIn(client.service);
      this.demandSlots[pod.index] = client.demandSlots[pod.workload];
    }
    this.lastRow = this.rows.reduce((last, row) => Math.max(last, row), 0);
  }
}

export class LaneReplica {
  readonly replica: Replica;
  readonly address: number;
  readonly ports: SourcePorts | null;
  readonly proxy: NodeProxy;
  /** One way to any pod, ns; -1: it depends on the pod. */
  readonly delay: number;
  private readonly world: World;
  private cachedRules: ServiceRules | null = null;
  private cachedCounted: CountedFlows | null | undefined = undefined;
  private knowsCounted = false;

  constructor(world: World, replica: Replica) {
    this.world = world;
    const [sameNode, sameZone, crossZone] = replica.client.network.hops;
    const isSame =
      sameNode.constant === sameZone.constant && sameZone.constant === crossZone.constant;
    this.delay = isSame ? sameNode.constant! : -1;
    this.replica = replica;
    this.address = replica.address;
    this.ports = replica.ports;
    this.proxy = replica.proxy!;
  }

  /** One way to a pod, ns. */
  delayTo(pod: number): number {
    if (this.delay >= 0) return this.delay;
    return this.replica.hopTo(this.world.pods[pod].node).constant!;
  }

  /** The rules of the target on its node, asked for at the first request. */
  get rules(): ServiceRules {
    return (this.cachedRules ??= this.replica.rules()!);
  }

  /** Its flows at these, where they are no more than counted; null: the rules go by more than counts, undefined: by less. */
  get counted(): CountedFlows | null | undefined {
    if (!this.knowsCounted) {
      this.cachedCounted = this.rules.counted?.();
      this.knowsCounted = true;
    }
    return this.cachedCounted;
  }
}
