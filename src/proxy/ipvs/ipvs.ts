/**
 * The IPVS data plane: one virtual server per ServicePort, whose scheduler picks a real server for
 * each new connection; scheduler state is the node's own (net/netfilter/ipvs, pkg/proxy/ipvs).
 *
 * kube-proxy adds endpoints in the order of their addresses and the kernel inserts each at the head
 * of its list, so a fresh list runs from the last address to the first. An endpoint that goes while it
 * has entries is drained: weight 0, and deleted by the first scan, one a minute, that finds it without
 * entries (pkg/proxy/ipvs/graceful_termination.go). One that returns while draining is deleted and
 * added anew, at the head.
 *
 * Left out: persistence, timeouts by state other than TIME_WAIT, UDP.
 */
import { assert } from '../../base/assert.ts';
import type { ProxyCosts } from '../../contract/plan.ts';
import type { Sampler } from '../../engine/distributions/sampler.ts';
import type { Endpoint, UsableEndpoints } from '../../kube/endpoint.ts';
import { FORWARDED, REJECTED, UNROUTED } from '../data-plane.ts';
import type {
  DataPlane,
  Flow,
  FlowEnd,
  ServicePortFacts,
  ServiceRules,
  SyncWork,
  Verdict,
} from '../data-plane.ts';
import { ExpiryRing } from '../expiry-ring.ts';
import { programmingTime } from '../programming-time.ts';
import type { RealServer, Scheduler, SchedulerFactory } from './scheduler.ts';

/** How long the entry of a closed connection counts as inactive: TIME_WAIT, ip_vs_proto_tcp.c. */
const TIME_WAIT_NS = 120e9;
/** How long an idle established connection is remembered, ip_vs_proto_tcp.c. */
const ESTABLISHED_NS = 900e9;
/** Period of the scan that deletes drained servers. */
const DRAIN_SCAN_NS = 60e9;

export interface IpvsOptions {
  readonly costs: ProxyCosts['ipvs'];
  readonly scheduler: SchedulerFactory;
  /** What first packets cost. */
  readonly base: Sampler;
}

export class Ipvs implements DataPlane {
  /** The address is the node's own (kube-ipvs0), and nothing listens there: refused. */
  readonly unknownPort: Verdict = REJECTED;
  readonly unknownAddress: Verdict = UNROUTED;
  readonly idleTimeout: number = ESTABLISHED_NS;
  private readonly options: IpvsOptions;

  constructor(options: IpvsOptions) {
    this.options = options;
  }

  createRules(_port: ServicePortFacts, usable: UsableEndpoints): ServiceRules {
    return new VirtualServer(this.options, usable);
  }

  costOfMiss(): number {
    return this.options.base.next();
  }

  programmingTime(work: SyncWork): number {
    return programmingTime(this.options.costs, work);
  }

  synced(): void {
    // Virtual servers are changed one by one; nothing is written anew.
  }
}

/** A real server with what the virtual server needs to know about it. */
interface Destination extends RealServer {
  /** Its number in `destinations`. */
  readonly id: number;
  endpoint: Endpoint;
  /** Where it stands in the list; -1 once deleted. */
  index: number;
}

class VirtualServer implements ServiceRules {
  private readonly base: Sampler;
  private readonly scheduler: Scheduler;
  /** The kernel's list: the one added last comes first. */
  private readonly list: Destination[] = [];
  /** By number, which flows and expiring entries remember; deleted ones leave their number to others. */
  private readonly destinations: Destination[] = [];
  private readonly freeIds: number[] = [];
  private readonly expiring: ExpiryRing = new ExpiryRing();
  private draining = 0;
  private nextScan = 0;

  constructor(options: IpvsOptions, usable: UsableEndpoints) {
    this.base = options.base;
    this.scheduler = options.scheduler(this.list);
    this.apply(usable, 0);
  }

  open(flow: Flow, now: number): Verdict {
    if (this.draining > 0) this.scan(now);
    this.expire(now);
    flow.proxyCost = this.base.next();
    const index = this.scheduler.pick();
    if (index < 0) {
      flow.endpoint = null;
      flow.slot = -1;
      return REJECTED;
    }
    const server = this.list[index];
    server.active++;
    this.scheduler.changed(index);
    flow.endpoint = server.endpoint;
    flow.slot = server.id;
    return FORWARDED;
  }

  passes(_flow: Flow, _now: number): boolean {
    return true;
  }

  close(flow: Flow, now: number, _end: FlowEnd): void {
    this.expire(now);
    const server = this.destinations[flow.slot];
    assert(server.active > 0, 'IPVS closed more connections of a server than it opened');
    server.active--;
    server.inactive++;
    if (server.index >= 0) this.scheduler.changed(server.index);
    this.expiring.add(server.id, now + TIME_WAIT_NS);
  }

  apply({ endpoints }: UsableEndpoints, now: number): void {
    if (this.draining > 0) this.scan(now);
    this.expire(now);
    const wanted = new Map(endpoints.map((endpoint) => [endpoint.address, endpoint]));
    for (const server of this.list.slice()) {
      const endpoint = wanted.get(server.endpoint.address);
      if (endpoint === undefined) {
        if (server.weight > 0) this.retire(server, now);
      } else if (server.weight > 0) {
        server.endpoint = endpoint;
        wanted.delete(endpoint.address);
      } else {
        this.delete(server);
      }
    }
    for (const endpoint of wanted.values()) this.add(endpoint);
  }

  private add(endpoint: Endpoint): void {
    const id = this.freeIds.pop() ?? this.destinations.length;
    const server: Destination = { id, endpoint, index: 0, weight: 1, active: 0, inactive: 0 };
    this.destinations[id] = server;
    this.list.unshift(server);
    this.renumber();
    this.scheduler.inserted(0);
  }

  private retire(server: Destination, now: number): void {
    if (server.active + server.inactive === 0) {
      this.delete(server);
    } else {
      server.weight = 0;
      if (this.draining++ === 0) {
        this.nextScan = (Math.floor(now / DRAIN_SCAN_NS) + 1) * DRAIN_SCAN_NS;
      }
      this.scheduler.changed(server.index);
    }
  }

  private delete(server: Destination): void {
    const { index } = server;
    if (server.weight === 0) this.draining--;
    this.list.splice(index, 1);
    server.index = -1;
    this.renumber();
    this.scheduler.removed(index);
    if (server.active + server.inactive === 0) this.freeIds.push(server.id);
  }

  private renumber(): void {
    for (let i = 0; i < this.list.length; i++) this.list[i].index = i;
  }

  /** Does the scans that were due by `now`. */
  private scan(now: number): void {
    while (this.draining > 0 && this.nextScan <= now) {
      this.expire(this.nextScan);
      for (const server of this.list.slice()) {
        if (server.weight === 0 && server.active + server.inactive === 0) this.delete(server);
      }
      this.nextScan += DRAIN_SCAN_NS;
    }
  }

  private expire(now: number): void {
    const { expiring } = this;
    while (expiring.hasExpired(now)) {
      const server = this.destinations[expiring.take()];
      server.inactive--;
      if (server.index >= 0) this.scheduler.changed(server.index);
      else if (server.active + server.inactive === 0) this.freeIds.push(server.id);
    }
  }
}
