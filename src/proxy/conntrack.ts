/**
 * A node's connection tracking table, as far as it limits: an entry per connection from its first
 * packet, which outlives the connection by the TIME_WAIT timeout; a full table drops the first
 * packets of new connections (net/netfilter/nf_conntrack_core.c) and leaves the others alone.
 *
 * Left out: other states' timeouts, early drop of unreplied entries, UDP.
 */
import { assert } from '../base/assert.ts';
import { ExpiryRing } from './expiry-ring.ts';

export class Conntrack {
  private readonly max: number;
  private readonly timeWait: number;
  private readonly closing: ExpiryRing = new ExpiryRing();
  private entries = 0;

  /** `max` entries at most; an entry lives on for `timeWait` ns after its connection. */
  constructor(max: number, timeWait: number) {
    this.max = max;
    this.timeWait = timeWait;
  }

  /** Whether a new connection at `now` (ns) finds no room. */
  isFull(now: number): boolean {
    const { closing } = this;
    while (closing.hasExpired(now)) {
      closing.take();
      this.entries--;
    }
    return this.entries >= this.max;
  }

  /** Makes the entry of a connection whose first packet was forwarded. */
  open(): void {
    this.entries++;
  }

  /** The connection of an entry closed at `now` (ns). */
  close(now: number): void {
    assert(this.entries > this.closing.size, 'conntrack closed more connections than it opened');
    this.closing.add(0, now + this.timeWait);
  }
}
