/**
 * A virtual server of IPVS, as ipvsadm makes it: an address, a scheduler with its list of real
 * servers, and possibly persistence (net/netfilter/ipvs/ip_vs_ctl.c).
 *
 * A real server is added at the head of the list. One that is deleted goes to the trash, where it keeps its counts as
 * long as anything refers to it: added again, even after the virtual server itself was deleted and made anew, it is the same one, and
 * its connections live again.
 */
import { assert } from '../../../base/assert.ts';
import type { Protocol } from '../../../contract/plan.ts';
import type { Endpoint } from '../../../kube/endpoint.ts';
import type { Scheduler, SchedulerFactory, SchedulerFlags } from '../schedulers/scheduler.ts';
import type { Destination } from './destination.ts';
import type { IpVs } from './ip-vs.ts';

/** How long a server that nothing refers to stays in the trash, s: IP_VS_DEST_TRASH_PERIOD. */
const TRASH_S = 120;

export interface VirtualServerOptions {
  /** IPv4 as an unsigned number. */
  readonly ip: number;
  readonly port: number;
  readonly protocol: Protocol;
  readonly scheduler: SchedulerFactory;
  readonly flags: SchedulerFlags;
  /** Persistence: its timeout in ns, and the mask that makes a client's network of its address; null: none. */
  readonly persistence: { readonly timeout: number; readonly netmask: number } | null;
}

export class VirtualServer {
  readonly options: VirtualServerOptions;
  /** Its number on the node: the same again when it is deleted and made anew. */
  readonly id: number;
  readonly isUdp: boolean;
  /** Persistence's timeout in ticks; 0: none. */
  readonly persistence: number;
  readonly netmask: number;
  /** The kernel's list: the one added last comes first. */
  readonly list: Destination[] = [];
  readonly scheduler: Scheduler;
  /** Goes up whenever the list, or what stands behind a server of it, has changed. */
  revision: number = 0;
  private readonly ipvs: IpVs;
  private trash: Destination[];

  /** Use IpVs.addService. `predecessor`: the deleted one that had the same address. */
  constructor(ipvs: IpVs, id: number, options: VirtualServerOptions, predecessor?: VirtualServer) {
    this.ipvs = ipvs;
    this.id = id;
    this.options = options;
    this.isUdp = options.protocol === 'UDP';
    this.persistence =
      options.persistence === null ? 0 : ipvs.entries.ticks(options.persistence.timeout);
    this.netmask = (options.persistence?.netmask ?? 0) | 0;
    this.trash = predecessor?.trash ?? [];
    this.scheduler = options.scheduler({
      list: this.list,
      vip: options.ip,
      flags: options.flags,
      clock: ipvs.entries.clock,
      lblcrExpiration: ipvs.entries.ticks(ipvs.settings.lblcrExpiration),
    });
    ipvs.entries.serve(id, this.scheduler);
  }

  /** Adds a real server with this address, port and weight. */
  add(ip: number, port: number, weight: number): Destination {
    const server = this.takeBack(ip, port) ?? this.ipvs.entries.newDestination(this, ip, port);
    server.setWeight(weight);
    server.virtualServer = this;
    this.list.unshift(server);
    this.renumber();
    this.scheduler.inserted(0);
    return server;
  }

  /** What stands behind a server is this now. */
  setEndpoint(server: Destination, endpoint: Endpoint): void {
    server.endpoint = endpoint;
    this.revision++;
  }

  setWeight(server: Destination, weight: number): void {
    assert(server.isAvailable, 'IPVS set the weight of a deleted server');
    server.setWeight(weight);
    this.scheduler.weighed(server.index);
  }

  /** Deletes a real server. What refers to it goes with it one tick later under `expire_nodest_conn`. */
  delete(server: Destination): void {
    const { index } = server;
    assert(index >= 0, 'IPVS deleted a server twice');
    this.list.splice(index, 1);
    server.index = -1;
    server.deletedAt = this.ipvs.entries.clock.tick;
    this.renumber();
    this.scheduler.removed(index);
    this.emptyTrash();
    this.trash.push(server);
    this.ipvs.entries.deleted(server);
  }

  /** The server in the list with this address and port. */
  find(ip: number, port: number): Destination | undefined {
    return this.list.find((server) => server.ip === ip && server.port === port);
  }

  private takeBack(ip: number, port: number): Destination | undefined {
    const at = this.trash.findIndex((server) => server.ip === ip && server.port === port);
    return at < 0 ? undefined : this.trash.splice(at, 1)[0];
  }

  /** Frees what has lain there for long and nothing refers to. */
  private emptyTrash(): void {
    const { tick } = this.ipvs.entries.clock;
    const period = this.ipvs.entries.ticks(TRASH_S * 1e9);
    this.trash = this.trash.filter((server) => {
      const stays = server.references > 0 || ((tick - server.deletedAt) | 0) < period;
      if (!stays) this.ipvs.entries.freeDestination(server);
      return stays;
    });
  }

  private renumber(): void {
    this.revision++;
    for (let i = 0; i < this.list.length; i++) this.list[i].index = i;
  }
}
