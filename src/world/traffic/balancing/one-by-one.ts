/**
 * A channel with one connection: pick_first. It goes through the addresses in their order until one answers, and stays
 * there; where none does, it asks for addresses again, and begins again after a back-off, whatever the answer is
 * (grpc-go: clientconn.go, updateAddrs and resetTransport). Once the connection is lost, the next request begins anew.
 */
import type { Attempt } from '../attempts/attempt.ts';
import { Channel } from './channel.ts';
import type { Host } from './host.ts';
import type { Subchannel } from './subchannel.ts';

export class OneByOne extends Channel {
  /** Whom it connects to; null: nobody, it is connected or does nothing. */
  private trying: Subchannel | null = null;
  /** How often it has gone through all addresses in vain. */
  private failedPasses = 0;
  /** Until when it backs off, ns. */
  private backsOffUntil = 0;

  override acquire(attempt: Attempt): void {
    super.acquire(attempt);
    if (this.held.first !== null) this.begin();
  }

  override connected(host: Host): void {
    if (host !== this.trying) this.trying?.stop();
    this.startAnew();
    super.connected(host);
  }

  override connectFailed(host: Host): void {
    if (host !== this.trying) return;
    const { hosts } = this;
    const next = hosts[hosts.indexOf(host) + 1] as Subchannel | undefined;
    const { now } = this.world.queue;
    if (next !== undefined) {
      this.try(next, now);
      return;
    }
    this.failedPasses++;
    this.backsOffUntil = now + this.backoffAfter(this.failedPasses);
    this.try(hosts[0] as Subchannel, this.backsOffUntil);
    this.view.connectionLost();
    this.dealHeld();
  }

  override disconnected(_host: Host): void {
    this.markStale();
    this.view.connectionLost();
  }

  override nodeLost(): void {
    super.nodeLost();
    this.startAnew();
  }

  protected override mayWait(): boolean {
    return this.failedPasses === 0 && this.hosts.length > 0;
  }

  /** Another list: begins at its head, unless it is connected to one of them. It backs off as long as it would have. */
  protected override hostsChanged(): void {
    const wasTrying = this.trying !== null;
    this.trying?.stop();
    this.trying = null;
    if (wasTrying || this.held.first !== null) this.begin();
  }

  private begin(): void {
    const { hosts } = this;
    if (this.trying !== null || hosts.length === 0) return;
    if (hosts.some(({ connections }) => connections.length > 0)) return;
    this.try(hosts[0] as Subchannel, Math.max(this.world.queue.now, this.backsOffUntil));
  }

  private startAnew(): void {
    this.trying = null;
    this.failedPasses = 0;
    this.backsOffUntil = 0;
  }

  private try(subchannel: Subchannel, at: number): void {
    this.trying = subchannel;
    subchannel.connectAt(at);
  }
}
