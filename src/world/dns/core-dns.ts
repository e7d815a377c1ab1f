/**
 * CoreDNS in one pod, with kubeadm's Corefile: names of the cluster come out of memory, whether they
 * exist or not, and everything else from an upstream resolver, whose answers are kept for 30 s
 * (coredns: plugin/kubernetes, plugin/forward, plugin/cache).
 *
 * A Service is known from start to end: what is created or deleted during a run is not modelled.
 */
import type { Sampler } from '../../engine/distributions/sampler.ts';
import type { RandomStream } from '../../engine/random.ts';
import { isClusterName } from '../../kube/dns.ts';
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';
import { NameServer, type NameServerOptions } from './name-server.ts';
import type { Query } from './query.ts';

/** Of the Corefile's `cache 30`. */
const UPSTREAM_TTL_NS = 30e9;

export interface CoreDnsOptions extends NameServerOptions {
  /** How long answers about the cluster are valid, ns. */
  readonly ttl: number;
  readonly upstream: Sampler;
  /** 0–1: queries that are answered with SERVFAIL. */
  readonly errorRate: number;
  readonly luck: RandomStream;
}

export class CoreDns extends NameServer {
  private readonly world: World;
  private readonly pod: Pod;
  private readonly own: CoreDnsOptions;
  /** Until when answers from upstream are valid, by name and type. */
  private readonly fromUpstream = new Map<string, number>();

  constructor(world: World, pod: Pod, options: CoreDnsOptions) {
    super(options);
    this.world = world;
    this.pod = pod;
    this.own = options;
  }

  protected override get deaths(): number {
    return this.pod.deaths;
  }

  protected override reply(query: Query): void {
    const { errorRate, luck, ttl, upstream } = this.own;
    if (errorRate > 0 && luck.next() < errorRate) query.fail();
    else if (isClusterName(query.name)) query.answer(ttl);
    else {
      const left = (this.fromUpstream.get(query.key) ?? 0) - this.world.queue.now;
      if (left > 0) query.answer(left);
      else query.awaitUpstream(upstream.next());
    }
  }

  override upstreamAnswered(query: Query): void {
    if (query.life !== this.deaths) {
      query.lost();
      return;
    }
    this.fromUpstream.set(query.key, this.world.queue.now + UPSTREAM_TTL_NS);
    query.answer(UPSTREAM_TTL_NS);
  }
}
