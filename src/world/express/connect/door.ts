/**
 * Where the journeys of the express lane get their pods: each opens a connection by the rules of its client's node, and
 * sets out for the pod that these pick. A free door (free-door.ts) lets many through at once. The
 * others (ordered-door.ts) let one after the other through, as the next pick depends on what has closed: a counting one
 * (counting-door.ts) by numbers of connections, a strict one (strict-door.ts) by the connections themselves.
 *
 * A run has the laxest door that may do, one for all its clients. Where it turns out to be too lax, the run starts again with the
 * strict one, which knows all that there is to know of a connection; where the door is in doubt otherwise, by events.
 */
import { FORWARDED } from '../../../proxy/data-plane.ts';
import type { World } from '../../world.ts';
import type { Journeys } from '../journeys.ts';
import type { LaneClient, LaneReplica } from '../lane-client.ts';
import type { LaneFlow } from './lane-flow.ts';
import {
  ARRIVED,
  CONNECTION,
  COST,
  DEMAND,
  FACTS,
  HOP,
  INSERTED,
  POD,
  RESOLVED,
  TIMES,
} from '../layout.ts';

export abstract class Door {
  /** Something is about to happen that needs the event queue. */
  isInDoubt: boolean = false;
  /** In doubt only of what a strict door would know. */
  isTooLax: boolean = false;
  /** Whether any journey that has connected takes time to reach its pod; a free door asks it of each call of `connect`. */
  takesTime: boolean = false;
  protected readonly world: World;
  protected readonly journeys: Journeys;
  protected readonly clients: readonly LaneClient[];

  constructor(world: World, journeys: Journeys, clients: readonly LaneClient[]) {
    this.world = world;
    this.journeys = journeys;
    this.clients = clients;
  }

  /** Connects the journeys of `rows` from `from` to `to`, in this order. */
  abstract connect(rows: Int32Array, from: number, to: number): void;

  /** It is known when these end. */
  abstract served(rows: Int32Array, from: number, to: number): void;

  /** The event queue has something for this instant (ns): what is before that has been. */
  abstract upTo(instant: number): void;

  /** The node of a client pod goes on to `now` (ns), as it does before a connection opens there, or closes. */
  protected keepUp({ proxy }: LaneReplica, now: number): void {
    const { queue } = this.world;
    // The requests of a batch are all due by now: the node is behind them.
    queue.now = now as typeof queue.now;
    proxy.keepUp();
  }

  /** Whether the rules let a flow through. */
  protected isForwarded(flow: LaneFlow, replica: LaneReplica, now: number): boolean {
    this.keepUp(replica, now);
    flow.sourceIp = replica.address;
    flow.endpoint = null;
    flow.slot = -1;
    return replica.rules.open(flow, now) === FORWARDED;
  }

  /**
   * A journey sets out for the pod that its flow was given. Handshake and request are three ways, of a constant delay; the
   * rules take their time before the first.
   */
  protected setOut(row: number, flow: LaneFlow, client: LaneClient, replica: LaneReplica): void {
    const { pod } = flow.endpoint!;
    this.journeys.times[row * TIMES + COST] = flow.proxyCost;
    this.setOutFor(row, pod, replica.delayTo(pod), client);
  }

  /** The same, where the cost of the rules is known in its row; `hop`: one way, ns. */
  protected setOutFor(row: number, pod: number, hop: number, client: LaneClient): void {
    const { world } = this;
    const { times, facts, workloads, demands } = this.journeys;
    const at = row * TIMES;
    const cost = times[at + COST];
    const leaves = times[at + RESOLVED];
    const arrives = leaves + cost + 3 * hop;
    facts[row * FACTS + CONNECTION] = world.connectionsOpened++;
    facts[row * FACTS + POD] = pod;
    times[at + HOP] = hop;
    times[at + ARRIVED] = arrives;
    if (arrives > leaves) this.takesTime = true;
    if (hop > 0) times[at + INSERTED] = arrives - hop;
    else if (cost > 0) times[at + INSERTED] = leaves;
    if (cost > 0 && cost + hop > client.handshakeLimit) this.isInDoubt = true;
    if (workloads > 1) times[at + DEMAND] = demands[row * workloads + client.demandSlots[pod]];
  }
}
