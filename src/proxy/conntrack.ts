/**
 * A node's connection tracking table, as far as it limits: an entry per connection from its first
 * packet, which outlives the connection by the TIME_WAIT timeout; a full table drops the first
 * packets of new connections (net/netfilter/nf_conntrack_core.c) and leaves the others alone.
 *
 * Like the kernel, which collects expired entries in rounds, this does not look at them one by
 * one: entries that close within the same 1/128 of the timeout expire together, when the last of them would.
 *
 * Left out: other states' timeouts, early drop of unreplied entries, UDP.
 */
import { assert } from '../base/assert.ts';

/** Rounds in one timeout. */
const ROUNDS = 128;

export class Conntrack {
  private readonly max: number;
  /** Length of a round, ns. */
  private readonly round: number;
  /** Entries, those of closed connections included. */
  private entries = 0;
  private closed = 0;
  /** Closed connections by the round in which they closed: this round and as many before as one timeout has. */
  private readonly closings: number[] = Array.from({ length: ROUNDS + 1 }, () => 0);
  private current = 0;
  private currentEnd: number;

  /** `max` entries at most; an entry lives on for `timeWait` ns after its connection. */
  constructor(max: number, timeWait: number) {
    this.max = max;
    this.round = Math.max(1, timeWait / ROUNDS);
    this.currentEnd = this.round;
  }

  /** Whether a new connection at `now` (ns) finds no room. */
  isFull(now: number): boolean {
    if (now >= this.currentEnd) this.turn(now);
    return this.entries >= this.max;
  }

  /** Makes the entry of a connection whose first packet was forwarded. */
  open(): void {
    this.entries++;
  }

  /** The connection of an entry closed at `now` (ns). */
  close(now: number): void {
    if (now >= this.currentEnd) this.turn(now);
    assert(this.entries > this.closed, 'conntrack closed more connections than it opened');
    this.closed++;
    this.closings[this.current]++;
  }

  /** Rounds have ended by `now`: what closed one timeout before them expires. */
  private turn(now: number): void {
    const { closings } = this;
    // After a long silence everything has expired once the ring has gone around.
    for (let turns = 0; now >= this.currentEnd && turns <= ROUNDS; turns++) {
      this.currentEnd += this.round;
      this.current = this.current === ROUNDS ? 0 : this.current + 1;
      this.entries -= closings[this.current];
      this.closed -= closings[this.current];
      closings[this.current] = 0;
    }
    if (now >= this.currentEnd) {
      this.currentEnd += Math.ceil((now - this.currentEnd + 1) / this.round) * this.round;
    }
  }
}
