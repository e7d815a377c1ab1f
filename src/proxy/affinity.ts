/**
 * sessionAffinity ClientIP as the kernel keeps it for one ServicePort on one node: a list of client addresses per
 * endpoint, each with the time of its last new connection (iptables: net/netfilter/xt_recent.c, a list a
 * KUBE-SEP chain; nftables: a dynamic set an endpoint, with a timeout).
 *
 * A client has a fresh stamp in one list at most: it is written only where its connection goes, and the
 * connection goes where a fresh stamp is. A stale stamp decides nothing and is the first to make
 * room, so that a client's entry simply moves to the list written last. The lists of endpoints that are gone go
 * with them; an endpoint that comes back starts with an empty one.
 *
 * Entries are numbered and their fields stand in arrays, so that a warm table allocates nothing.
 */
import { assert } from '../base/assert.ts';
import { scramble } from '../base/scramble.ts';
import type { Endpoint } from '../kube/endpoint.ts';

const NONE = -1;
const FIRST_SIZE = 16;

/** A full list forgets the address that connected least recently (xt_recent, an LRU map), or takes no more (an nft set). */
export type WhenFull = 'evict' | 'ignore';

export interface AffinityOptions {
  /** How long a client sticks after its last new connection, ns. */
  readonly timeout: number;
  /** Addresses per endpoint. */
  readonly capacity: number;
  readonly whenFull: WhenFull;
}

export class AffinityTable {
  private readonly timeout: number;
  private readonly capacity: number;
  private readonly evicts: boolean;

  // Entries by number. `next` chains those of one bucket, and the free ones.
  private clients = new Float64Array(FIRST_SIZE);
  private stamps = new Float64Array(FIRST_SIZE);
  private lists = new Int32Array(FIRST_SIZE);
  private next = new Int32Array(FIRST_SIZE);
  private older = new Int32Array(FIRST_SIZE);
  private newer = new Int32Array(FIRST_SIZE);
  private buckets = new Int32Array(FIRST_SIZE).fill(NONE);
  private free = NONE;
  /** Numbers given out, in use or free. */
  private made = 0;

  // Lists by number: the entries that connected first and last, how many, and the endpoint's position.
  private readonly oldest: number[] = [];
  private readonly newest: number[] = [];
  private readonly sizes: number[] = [];
  private readonly positions: number[] = [];
  private readonly idleLists: number[] = [];
  /** By address, and by position. */
  private byAddress = new Map<string, number>();
  private byPosition: number[] = [];

  constructor(options: AffinityOptions, endpoints: readonly Endpoint[]) {
    assert(options.capacity >= 1, `an affinity list of ${options.capacity} addresses`);
    this.timeout = options.timeout;
    this.capacity = options.capacity;
    this.evicts = options.whenFull === 'evict';
    this.setEndpoints(endpoints);
  }

  /** Puts these endpoints in force: lists of others are gone for good. */
  setEndpoints(endpoints: readonly Endpoint[]): void {
    const before = this.byAddress;
    this.byAddress = new Map();
    this.byPosition = endpoints.map(({ address }, position) => {
      const list = before.get(address) ?? this.makeList();
      before.delete(address);
      this.byAddress.set(address, list);
      this.positions[list] = position;
      return list;
    });
    for (const list of before.values()) this.drop(list);
  }

  /** The position of the endpoint that `client` sticks to at `now` (ns); -1: none. */
  find(client: number, now: number): number {
    const entry = this.entryOf(client);
    if (entry === NONE || now - this.stamps[entry]! > this.timeout) return -1;
    return this.positions[this.lists[entry]!]!;
  }

  /** A new connection of `client` goes to the endpoint at `position`, at `now` (ns). */
  record(client: number, position: number, now: number): void {
    const list = this.byPosition[position]!;
    let entry = this.entryOf(client);
    if (entry !== NONE && this.lists[entry] === list) {
      this.unlink(entry);
    } else {
      // With its stamp too old, or it would have gone there.
      if (entry !== NONE) this.remove(entry);
      if (this.sizes[list]! >= this.capacity) {
        const first = this.oldest[list]!;
        if (!this.evicts && now - this.stamps[first]! <= this.timeout) return;
        this.remove(first);
      }
      entry = this.make(client);
    }
    this.stamps[entry] = now;
    this.append(entry, list);
  }

  private makeList(): number {
    const list = this.idleLists.pop() ?? this.sizes.length;
    this.oldest[list] = NONE;
    this.newest[list] = NONE;
    this.sizes[list] = 0;
    return list;
  }

  private drop(list: number): void {
    while (this.oldest[list] !== NONE) this.remove(this.oldest[list]!);
    this.idleLists.push(list);
  }

  private entryOf(client: number): number {
    let entry = this.buckets[scramble(client) & (this.buckets.length - 1)]!;
    while (entry !== NONE && this.clients[entry] !== client) entry = this.next[entry]!;
    return entry;
  }

  private make(client: number): number {
    let entry = this.free;
    if (entry === NONE) {
      if (this.made === this.clients.length) this.grow();
      entry = this.made++;
    } else {
      this.free = this.next[entry]!;
    }
    this.clients[entry] = client;
    this.chain(entry);
    return entry;
  }

  private remove(entry: number): void {
    this.unlink(entry);
    const bucket = scramble(this.clients[entry]!) & (this.buckets.length - 1);
    let at = this.buckets[bucket]!;
    if (at === entry) {
      this.buckets[bucket] = this.next[entry]!;
    } else {
      while (this.next[at] !== entry) at = this.next[at]!;
      this.next[at] = this.next[entry]!;
    }
    this.next[entry] = this.free;
    this.free = entry;
  }

  private chain(entry: number): void {
    const bucket = scramble(this.clients[entry]!) & (this.buckets.length - 1);
    this.next[entry] = this.buckets[bucket]!;
    this.buckets[bucket] = entry;
  }

  /** To the end of a list: it connected last. */
  private append(entry: number, list: number): void {
    const last = this.newest[list]!;
    this.lists[entry] = list;
    this.older[entry] = last;
    this.newer[entry] = NONE;
    if (last === NONE) this.oldest[list] = entry;
    else this.newer[last] = entry;
    this.newest[list] = entry;
    this.sizes[list]!++;
  }

  private unlink(entry: number): void {
    const list = this.lists[entry]!;
    const before = this.older[entry]!;
    const after = this.newer[entry]!;
    if (before === NONE) this.oldest[list] = after;
    else this.newer[before] = after;
    if (after === NONE) this.newest[list] = before;
    else this.older[after] = before;
    this.sizes[list]!--;
  }

  /** Twice the room; every number is in use. */
  private grow(): void {
    const size = this.clients.length * 2;
    const widen = <Words extends Float64Array | Int32Array>(wide: Words, words: Words): Words => {
      wide.set(words);
      return wide;
    };
    this.clients = widen(new Float64Array(size), this.clients);
    this.stamps = widen(new Float64Array(size), this.stamps);
    this.lists = widen(new Int32Array(size), this.lists);
    this.next = widen(new Int32Array(size), this.next);
    this.older = widen(new Int32Array(size), this.older);
    this.newer = widen(new Int32Array(size), this.newer);
    this.buckets = new Int32Array(size).fill(NONE);
    for (let entry = 0; entry < this.made; entry++) this.chain(entry);
  }
}
