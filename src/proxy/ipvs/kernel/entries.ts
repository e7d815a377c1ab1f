/**
 * The life of IPVS' entries on a node: what state they are in, what they count as, and when they go
 * (net/netfilter/ipvs/ip_vs_conn.c, ip_vs_proto_tcp.c, ip_vs_proto_udp.c of Linux 6.1).
 *
 * Time is counted in ticks; `at` says what time it is, and everything else happens then. Entries run out by the timer
 * wheel, as late as it fires. An established connection is not told of each packet: when its timer fires, the flow says when its last
 * one passed.
 */
import type { Scheduler, Source } from '../schedulers/scheduler.ts';
import { ACTIVE, Books, INACTIVE, INDEX, REFERENCES, rowOf } from './books.ts';
import {
  CLOSE,
  ConnectionTable,
  ESTABLISHED,
  FIN_WAIT,
  FREE,
  NONE,
  SYN_RECV,
  TEMPLATE,
  TIME_WAIT,
  UDP,
} from './connection-table.ts';
import { CountedConnections } from './counted-connections.ts';
import { Destination } from './destination.ts';
import type { IpVsSettings } from './settings.ts';
import { TimerWheel } from './timer-wheel.ts';
import type { VirtualServer } from './virtual-server.ts';

/** Timeouts of ip_vs_proto_tcp.c that cannot be set here, ns. */
const SYN_RECV_NS = 60e9;
const FIN_WAIT_NS = 120e9;
const TIME_WAIT_NS = 120e9;
const CLOSE_NS = 10e9;
/** What a template that still controls a connection is set to when it should expire: ip_vs_conn_expire. */
const REARM_NS = 60e9;

/** The flow behind an entry, as far as an entry looks at it. */
export interface Witness {
  /** When its last packet passed, ns. */
  seenAt: number;
}

/** The timer of the work that flushes entries of deleted servers; entry n, which is never 0, has timer n. */
const FLUSH = 0;

export class Entries {
  /** The kernel's clock. */
  readonly clock: TimerWheel;
  readonly table: ConnectionTable;
  /** Connections that have no entries. */
  readonly counted: CountedConnections;
  private readonly settings: IpVsSettings;
  private readonly tickNs: number;
  /** Timeout of each state, in ticks. */
  private readonly spans: Int32Array = new Int32Array(TEMPLATE + 1);
  /** When the current tick ends, ns. */
  private tickEnd = 0;
  /** Whose entry it is; null: nobody's, so that its timer is set at each packet. */
  private readonly witnesses: (Witness | null)[] = [null];
  private readonly books: Books = new Books();
  /** Real servers by number; deleted ones leave theirs to others. */
  private readonly destinations: Destination[] = [];
  private readonly freeDestinations: number[] = [];

  constructor(settings: IpVsSettings) {
    this.settings = settings;
    this.tickNs = 1e9 / settings.hz;
    this.clock = new TimerWheel(this, settings.firstTick);
    this.clock.reserve(1);
    this.table = new ConnectionTable((capacity) => this.clock.reserve(capacity));
    this.spans[SYN_RECV] = this.ticks(SYN_RECV_NS);
    this.spans[ESTABLISHED] = this.ticks(settings.tcpTimeout);
    this.spans[FIN_WAIT] = this.ticks(FIN_WAIT_NS);
    this.spans[TIME_WAIT] = this.ticks(TIME_WAIT_NS);
    this.spans[CLOSE] = this.ticks(CLOSE_NS);
    this.spans[UDP] = this.ticks(settings.udpTimeout);
    this.spans[TEMPLATE] = this.ticks(REARM_NS);
    this.counted = new CountedConnections(this.books, this.clock, this.spans[TIME_WAIT]);
  }

  /** For how long (ns) at most there is an entry after its connection has been closed. */
  get memory(): number {
    // Timers fire late by up to an eighth, and from a tick to a tick.
    return TIME_WAIT_NS * (1 + 1 / 8) + 2 * this.tickNs;
  }

  /** A span of ns in ticks. */
  ticks(span: number): number {
    return Math.ceil(span / this.tickNs);
  }

  /** The tick at an instant (ns). */
  tickAt(instant: number): number {
    return this.settings.firstTick + Math.floor(instant / this.tickNs);
  }

  /** It is `now` (ns): what was to happen by then has happened. */
  at(now: number): void {
    if (now < this.tickEnd) return;
    const ticks = Math.floor(now / this.tickNs);
    this.tickEnd = (ticks + 1) * this.tickNs;
    this.clock.advance(this.settings.firstTick + ticks);
    this.counted.advance();
  }

  /** Virtual server number `id` has this scheduler now. */
  serve(id: number, scheduler: Scheduler): void {
    this.books.serve(id, scheduler);
  }

  newDestination(service: VirtualServer, ip: number, port: number): Destination {
    const id = this.freeDestinations.pop() ?? this.destinations.length;
    const server = new Destination(id, this.books, service, ip, port);
    this.destinations[id] = server;
    return server;
  }

  freeDestination(server: Destination): void {
    this.freeDestinations.push(server.id);
  }

  serverOf(entry: number): Destination {
    return this.destinations[this.table.serverOf(entry)];
  }

  /** Whether the entry's server is in its list: it was not deleted. */
  hasServer(entry: number): boolean {
    return this.books.rows[rowOf(this.table.serverOf(entry)) | INDEX] >= 0;
  }

