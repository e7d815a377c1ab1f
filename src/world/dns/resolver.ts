/**
 * The resolver of one client pod, for the one name that its client calls. Where the client keeps
 * answers, it asks again once the answer has expired, and all that wait meanwhile share one lookup;
 * where it does not, every new connection begins with a lookup of its own.
 */
import type { PlannedResolver } from '../../contract/plan.ts';
import type { DelayLine } from '../../engine/event-queue.ts';
import type { RandomStream } from '../../engine/random.ts';
import type { Replica } from '../traffic/replica.ts';
import type { Network } from '../traffic/ways/network.ts';
import type { ClusterDns } from './cluster-dns.ts';
import type { Lookup } from './lookup.ts';
import type { NameResolver, NameWaiter } from './name-waiter.ts';
import { ephemeralPort } from './node-cache.ts';

/** What the pods of one client have in common. */
export interface Names {
  readonly plan: PlannedResolver;
  /** By type, then by name: what caches know a question by. */
  readonly keys: readonly [a: readonly string[], aaaa: readonly string[]];
  readonly network: Network;
  readonly patience: DelayLine;
  /** Ages of the answers that they have when the run starts, and lost races of two queries. */
  readonly ages: RandomStream;
  readonly races: RandomStream;
}

export class Resolver implements NameResolver {
  readonly names: Names;
  /** It is in the cluster: the kube-proxy of its node is there. */
  readonly pod: Replica;

  answers: number = 0;

  private readonly dns: ClusterDns;
  /** Until when the last answer is valid, ns. */
  private freshUntil: number;
  /** The lookup that everybody waits for, where answers are kept; otherwise there are as many as waiters. */
  private shared: Lookup | null = null;
  private unshared: Lookup[] | null = null;
  private sockets = 0;
  /** Those who are about to learn how their lookup has ended; null: none has just ended. */
  ending: NameWaiter[] | null = null;

  /** `freshUntil`: until when the answer is valid that it has from before the run, ns. */
  constructor(dns: ClusterDns, names: Names, pod: Replica, freshUntil: number) {
    this.dns = dns;
    this.names = names;
    this.pod = pod;
    this.freshUntil = freshUntil;
  }

  get isFresh(): boolean {
    return this.freshUntil > this.dns.queue.now;
  }

  resolve(waiter: NameWaiter): void {
    if (this.shared !== null) {
      this.shared.waiters.push(waiter);
      return;
    }
    const lookup = this.dns.takeLookup();
    lookup.waiters.push(waiter);
    if (this.names.plan.cached) this.shared = lookup;
    else (this.unshared ??= []).push(lookup);
    lookup.begin(this);
  }

  forget(waiter: NameWaiter): void {
    if (this.ending !== null) remove(this.ending, waiter);
    if (this.shared !== null) remove(this.shared.waiters, waiter);
    for (const lookup of this.unshared ?? []) remove(lookup.waiters, waiter);
  }

  /** A lookup has ended, with an address that is valid for `ttl` ns or without one. */
  lookedUp(lookup: Lookup, found: boolean, ttl: number): void {
    if (this.shared === lookup) this.shared = null;
    else if (this.unshared !== null) remove(this.unshared, lookup);
    if (found) this.answers++;
    if (found && this.names.plan.cached) this.freshUntil = this.dns.queue.now + ttl;
  }

  /** A source port for the next socket. */
  nextPort(): number {
    return ephemeralPort(this.sockets++);
  }

  /** Whether the second of two queries that leave at once is lost. */
  losesRace(): boolean {
    const race = this.dns.raceOn(this.pod.node);
    return race > 0 && this.names.races.next() < race;
  }
}

function remove<T>(list: T[], item: T): void {
  const at = list.indexOf(item);
  if (at !== -1) list.splice(at, 1);
}
