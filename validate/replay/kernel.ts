/** The kernel that recordings are replayed on: the one of src/proxy/ipvs/kernel, one for each run. */
import { parseIPv4 } from '../../src/base/ipv4.ts';
import { IPVS_SCHEDULERS } from '../../src/contract/plan.ts';
import type { IpvsScheduler, Protocol } from '../../src/contract/plan.ts';
import type { Destination } from '../../src/proxy/ipvs/kernel/destination.ts';
import type { Witness } from '../../src/proxy/ipvs/kernel/entries.ts';
import { IpVs } from '../../src/proxy/ipvs/kernel/ip-vs.ts';
import type { VirtualServer } from '../../src/proxy/ipvs/kernel/virtual-server.ts';
import { SCHEDULERS } from '../../src/proxy/ipvs/schedulers/registry.ts';
import type { Clock } from './recordings.ts';
import type { Row } from '../csv.ts';

/** CONFIG_HZ of the recorded kernel. */
export const HZ = 100;
const TICK_NS = 1e9 / HZ;
const DAY_NS = 86_400e9;
/** Where a recording does not say: the tick that all kernels had reached when their script began. */
const USUAL_CLOCK: Clock = { tick: 4_294_938_491, at: 328.6e6 };

/** The port of all real servers. */
const SERVER_PORT = 8080;

/** Server number k has address 10.244.(k div 200).(10 + k mod 200). */
const serverIp = (server: number): number =>
  parseIPv4(`10.244.${Math.floor(server / 200)}.${10 + (server % 200)}`);

const numberOfServer = (ip: number): number => ((ip >>> 8) & 255) * 200 + (ip & 255) - 10;

export interface RunSettings {
  readonly clock: Clock | null;
  readonly expireNodestConn: boolean;
  readonly expireQuiescentTemplate: boolean;
  readonly udpTimeoutNs: number;
  readonly lblcrExpirationNs: number;
}

export const USUAL_SETTINGS: RunSettings = {
  clock: null,
  expireNodestConn: false,
  expireQuiescentTemplate: false,
  udpTimeoutNs: 300e9,
  lblcrExpirationNs: DAY_NS,
};

export interface ServiceSettings {
  readonly ip: number;
  readonly port: number;
  readonly protocol: Protocol;
  readonly scheduler: IpvsScheduler;
  readonly flags: { readonly port: boolean; readonly fallback: boolean };
  readonly persistence: { readonly timeout: number; readonly netmask: number } | null;
}

/** No server took the connection, or its packet was dropped. */
export const NOBODY = 0;

/** A connection as its client knows it; the number of its entry is another's once the entry is gone. */
export interface Connection extends Witness {
  /** Negative: refused, or dropped. */
  readonly entry: number;
}

export class ReplayKernel {
  readonly ipvs: IpVs;
  private service: VirtualServer | null = null;
  /** Added to instants of the recording so that a tick begins at a multiple of its length. */
  private readonly shift: number;
  private now = 0;

  constructor(settings: RunSettings) {
    const clock = settings.clock ?? USUAL_CLOCK;
    const ticksBefore = Math.ceil(clock.at / TICK_NS);
    this.shift = ticksBefore * TICK_NS - clock.at;
    this.ipvs = new IpVs({
      hz: HZ,
      firstTick: clock.tick - ticksBefore,
      tcpTimeout: 900e9,
      udpTimeout: settings.udpTimeoutNs,
      expireNodestConn: settings.expireNodestConn,
      expireQuiescentTemplate: settings.expireQuiescentTemplate,
      connReuseMode: true,
      lblcrExpiration: settings.lblcrExpirationNs,
    });
  }

  at(ns: number): void {
    this.now = ns + this.shift;
    this.ipvs.entries.at(this.now);
  }

  create(settings: ServiceSettings): void {
    this.service = this.ipvs.addService({ ...settings, scheduler: SCHEDULERS[settings.scheduler] });
  }

  deleteService(row: Row): void {
    this.ipvs.deleteService(this.serviceOf(row));
    this.service = null;
  }

  add(row: Row, server: number, weight: number): void {
    this.serviceOf(row).add(serverIp(server), SERVER_PORT, weight);
  }

  setWeight(row: Row, server: number, weight: number): void {
    this.serviceOf(row).setWeight(this.find(row, server), weight);
  }

  delete(row: Row, server: number): void {
    this.serviceOf(row).delete(this.find(row, server));
  }

  /** A first packet or a datagram of the row's client. */
  receive(row: Row): Connection {
    const connection = { entry: NOBODY, seenAt: this.now };
    connection.entry = this.ipvs.receive(this.serviceOf(row), sourceOf(row), connection);
    return connection;
  }

  /** Whether the node still knows the connection as open. */
  isOpen(connection: Connection): boolean {
    const { entry } = connection;
    return entry >= 0 && this.ipvs.entries.isWitness(entry, connection);
  }

  /** Number of the server that an entry leads to; NOBODY where there is none. */
  serverOf(entry: number): number {
    return entry < 0 ? NOBODY : numberOfServer(this.ipvs.entries.serverOf(entry).ip);
  }

  /** `server:weight:active:inactive`, joined by bars, in the kernel's order. */
  get destinations(): string {
    const list: readonly Destination[] = this.service?.list ?? [];
    return list
      .map(
        ({ ip, weight, active, inactive }) =>
          `${numberOfServer(ip)}:${weight}:${active}:${inactive}`,
      )
      .join('|');
  }

  /** The template of a client's network; negative where there is none. */
  template(row: Row, clientIp: string): number {
    return this.ipvs.templateOf(this.serviceOf(row), parseIPv4(clientIp));
  }

  private serviceOf(row: Row): VirtualServer {
    return this.service ?? row.fail('there is no virtual server at this point of the run');
  }

  private find(row: Row, server: number): Destination {
    const found = this.serviceOf(row).find(serverIp(server), SERVER_PORT);
    return found ?? row.fail(`there is no server ${server} at this point of the run`);
  }
}

export function schedulerOf(row: Row, name: string): IpvsScheduler {
  const known = IPVS_SCHEDULERS.find((scheduler) => scheduler === name);
  return known ?? row.fail(`scheduler "${name}" is not known`);
}

const sourceOf = (row: Row): { readonly sourceIp: number; readonly sourcePort: number } => ({
  sourceIp: parseIPv4(row.text('client_ip')),
  sourcePort: row.number('client_port'),
});
