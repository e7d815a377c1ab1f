/**
 * A gRPC channel: a request goes to an endpoint that it is connected to, and waits while there is none but one may be soon.
 * Where all have failed to connect, requests fail at once (wait_for_ready false) until one succeeds
 * (grpc: doc/connectivity-semantics-and-api.md, doc/load-balancing.md). Which endpoints it connects to, and when,
 * depends on the policy: all-at-once.ts, one-by-one.ts.
 *
 * Left out: connection attempts side by side (happy eyeballs), as pods have one address; channels that fall idle.
 */
import type { ConnectBackoff } from '../../../contract/plan.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { Endpoint } from '../../../kube/endpoint.ts';
import type { World } from '../../world.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { Replica } from '../replica.ts';
import { BalancedUse, type BalancingOptions } from './balanced-use.ts';
import { backoffAfter } from './connect-backoff.ts';
import type { Host } from './host.ts';
import { Subchannel } from './subchannel.ts';

export interface ChannelOptions extends BalancingOptions {
  readonly connectBackoff: ConnectBackoff;
  /** What its jitter is drawn from. */
  readonly backoffStream: RandomStream;
}

export abstract class Channel extends BalancedUse {
  private readonly replica: Replica;
  private readonly options: ChannelOptions;

  constructor(world: World, replica: Replica, options: ChannelOptions) {
    super(world, options);
    this.replica = replica;
    this.options = options;
  }

  override connected(_host: Host): void {
    this.markStale();
    this.dealHeld();
  }

  protected override makeHost(endpoint: Endpoint): Subchannel {
    return new Subchannel(this, this.world, this.replica, endpoint);
  }

  protected override isOpen({ connections }: Host): boolean {
    return connections.length > 0;
  }

  protected override pick(attempt: Attempt): Host | null {
    for (;;) {
      const host = super.pick(attempt);
      // Connections that have done or seen enough leave as they are looked at, and the endpoint is not open any more.
      if (host === null || (host as Subchannel).isReady) return host;
    }
  }

  /** How long to wait after so many failures in a row, ns. */
  protected backoffAfter(failures: number): number {
    const { backoffStream, connectBackoff } = this.options;
    return backoffAfter(connectBackoff, failures, backoffStream);
  }
}
