/**
 * IPVS of one node: what a first packet, a later packet and a connection's end do to its virtual servers and
 * their entries (net/netfilter/ipvs/ip_vs_core.c of Linux 6.1).
 *
 * Left out: forwarding methods other than masquerading, firewall marks, FTP, one-packet scheduling, the sync daemon,
 * SCTP's own states, connection thresholds. TCP's half-closed states only where the other side's FIN cannot follow.
 */
import type { Source } from '../schedulers/scheduler.ts';
import {
  ANY_PORT,
  CLOSE,
  ESTABLISHED,
  FIN_WAIT,
  NONE,
  SYN_RECV,
  TEMPLATE,
  TIME_WAIT,
  UDP,
} from './connection-table.ts';
import type { Destination } from './destination.ts';
import { Entries } from './entries.ts';
import type { Witness } from './entries.ts';
import type { IpVsSettings } from './settings.ts';
import { VirtualServer } from './virtual-server.ts';
import type { VirtualServerOptions } from './virtual-server.ts';

/** A first packet that no server is there for: answered with ICMP port unreachable. */
export const REFUSED = -1;
/** A packet of an entry whose server was deleted: dropped without a word. */
export const SWALLOWED = -2;

export class IpVs {
  readonly settings: IpVsSettings;
  readonly entries: Entries;
  private services = 0;
  private deletedServices: VirtualServer[] = [];

  constructor(settings: IpVsSettings) {
    this.settings = settings;
    this.entries = new Entries(settings);
  }

  /** Makes a virtual server; one that had the same address leaves it its number and trash. */
  addService(options: VirtualServerOptions): VirtualServer {
    const { ip, port, protocol } = options;
    const predecessor = this.deletedServices.find(
      ({ options: old }) => old.ip === ip && old.port === port && old.protocol === protocol,
    );
    this.deletedServices = this.deletedServices.filter((service) => service !== predecessor);
    const id = predecessor?.id ?? this.services++;
    return new VirtualServer(this, id, options, predecessor);
  }

  deleteService(service: VirtualServer): void {
    for (const server of service.list.slice()) service.delete(server);
    this.deletedServices.push(service);
  }

  /**
   * The first packet of a TCP connection, which is taken to be established at once, or any datagram of UDP: the number of
   * its entry, REFUSED or SWALLOWED.
   */
  receive(service: VirtualServer, source: Source, witness: Witness | null): number {
    const { entries } = this;
    const known = entries.table.find(source.sourceIp, source.sourcePort, service.id);
    if (known !== NONE) {
      if (!this.isScheduledAfresh(known, service)) {
        if (!entries.hasServer(known)) return SWALLOWED;
        entries.move(known, service.isUdp ? UDP : ESTABLISHED, witness);
        return known;
      }
      entries.expireNow(known);
    }
    if (service.persistence > 0) return this.receivePersistent(service, source, witness);
    const index = service.scheduler.pick(source);
    if (index < 0) return REFUSED;
    return entries.enter(service, source, service.list[index], NONE, witness);
  }

  /** Whether the entry's connection is open. */
  isEstablished(entry: number): boolean {
    return this.entries.table.stateOf(entry) === ESTABLISHED;
  }

  /** The template of a client of a persistent virtual server; negative: there is none. */
  templateOf(service: VirtualServer, clientIp: number): number {
    return this.entries.table.find(clientIp & service.netmask, ANY_PORT, service.id);
  }

  /** A later packet from the client: REFUSED where the entry's server is gone with its entries, SWALLOWED where only the server is. */
  refresh(entry: number): number {
    const { entries } = this;
    if (!entries.hasServer(entry)) {
      if (!this.settings.expireNodestConn) return SWALLOWED;
      entries.expireNow(entry);
      return REFUSED;
    }
    entries.renew(entry);
    return entry;
  }

  /** Client and server have sent FIN. */
  closedByFin(entry: number): void {
    this.end(entry, TIME_WAIT);
  }

  /** One side has sent RST. */
  closedByReset(entry: number): void {
    this.end(entry, CLOSE);
  }

  /** The server has sent FIN, which passes even where the client's packets do not, as its server was deleted. */
  closedByServer(entry: number): void {
    const { entries } = this;
    entries.move(entry, entries.hasServer(entry) ? TIME_WAIT : FIN_WAIT, null);
  }

  /** Nobody answered the SYN, of which the last was sent at `seenAt` (ns). */
  abandoned(entry: number, seenAt: number): void {
    this.entries.move(entry, SYN_RECV, null, this.entries.tickAt(seenAt));
  }

  /** By the client's template, or by a new one: ip_vs_sched_persist. */
  private receivePersistent(
    service: VirtualServer,
    source: Source,
    witness: Witness | null,
  ): number {
    const { entries } = this;
    let template = this.templateOf(service, source.sourceIp);
    if (template !== NONE && !this.leads(template)) {
      entries.table.hide(template);
      template = NONE;
    }
    if (template === NONE) {
      const index = service.scheduler.pick(source);
      if (index < 0) return REFUSED;
      template = this.newTemplate(service, source, service.list[index]);
    }
    entries.follow(template);
    return entries.enter(service, source, entries.serverOf(template), template, witness);
  }

  private newTemplate(service: VirtualServer, source: Source, server: Destination): number {
    const { table } = this.entries;
    const network = source.sourceIp & service.netmask;
    const template = table.add(network, ANY_PORT, service.id, TEMPLATE, server.id, 0);
    table.setSpan(template, service.persistence, 0);
    server.references++;
    return template;
  }

  /** Whether connections may still follow the template: ip_vs_check_template. */
  private leads(template: number): boolean {
    const server = this.entries.serverOf(template);
    if (!server.isAvailable) return false;
    return server.weight > 0 || !this.settings.expireQuiescentTemplate;
  }

  /** A first packet of a client's address and port that have an entry: whether it is scheduled afresh. */
  private isScheduledAfresh(entry: number, service: VirtualServer): boolean {
    const { expireNodestConn, connReuseMode } = this.settings;
    const { table } = this.entries;
    const server = this.entries.serverOf(entry);
    if (expireNodestConn && (!server.isAvailable || (!service.isUdp && server.weight === 0))) {
      return true;
    }
    const state = table.stateOf(entry);
    const hasEnded = state === TIME_WAIT || state === CLOSE;
    return connReuseMode && hasEnded && table.controlOf(entry) === NONE;
  }

  /** The connection ends, unless its packets are dropped because its server was deleted. */
  private end(entry: number, state: number): void {
    const { entries } = this;
    if (entries.hasServer(entry)) entries.move(entry, state, null);
    else if (this.settings.expireNodestConn) entries.expireNow(entry);
  }
}
