/**
 * Connections that a trace opens and closes, without requests: each meets the rules of its node, has its entries and its
 * pod as any other. One that could not be opened, or that the pod has closed, is closed already when its row comes.
 *
 * An address that a pod of the client has is that pod's. Any other is taken to be behind one of them, always the same, as
 * addresses of hosts behind a router are: its packets are let through as they are. Ports may be taken again as soon as
 * their connection is closed (SO_REUSEADDR).
 *
 * Over UDP a connection is a datagram and its answer, from a socket that stays open until it is closed.
 *
 * Left out: a port that the trace names and the kernel has dealt to another connection of the pod.
 */
import type { ArrivalOf } from '../arrivals/arrival-times.ts';
import type { TraceReader } from '../../../contract/traffic/trace.ts';
import { SimEvent } from '../../../engine/event-queue.ts';
import { FORWARDED } from '../../../proxy/data-plane.ts';
import type { World } from '../../world.ts';
import type { Client } from '../client.ts';
import type { Replica } from '../replica.ts';
import type { Connection } from './connection.ts';
import type { ConnectionUse, Route } from './connection-use.ts';
import { UdpSocket } from './udp-socket.ts';

/** What a script says of a connection that it opens. */
export interface Origin {
  /** Its number in the trace. */
  readonly number: number;
  /** -1: that of the client pod. */
  readonly address: number;
  /** -1: the kernel deals one. */
  readonly port: number;
  /** Whether the port is in use: connect() fails with EADDRNOTAVAIL. */
  readonly isPortTaken: boolean;
}

export class ConnectionScript extends SimEvent {
  private readonly world: World;
  private readonly client: Client;
  private readonly plan: ArrivalOf<'script'>;
  private readonly reader: TraceReader;
  private readonly uses: readonly ScriptUse[];
  private readonly byAddress: ReadonlyMap<number, ScriptUse>;
  /** By their numbers in the trace, those that are open. */
  private readonly open = new Map<number, Connection>();
  /** Addresses and ports of those that the trace gave them to. */
  private readonly taken = new Set<number>();
  private count = 0;
  private row = -1;
  private turn = -1;

  constructor(world: World, client: Client, plan: ArrivalOf<'script'>) {
    super(world.queue);
    this.world = world;
    this.client = client;
    this.plan = plan;
    this.reader = world.openTrace(plan.trace);
    this.uses = client.replicas.map((replica) => new ScriptUse(this, replica));
    this.byAddress = new Map(this.uses.map((use) => [use.replica.address, use]));
  }

  /** Schedules what the next row says. */
  proceed(): void {
    this.row++;
    if (this.row >= this.count) {
      this.row = 0;
      this.count = this.reader.next();
      if (this.count === 0) return;
    }
    const { plan, reader, world } = this;
    const at = plan.from + Math.round(reader.rows.at[this.row] / plan.speed);
    if (at < world.horizon) world.queue.schedule(this, at);
  }

  override fire(): void {
    const { rows } = this.reader;
    const number = rows.connection[this.row];
    if (rows.opens[this.row] === 1) this.begin(number, rows.address[this.row], rows.port[this.row]);
    else this.end(this.open.get(number));
    this.proceed();
  }

  /** Closes a connection, if there is one. */
  end(connection: Connection | undefined): void {
    if (connection === undefined) return;
    const { address, number, port } = connection.origin!;
    this.open.delete(number);
    if (port >= 0 && !connection.origin!.isPortTaken) this.taken.delete(place(address, port));
    connection.close();
    connection.origin = null;
  }

  private begin(number: number, given: number, port: number): void {
    const use = this.useOf(given);
    if (this.world.nodes.isDown(use.replica.node)) return;
    const address = given < 0 ? use.replica.address : given;
    const isPortTaken = port >= 0 && this.taken.has(place(address, port));
    if (port >= 0) this.taken.add(place(address, port));
    const connection = this.world.connections.take(this.client.plan.protocol);
    connection.origin = { number, address, port, isPortTaken };
    this.open.set(number, connection);
    connection.open(use, use.replica, null);
  }

  private useOf(address: number): ScriptUse {
    const { uses } = this;
    if (address >= 0) return this.byAddress.get(address) ?? uses[address % uses.length];
    this.turn = this.turn + 1 < uses.length ? this.turn + 1 : 0;
    return uses[this.turn];
  }
}

const place = (address: number, port: number): number => address * 65_536 + port;

/** The connections of one client pod. */
class ScriptUse implements ConnectionUse {
  readonly replica: Replica;
  private readonly script: ConnectionScript;

  constructor(script: ConnectionScript, replica: Replica) {
    this.script = script;
    this.replica = replica;
  }

  get route(): Route {
    return this.replica;
  }

  up(connection: Connection): void {
    if (!(connection instanceof UdpSocket)) return;
    if (connection.send() === FORWARDED) connection.answered();
    else this.script.end(connection);
  }

  failed(connection: Connection): void {
    this.script.end(connection);
  }

  lost(connection: Connection): void {
    this.script.end(connection);
  }

  drop(connection: Connection): void {
    this.script.end(connection);
  }

  idledOut(): void {
    // The script says when.
  }

  nodeLost(): void {
    // Its connections are dropped one by one.
  }

  acquire(): void {
    // There are no requests, here and below.
  }

  withdraw(): void {}
  abandon(): void {}
  release(): void {}
  stray(): void {}
}