  /** Whether the entry is still that of this flow: not once the flow has ended, or was forgotten. */
  isWitness(entry: number, witness: Witness): boolean {
    return this.witnesses[entry] === witness;
  }

  /** Ticks until the time that a template's timer was set to. */
  remaining(template: number): number {
    return (this.table.expiryOf(template) - this.clock.tick) | 0;
  }

  /** Makes the entry of an established connection or of a UDP flow; `template`: the one it came through, or NONE. */
  enter(
    service: VirtualServer,
    { sourceIp, sourcePort }: Source,
    server: Destination,
    template: number,
    witness: Witness | null,
  ): number {
    const { isUdp, id } = service;
    const state = isUdp ? UDP : ESTABLISHED;
    const entry = this.table.add(sourceIp, sourcePort, id, state, server.id, template);
    const { rows } = this.books;
    const row = rowOf(server.id);
    rows[row | REFERENCES]++;
    rows[row | (isUdp ? INACTIVE : ACTIVE)]++;
    this.books.counted(row);
    this.witnesses[entry] = witness;
    this.clock.arm(entry, this.spans[state]);
    return entry;
  }

  /** Puts an entry into a state, for as long as that lasts from the tick `from` on. */
  move(
    entry: number,
    state: number,
    witness: Witness | null,
    from: number = this.clock.tick,
  ): void {
    const before = this.table.stateOf(entry);
    const step = activeIn(state) - activeIn(before);
    if (step !== 0) {
      const { rows } = this.books;
      const row = rowOf(this.table.serverOf(entry));
      rows[row | ACTIVE] += step;
      rows[row | INACTIVE] -= step;
      this.books.counted(row);
    }
    this.witnesses[entry] = witness;
    this.table.setState(entry, state);
    this.clock.arm(entry, this.spans[state], from);
  }

  /** A packet has passed: the entry's time begins anew. */
  renew(entry: number): void {
    this.clock.arm(entry, this.spans[this.table.stateOf(entry)]);
  }

  /** A connection came through the template: its time begins anew. */
  follow(template: number): void {
    this.table.countControlled(template, 1);
    this.armTemplate(template, this.table.spanOf(template));
  }

  /** It goes at the next tick, and no packet finds it any more: ip_vs_conn_expire_now. */
  expireNow(entry: number): void {
    this.witnesses[entry] = null;
    this.table.hide(entry);
    this.clock.arm(entry, 0);
  }

  /** A real server was deleted: under `expire_nodest_conn`, what refers to it follows. */
  deleted(server: Destination): void {
    this.counted.deleted();
    if (this.settings.expireNodestConn && server.references > 0) this.clock.arm(FLUSH, 1);
  }

  /** Deletes all entries and templates whose server was deleted: ip_vs_expire_nodest_conn_flush. */
  flush(): void {
    const { table, clock } = this;
    clock.disarm(FLUSH);
    // Connections before templates, which last as long as one of theirs does.
    for (const templates of [false, true]) {
      for (let entry = FLUSH + 1; entry < table.capacity; entry++) {
        const state = table.stateOf(entry);
        if (state === FREE || (state === TEMPLATE) !== templates) continue;
        if (this.hasServer(entry)) continue;
        clock.disarm(entry);
        this.release(entry);
      }
    }
  }

  /** A timer of `clock` has fired: that of an entry, or FLUSH. */
  expired(entry: number): void {
    if (entry === FLUSH) {
      this.flush();
      return;
    }
    const { table, clock, spans } = this;
    const state = table.stateOf(entry);
    if (state === TEMPLATE && table.controlOf(entry) > 0) {
      this.armTemplate(entry, spans[TEMPLATE]);
    } else if (state === ESTABLISHED && this.sinceSeen(entry) <= spans[ESTABLISHED]) {
      // The clock catches up: a packet of later than its tick is found when the timer fires again.
      clock.arm(entry, spans[ESTABLISHED], clock.tick - Math.max(0, this.sinceSeen(entry)));
    } else {
      this.release(entry);
    }
  }

  /** Sets a template's timer, now and, unless told otherwise, when it is renewed. */
  private armTemplate(template: number, span: number): void {
    this.table.setSpan(template, span, this.clock.tick + span);
    this.clock.arm(template, span);
  }

  /** Ticks since the last packet of an established connection; Infinity: its timer was set at that packet. */
  private sinceSeen(entry: number): number {
    const witness = this.witnesses[entry];
    return witness === null ? Infinity : (this.clock.tick - this.tickAt(witness.seenAt)) | 0;
  }

  /** The entry is gone. */
  private release(entry: number): void {
    const { table } = this;
    const { rows } = this.books;
    const row = rowOf(table.serverOf(entry));
    const state = table.stateOf(entry);
    rows[row | REFERENCES]--;
    if (state !== TEMPLATE) {
      rows[row | (activeIn(state) === 1 ? ACTIVE : INACTIVE)]--;
      this.books.counted(row);
      const template = table.controlOf(entry);
      if (template !== NONE) table.countControlled(template, -1);
    }
    // No other state has a witness.
    if (state === ESTABLISHED || state === UDP) this.witnesses[entry] = null;
    table.remove(entry);
  }
}

/** How many active connections an entry in a state is. */
const activeIn = (state: number): number => (state === ESTABLISHED || state === SYN_RECV ? 1 : 0);
