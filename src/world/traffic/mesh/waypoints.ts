/**
 * Waypoints: L7 proxies of an ambient mesh that are pods of their own, so that a request crosses the network to one of
 * them, and from there to the pod that serves. The ztunnel of the client's node picks one that is ready, at random.
 *
 * Left out: how late ztunnels learn which waypoints are ready; the work that waypoints share their CPU with; that a
 * request at a waypoint ends with the waypoint's process, but for its node; partitions between client and waypoint.
 */
import type { Sampler } from '../../../engine/distributions/sampler.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { Pod } from '../../cluster/pod.ts';
import type { World } from '../../world.ts';
import type { Replica } from '../replica.ts';
import type { Intermediary } from '../ways/intermediary.ts';
import type { Hop } from '../ways/network.ts';

export interface WaypointSettings {
  /** Whose pods they are: index into the plan's workloads. */
  readonly workload: number;
  /** What the ztunnel of the client's node takes for a request, and what the waypoint takes. */
  readonly ztunnelTime: Sampler;
  readonly waypointTime: Sampler;
  readonly choice: RandomStream;
  /** Makes the proxy in a pod. */
  readonly makeProxy: (pod: Pod) => Replica;
  /** Whether any request is with a proxy. */
  readonly isBusy: (proxy: Replica) => boolean;
}

export class Waypoints implements Intermediary {
  readonly kind = 'waypoint' as const;
  private readonly world: World;
  private readonly settings: WaypointSettings;
  /** By pod number, those that requests have gone to. */
  private readonly proxies = new Map<number, Replica>();

  constructor(world: World, settings: WaypointSettings) {
    this.world = world;
    this.settings = settings;
  }

  time(): number {
    const { waypointTime, ztunnelTime } = this.settings;
    return ztunnelTime.next() + waypointTime.next();
  }

  proxyOf(): Replica | null {
    const { pods } = this.world.workloads[this.settings.workload];
    let ready = 0;
    for (const pod of pods) if (this.takes(pod)) ready++;
    if (ready === 0) return null;
    let left = this.settings.choice.below(ready);
    for (const pod of pods) {
      if (this.takes(pod) && left-- === 0) return this.proxyIn(pod);
    }
    return null;
  }

  hopTo(replica: Replica, proxy: Replica): Hop {
    return replica.hopTo(proxy.node);
  }

  proxiesOn(node: number): readonly Replica[] {
    return [...this.proxies.values()].filter((proxy) => proxy.node === node);
  }

  private takes(pod: Pod): boolean {
    return pod.isReady && !pod.terminating && !this.world.nodes.isDown(pod.node);
  }

  private proxyIn(pod: Pod): Replica {
    let proxy = this.proxies.get(pod.index);
    if (proxy === undefined) {
      this.endViewsOfGone();
      proxy = this.settings.makeProxy(pod);
      this.proxies.set(pod.index, proxy);
    }
    return proxy;
  }

  /** Nobody tells proxies of endpoints any more whose pods are gone, once they have passed on what they had. */
  private endViewsOfGone(): void {
    for (const [pod, proxy] of this.proxies) {
      if (this.world.pods[pod].isGone && !this.settings.isBusy(proxy)) proxy.view?.end();
    }
  }
}
