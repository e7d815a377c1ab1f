/** The clients of a run as the express lane has them: what a request needs of them, at hand. */
import type { Conntrack } from '../../proxy/conntrack.ts';
import type { ServiceRules } from '../../proxy/data-plane.ts';
import type { SourcePorts } from '../../proxy/source-ports.ts';
import type { Sampler } from '../../engine/distributions/sampler.ts';
import type { NodeProxy } from '../control/node-proxy.ts';
import type { ClientTally } from '../measure/client-tally.ts';
import type { ServiceBook } from '../measure/service-book.ts';
import type { ArrivalTimes } from '../traffic/arrivals.ts';
import type { Client, Replica } from '../traffic/client.ts';
import type { World } from '../world.ts';
import type { Crossings } from './crossings.ts';
import type { Journey } from './journey.ts';

export class LaneClient {
  readonly client: Client;
  readonly tally: ClientTally;
  readonly book: ServiceBook;
  readonly replicas: readonly LaneReplica[];
  readonly times: ArrivalTimes;
  /** The number of the event that its next arrival would be. */
  readonly arrivalId: number;
  readonly demands: readonly Sampler[];
  /** By pod: its row in the books of the Service, and which of a request's demands is for it. */
  readonly rows: Int32Array;
  readonly demandSlots: Int32Array;
  /** By distance; null where its delay varies or is nothing. */
  readonly lines: readonly (Crossings | null)[];
  /** Journeys that are over, used again before new ones are made. */
  readonly idle: Journey[] = [];

  constructor(world: World, client: Client, lines: readonly (Crossings | null)[]) {
    this.client = client;
    this.tally = client.tally;
    this.book = client.book!;
    this.replicas = client.replicas.map((replica) => new LaneReplica(replica));
    this.times = client.arrivals.times;
    this.arrivalId = client.arrivals.id;
    this.demands = client.demands;
    this.rows = new Int32Array(world.pods.length).fill(-1);
    this.demandSlots = new Int32Array(world.pods.length).fill(-1);
    for (const pod of world.podsBehind(client.service)) {
      this.rows[pod.index] = pod.rowIn(client.service);
      this.demandSlots[pod.index] = client.demandSlots[pod.workload];
    }
    this.lines = lines;
  }
}

export class LaneReplica {
  readonly replica: Replica;
  readonly proxy: NodeProxy;
  readonly ports: SourcePorts | null;
  readonly conntrack: Conntrack | null;
  /** The rules of the target on its node, asked for at the first request; null until then. */
  rules: ServiceRules | null = null;

  constructor(replica: Replica) {
    this.replica = replica;
    this.ports = replica.ports;
    this.proxy = replica.proxy!;
    this.conntrack = this.proxy.conntrack;
  }
}
