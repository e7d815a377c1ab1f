/**
 * Picks among all endpoints that the view has and that are not left alone, connected or not: connections are opened by
 * who was dealt there and finds none (Envoy's clusters; HTTP/1.1 clients that balance; gRPC's ring_hash).
 */
import type { ConnectBackoff } from '../../../contract/plan.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { Endpoint } from '../../../kube/endpoint.ts';
import type { World } from '../../world.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { Replica } from '../replica.ts';
import { BalancedUse, type BalancingOptions } from './balanced-use.ts';
import { backoffAfter } from './connect-backoff.ts';
import { Host, type PoolMaker } from './host.ts';

export interface EndpointPoolsOptions extends BalancingOptions {
  readonly makePool: PoolMaker;
  /** How long an endpoint is left alone that no connection to could be opened; null: not at all. */
  readonly connectBackoff: ConnectBackoff | null;
  /** What its jitter is drawn from. */
  readonly backoffStream: RandomStream;
}

export class EndpointPools extends BalancedUse {
  private readonly replica: Replica;
  private readonly options: EndpointPoolsOptions;
  /** When the next endpoint is no longer left alone, ns. */
  private nextUnblocked = Infinity;

  constructor(world: World, replica: Replica, options: EndpointPoolsOptions) {
    super(world, options);
    this.replica = replica;
    this.options = options;
  }

  override connected(_host: Host): void {
    // Whoever it was opened for waits in its pool.
  }

  override connectFailed(host: Host): void {
    const { backoffStream, connectBackoff } = this.options;
    if (connectBackoff !== null) {
      const wait = backoffAfter(connectBackoff, host.failedConnects, backoffStream);
      host.blockedUntil = this.world.queue.now + wait;
      this.nextUnblocked = Math.min(this.nextUnblocked, host.blockedUntil);
      this.markStale();
    }
    this.view.connectionLost();
  }

  override disconnected(_host: Host): void {
    this.view.connectionLost();
  }

  protected override makeHost(endpoint: Endpoint): Host {
    return new Host(this, this.replica, endpoint, this.options.makePool);
  }

  protected override isOpen({ blockedUntil }: Host): boolean {
    return blockedUntil <= this.world.queue.now;
  }

  protected override mayWait(): boolean {
    return false;
  }

  protected override hostsChanged(): void {
    // Connections to new ones are opened by whoever is dealt there.
  }

  protected override pick(attempt: Attempt): Host | null {
    this.unblock();
    return super.pick(attempt);
  }

  private unblock(): void {
    const { now } = this.world.queue;
    if (this.nextUnblocked > now) return;
    this.nextUnblocked = Infinity;
    for (const { blockedUntil } of this.hosts) {
      if (blockedUntil > now) this.nextUnblocked = Math.min(this.nextUnblocked, blockedUntil);
    }
    this.markStale();
  }
}
