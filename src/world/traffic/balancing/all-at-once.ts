/** A channel that connects to all addresses, and again to those that it loses: round_robin, random, least_request. */
import { Channel } from './channel.ts';
import type { Host } from './host.ts';
import type { Subchannel } from './subchannel.ts';

export class AllAtOnce extends Channel {
  override connectFailed(host: Host): void {
    (host as Subchannel).connectAt(this.world.queue.now + this.backoffAfter(host.failedConnects));
    this.view.connectionLost();
    if (!this.mayWait()) this.dealHeld();
  }

  override disconnected(host: Host): void {
    this.markStale();
    (host as Subchannel).connectAt(this.world.queue.now);
    this.view.connectionLost();
  }

  /** Those that have failed count as failed until they are connected. */
  protected override mayWait(): boolean {
    return this.hosts.some(
      ({ connections, failedConnects }) => connections.length === 0 && failedConnects === 0,
    );
  }

  protected override hostsChanged(): void {
    const { now } = this.world.queue;
    for (const host of this.hosts) {
      if (host.connections.length === 0 && host.failedConnects === 0) {
        (host as Subchannel).connectAt(now);
      }
    }
  }
}
