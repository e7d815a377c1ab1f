/**
 * The IPVS data plane: how kube-proxy uses the IPVS of its node (pkg/proxy/ipvs/proxier.go). One
 * virtual server per ServicePort, every real server at weight 1, connections of deleted servers
 * expired, templates to draining servers not followed; with mh, the source port is hashed too.
 *
 * `kernel/` is what Linux does with all that, `schedulers/` how it picks.
 *
 * Left out: connections of a Service that kube-proxy learns of only after its first use; the virtual servers are made
 * when the first flow needs them, with the list that a fresh Service has.
 */
import type { PlannedIpvs, ProxyCosts } from '../../contract/plan.ts';
import type { Sampler } from '../../engine/distributions/sampler.ts';
import type { RandomStream } from '../../engine/random.ts';
import type { UsableEndpoints } from '../../kube/endpoint.ts';
import { REJECTED, UNROUTED } from '../data-plane.ts';
import type {
  DataPlane,
  ServicePortFacts,
  ServiceRules,
  SyncWork,
  Verdict,
} from '../data-plane.ts';
import { programmingTime } from '../programming-time.ts';
import { GracefulTermination } from './graceful-termination.ts';
import { IpVs } from './kernel/ip-vs.ts';
import { IpvsRules } from './rules.ts';
import { BY_LIST, SCHEDULERS } from './schedulers/registry.ts';

/** CONFIG_HZ of most distributions' kernels. */
const HZ = 250;
/** INITIAL_JIFFIES: the node was booted at time 0. */
const FIRST_TICK = -300 * HZ;
/** lblcr_expiration: a day. */
const LBLCR_EXPIRATION_NS = 86_400e9;
/** A client is its address. */
const HOST_MASK = 0xffffffff;

export interface IpvsOptions {
  readonly costs: ProxyCosts['ipvs'];
  readonly settings: PlannedIpvs;
  /** The order in which kube-proxy adds endpoints, where it is random. */
  readonly order: RandomStream;
  /** What first packets cost. */
  readonly base: Sampler;
}

export class Ipvs implements DataPlane {
  /** The address is the node's own (kube-ipvs0), and nothing listens there: refused. */
  readonly unknownPort: Verdict = REJECTED;
  readonly unknownAddress: Verdict = UNROUTED;
  readonly usesConntrack: boolean = false;
  readonly decidesAtConnect: boolean = false;
  readonly rejectsByIcmp: boolean = true;
  readonly idleTimeout: number;
  readonly memory: number;
  readonly followsFlows: boolean;
  private readonly options: IpvsOptions;
  private readonly kernel: IpVs;
  private readonly termination: GracefulTermination;

  constructor(options: IpvsOptions) {
    const { scheduler, tcpTimeout, udpTimeout, connReuseMode } = options.settings;
    this.options = options;
    this.idleTimeout = tcpTimeout;
    this.followsFlows = !BY_LIST.has(scheduler);
    this.kernel = new IpVs({
      hz: HZ,
      firstTick: FIRST_TICK,
      tcpTimeout,
      udpTimeout,
      expireNodestConn: true,
      expireQuiescentTemplate: true,
      connReuseMode: connReuseMode !== 0,
      lblcrExpiration: LBLCR_EXPIRATION_NS,
    });
    this.memory = this.kernel.entries.memory;
    this.termination = new GracefulTermination(this.kernel);
  }

  createRules(facts: ServicePortFacts, usable: UsableEndpoints): ServiceRules {
    const { settings, order, base } = this.options;
    const { ip, port, protocol, affinity } = facts;
    const virtualServer = this.kernel.addService({
      ip,
      port,
      protocol,
      scheduler: SCHEDULERS[settings.scheduler],
      flags: { port: settings.scheduler === 'mh', fallback: false },
      persistence: affinity === null ? null : { timeout: affinity, netmask: HOST_MASK },
    });
    const rules = new IpvsRules({
      kernel: this.kernel,
      virtualServer,
      termination: this.termination,
      base,
      order: settings.order === 'random' ? order : null,
      followsFlows: this.followsFlows || affinity !== null || protocol !== 'TCP',
    });
    rules.apply(usable, 0);
    return rules;
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
