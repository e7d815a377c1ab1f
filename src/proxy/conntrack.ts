/**
 * A node's connection tracking table, as far as it limits: an entry per flow from its first packet,
 * which outlives the flow for as long as its last state says; a full table drops the first packets of new
 * flows (net/netfilter/nf_conntrack_core.c) and leaves the others alone. Who holds a flow says when it
 * has ended and how; nothing here looks at single flows.
 *
 * Like the kernel, which collects expired entries in rounds, this does not look at them one by
 * one: entries that are left in the same 1/128 of a timeout expire together, when the last of them would.
 *
 * Left out: early drop of unreplied entries.
 */
import { assert } from '../base/assert.ts';
import type { PlannedProxy } from '../contract/plan.ts';

/** The states in which an entry is left to run out. */
/** Both sides have closed. */
export const TIME_WAIT = 0;
/** An established connection was reset. */
export const CLOSE = 1;
/** Nothing has answered the SYN. */
export const SYN_SENT = 2;
/** No more datagrams will come: of a flow that was answered once at most, and of one that went on. */
export const UDP = 3;
export const UDP_STREAM = 4;
export type LastState =
  typeof TIME_WAIT | typeof CLOSE | typeof SYN_SENT | typeof UDP | typeof UDP_STREAM;

/** The last state of a TCP connection's entry, by FlowEnd. */
export const LAST_TCP_STATES: readonly LastState[] = [TIME_WAIT, TIME_WAIT, CLOSE, SYN_SENT];

/** How long (ns) an entry stays in each of these states. */
export type LastStateTimeouts = Pick<
  PlannedProxy['conntrack'],
  'timeWait' | 'close' | 'synSent' | 'udpTimeout' | 'udpStreamTimeout'
>;

export class Conntrack {
  private readonly max: number;
  private readonly synSent: number;
  /** Entries, those of flows that have ended included. */
  private entries = 0;
  private ended = 0;
  /** Of ended flows, by LastState. */
  private readonly expiring: readonly Expiring[];
  /** When the next of them have to be looked at. */
  private nextTurn = Infinity;

  /** `max` entries at most. */
  constructor(max: number, timeouts: LastStateTimeouts) {
    const { timeWait, close, synSent, udpTimeout, udpStreamTimeout } = timeouts;
    this.max = max;
    this.synSent = synSent;
    this.expiring = [timeWait, close, synSent, udpTimeout, udpStreamTimeout].map(
      (timeout) => new Expiring(timeout),
    );
  }

  /** Whether a new flow at `now` (ns) finds no room. */
  isFull(now: number): boolean {
    if (now >= this.nextTurn) this.turn(now);
    return this.entries >= this.max;
  }

  /** Whether the entry of a SYN that nobody answered has run out, `silence` ns after it. */
  hasForgottenSyn(silence: number): boolean {
    return silence > this.synSent;
  }

  /** Makes the entry of a flow whose first packet was forwarded. */
  open(): void {
    this.entries++;
  }

  /** The flow of an entry has ended at `now` (ns): the entry runs out. */
  close(now: number, state: LastState = TIME_WAIT): void {
    if (now >= this.nextTurn) this.turn(now);
    assert(this.entries > this.ended, 'conntrack closed more flows than it opened');
    this.ended++;
    const expiring = this.expiring[state];
    if (now >= expiring.roundEnd) expiring.turn(now);
    if (expiring.roundEnd < this.nextTurn) this.nextTurn = expiring.roundEnd;
    expiring.add();
  }

  /** The entry of a flow is gone at once: it expired unnoticed, or a RST was all that ever answered. */
  remove(): void {
    assert(this.entries > this.ended, 'conntrack removed more flows than it opened');
    this.entries--;
  }

  private turn(now: number): void {
    this.nextTurn = Infinity;
    for (const expiring of this.expiring) {
      if (expiring.size === 0) continue;
      const expired = expiring.turn(now);
      this.entries -= expired;
      this.ended -= expired;
      if (expiring.size > 0 && expiring.roundEnd < this.nextTurn) {
        this.nextTurn = expiring.roundEnd;
      }
    }
  }
}

/** Rounds in one timeout. */
const ROUNDS = 128;

/** Entries that all expire one timeout after they were added. */
class Expiring {
  size: number = 0;
  /** End of the present round, ns: from then on `turn` is due. */
  roundEnd: number;
  /** Length of a round, ns. */
  private readonly round: number;
  /** Entries by the round in which they were added: this one and as many before as one timeout has. */
  private readonly added: number[] = Array.from({ length: ROUNDS + 1 }, () => 0);
  private current = 0;

  constructor(timeout: number) {
    this.round = Math.max(1, timeout / ROUNDS);
    this.roundEnd = this.round;
  }

  /** One more, before the end of the round. */
  add(): void {
    this.size++;
    this.added[this.current]++;
  }

  /** Rounds have ended by `now`: what was added one timeout before them expires. Says how many did. */
  turn(now: number): number {
    const before = this.size;
    // After a long silence everything has expired once the ring has gone around.
    for (let turns = 0; now >= this.roundEnd && turns <= ROUNDS; turns++) {
      this.roundEnd += this.round;
      this.current = this.current === ROUNDS ? 0 : this.current + 1;
      this.size -= this.added[this.current];
      this.added[this.current] = 0;
    }
    if (now >= this.roundEnd) {
      this.roundEnd += Math.ceil((now - this.roundEnd + 1) / this.round) * this.round;
    }
    return before - this.size;
  }
}
