/**
 * A door for rules that go by how many connections each server has, and by nothing else of them: all that is kept of one is
 * the number of its server, until it closes. The order in which some close in one instant is of no account then.
 *
 * That is enough as long as no source port is dealt again while a connection from it is remembered (see limits.ts), none lasts for so
 * long that it is forgotten before it closes, and no server goes. Otherwise the door is too lax.
 */
import type { World } from '../../world.ts';
import type { Journeys } from '../journeys.ts';
import type { LaneClient, LaneReplica } from '../lane-client.ts';
import { ARRIVED, CLIENT, COST, ENDED, FACTS, REPLICA, RESOLVED, ROWS, TIMES } from '../layout.ts';
import type { PodQueues } from '../serve/pod-queues.ts';
import { LaneFlow } from './lane-flow.ts';
import { Limits } from './limits.ts';
import { OrderedDoor } from './ordered-door.ts';

/** A connection of which nobody wants to know when it closes. */
const UNTOLD = 0;

export class CountingDoor extends OrderedDoor {
  private readonly limits: Limits;
  private readonly flow: LaneFlow = new LaneFlow();
  /** How long (ns) a connection may last. */
  private readonly patience: number;
  /** Of each connection, by number: its server, or while it is not in use the number of the next that is not. */
  private servers: Int32Array = new Int32Array(64);
  /** Its client pod. */
  private readonly replicas: (LaneReplica | null)[] = [null];
  /** The first number that is not in use; 0: all are. */
  private idle = 0;

  constructor(world: World, journeys: Journeys, clients: readonly LaneClient[]) {
    super(world, journeys, clients);
    this.limits = new Limits(world, journeys, clients);
    this.patience = clients
      .flatMap(({ replicas }) => replicas)
      .reduce((least, { proxy }) => Math.min(least, proxy.plane.idleTimeout), Infinity);
  }

  override connect(rows: Int32Array, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const connection = this.connectOne(rows[i]);
      if (this.isInDoubt) return;
      this.keep(rows[i], connection);
    }
    if (!this.limits.enter(rows, from, to)) this.giveUp();
  }

  override connectAndServe(rows: Int32Array, from: number, to: number, pods: PodQueues): number {
    const { times } = this.journeys;
    let stop = from;
    for (; stop < to; stop++) {
      const row = rows[stop];
      const connection = this.connectOne(row);
      if (this.isInDoubt) return stop;
      const at = (row & ROWS) * TIMES;
      if (times[at + ARRIVED] > times[at + RESOLVED]) {
        this.keep(row, connection);
        break;
      }
      pods.serve(rows, stop, stop + 1);
      if (connection !== UNTOLD) this.noteClose(row, connection);
    }
    if (!this.limits.pass(rows, from, stop)) this.giveUp();
    if (stop < to && !this.limits.enter(rows, stop, stop + 1)) this.giveUp();
    this.checkPatience(rows, from, stop);
    return stop;
  }

  override served(rows: Int32Array, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const connection = this.kept(rows[i]);
      if (connection !== UNTOLD) this.noteClose(rows[i], connection);
    }
    this.limits.leave(rows, from, to);
    this.checkPatience(rows, from, to);
  }

  protected override close(): void {
    const { closings, servers } = this;
    const connection = closings.take();
    const replica = this.replicas[connection]!;
    const server = servers[connection];
    servers[connection] = this.idle;
    this.idle = connection;
    const now = closings.keys[2 * connection];
    this.keepUp(replica, now);
    const flows = replica.counted!;
    flows.clock[0] = now;
    flows.close(server);
  }

  /** Returns the number of its connection, or UNTOLD. */
  private connectOne(row: number): number {
    const { times, facts } = this.journeys;
    const at = (row & ROWS) * TIMES;
    const fact = (row & ROWS) * FACTS;
    const now = times[at + RESOLVED];
    if (this.closings.soonestAt <= now) this.closeBefore(row);
    const client = this.clients[facts[fact + CLIENT]];
    const replica = client.replicas[facts[fact + REPLICA]];
    this.keepUp(replica, now);
    const { counted: flows } = replica;
    if (flows === undefined) return this.connectUncounted(row, client, replica);
    if (flows === null) return this.giveUp();
    flows.clock[0] = now;
    const server = flows.open();
    if (server < 0 || flows.isLost) return this.giveUp();
    const pod = flows.podOf(server);
    times[at + COST] = flows.cost[0];
    this.setOutFor(row, pod, replica.delayTo(pod), client);
    const connection = this.idle > 0 ? this.idle : this.newConnection();
    this.idle = this.servers[connection];
    this.servers[connection] = server;
    this.replicas[connection] = replica;
    return connection;
  }

  /** By rules that need not even know how many there are. */
  private connectUncounted(row: number, client: LaneClient, replica: LaneReplica): number {
    const { flow } = this;
    const now = this.journeys.times[(row & ROWS) * TIMES + RESOLVED];
    if (this.isForwarded(flow, replica, now)) this.setOut(row, flow, client, replica);
    else this.isInDoubt = true;
    return UNTOLD;
  }

  /** It is known when these end: none may last for longer than an idle connection is remembered. */
  private checkPatience(rows: Int32Array, from: number, to: number): void {
    const { patience } = this;
    const { times } = this.journeys;
    for (let i = from; i < to; i++) {
      const at = (rows[i] & ROWS) * TIMES;
      if (times[at + ENDED] - times[at + RESOLVED] > patience) this.giveUp();
    }
  }

  /** A new number: all that there are are in use. */
  private newConnection(): number {
    const connection = this.replicas.push(null) - 1;
    this.closings.reserve(connection);
    if (connection === this.servers.length) {
      const servers = new Int32Array(2 * connection);
      servers.set(this.servers);
      this.servers = servers;
    }
    this.servers[connection] = 0;
    return connection;
  }

  private giveUp(): typeof UNTOLD {
    this.isInDoubt = true;
    this.isTooLax = true;
    return UNTOLD;
  }
}

/** Whether any of the rules that the requests meet may go by counts of connections. */
export function needsCountingDoor({ clients }: World): boolean {
  return clients.some(({ replicas }) => replicas.some(({ proxy }) => proxy!.plane.followsFlows));
}
