/**
 * The cluster's DNS in one run: the name servers, made when the first query reaches them, and what is
 * counted of them.
 */
import { parseIPv4 } from '../../base/ipv4.ts';
import type { PlannedClient, PlannedDns, PlannedResolver } from '../../contract/plan.ts';
import { createSampler } from '../../engine/distributions/sampler.ts';
import type { EventQueue } from '../../engine/event-queue.ts';
import { UNROUTED, type ServiceRules } from '../../proxy/data-plane.ts';
import type { Pod } from '../cluster/pod.ts';
import type { Replica } from '../traffic/replica.ts';
import type { Rulebook } from '../traffic/ways/gate.ts';
import { Network } from '../traffic/ways/network.ts';
import { TracedLookup } from '../trace/traced-lookup.ts';
import type { World } from '../world.ts';
import { CoreDns } from './core-dns.ts';
import { Lookup } from './lookup.ts';
import { NodeCache } from './node-cache.ts';
import { Query } from './query.ts';
import { Resolver, type Names } from './resolver.ts';

export class ClusterDns {
  readonly plan: PlannedDns;
  readonly queue: EventQueue;
  /** kube-dns: numbers of its ServicePorts. */
  readonly udpPort: number;
  readonly tcpPort: number;

  // Counted from the start of the run, the warm-up included.
  /** Calls of getaddrinfo(), and those that failed. */
  lookups: number = 0;
  failures: number = 0;
  /** Queries that client pods sent, and those that reached a CoreDNS pod. */
  queries: number = 0;
  served: number = 0;
  /** Sockets that were ever opened. */
  sockets: number = 0;

  private readonly world: World;
  private readonly servers: (CoreDns | undefined)[] = [];
  private readonly rulebooks: (Rulebook | undefined)[] = [];
  private readonly caches: (NodeCache | undefined)[] = [];
  private readonly idleQueries: Query[] = [];
  private readonly idleLookups: Lookup[] = [];
  /** All that were ever made. */
  private readonly madeQueries: Query[] = [];
  private readonly madeLookups: Lookup[] = [];

  constructor(world: World, plan: PlannedDns) {
    this.world = world;
    this.plan = plan;
    this.queue = world.queue;
    this.udpPort = world.servicePort(plan.service, plan.udp);
    this.tcpPort = world.servicePort(plan.service, plan.tcp);
  }

  /** What the pods of a client have in common as they resolve names. */
  namesOf(client: PlannedClient, plan: PlannedResolver): Names {
    const { world } = this;
    const concern = `${client.name}/dns`;
    return {
      plan,
      keys: [plan.names, plan.names.map((name) => `${name} AAAA`)],
      network: new Network(world.queue, world.plan, world.seed, concern),
      patience: world.queue.line(plan.timeout),
      ages: world.stream(`client/${concern}/age`),
      races: world.stream(`client/${concern}/race`),
    };
  }

  /** The resolver of a client pod. Where it keeps answers it has one from before the run, of any age. */
  resolverOf(names: Names, pod: Replica): Resolver {
    const freshUntil = names.plan.cached ? Math.floor(names.ages.next() * this.plan.ttl) : 0;
    return new Resolver(this, names, pod, freshUntil);
  }

  /** 0–1: chance that a node loses one of two queries that a pod sends at once. */
  raceOn(node: number): number {
    return this.world.proxyOf(node).plane.usesConntrack ? this.plan.race : 0;
  }

  /** The DNS process in a pod. */
  serverOf(pod: Pod): CoreDns {
    let server = this.servers[pod.index];
    if (server === undefined) {
      const { world } = this;
      const concern = `pod/${pod.plan.namespace}/${pod.name}/dns`;
      const { serviceTime, concurrency, queueLimit, errorRate } = pod.plan;
      server = new CoreDns(world, pod, {
        work: createSampler(serviceTime, world.stream(`${concern}/work`)),
        concurrency,
        queueLimit: queueLimit ?? Infinity,
        ttl: this.plan.ttl,
        upstream: createSampler(this.plan.upstream, world.stream(`${concern}/upstream`)),
        errorRate,
        luck: world.stream(`${concern}/luck`),
      });
      this.servers[pod.index] = server;
    }
    return server;
  }

  /** The rules of a node that queries of its pods meet. */
  rulesOn(node: number): Rulebook {
    let rulebook = this.rulebooks[node];
    if (rulebook === undefined) {
      const proxy = this.world.proxyOf(node);
      const rules = (): ServiceRules | null => proxy.rules(this.udpPort);
      rulebook = { proxy, verdictWithoutRules: UNROUTED, rules };
      this.rulebooks[node] = rulebook;
    }
    return rulebook;
  }

  /** The DNS cache of a node; null: nodes have none. */
  cacheOf(node: number): NodeCache | null {
    const { nodeCache } = this.plan;
    if (nodeCache === null) return null;
    let cache = this.caches[node];
    if (cache === undefined) {
      const { world } = this;
      const { serviceTime, concurrency, success, denial } = nodeCache;
      const { name, ip } = world.plan.nodes[node];
      cache = new NodeCache(world, {
        work: createSampler(serviceTime, world.stream(`node/${name}/dns/work`)),
        concurrency,
        queueLimit: Infinity,
        success,
        denial,
        address: parseIPv4(ip),
      });
      this.caches[node] = cache;
    }
    return cache;
  }

  /** A query of a lookup for one of its names. */
  ask(lookup: Lookup, aaaa: boolean, at: number): Query {
    this.queries++;
    const query = this.idleQueries.pop() ?? this.makeQuery();
    const { names } = lookup.resolver;
    const { plan } = names;
    query.lookup = lookup;
    query.resolver = lookup.resolver;
    query.socket = lookup.socket;
    query.aaaa = aaaa;
    query.name = plan.names[at];
    query.key = names.keys[aaaa ? 1 : 0][at];
    query.exists = at + 1 === plan.names.length;
    return query;
  }

  /** A query has ended. */
  free(query: Query): void {
    this.idleQueries.push(query);
  }

  takeLookup(): Lookup {
    return this.idleLookups.pop() ?? this.makeLookup();
  }

  /** A node has lost all that it knew of flows, and its cache what that knew. */
  nodeLost(node: number): void {
    for (const query of this.madeQueries) query.forgetRules(node);
    for (const lookup of this.madeLookups) lookup.forgetRules(node);
    this.caches[node]?.forget();
  }

  private makeQuery(): Query {
    const made = new Query(this.world, this);
    this.madeQueries.push(made);
    return made;
  }

  private makeLookup(): Lookup {
    const { world } = this;
    const made = world.tracer === null ? new Lookup(world, this) : new TracedLookup(world, this);
    this.madeLookups.push(made);
    return made;
  }

  freeLookup(lookup: Lookup): void {
    this.idleLookups.push(lookup);
  }
}
