/**
 * One call of getaddrinfo(), as glibc makes it (resolv/res_query.c, res_send.c): the names of the search
 * list in turn, each asked for A and AAAA from one socket, until one exists.
 *
 * An attempt waits for both answers up to the resolver's timeout. With none in, it sends both again from the
 * same socket, so to the same pod while the node remembers the flow. With one in, glibc asks again one
 * after the other, which counts as no attempt. An ICMP error or SERVFAIL ends an attempt at once, and
 * the next one has a new socket.
 *
 * Left out: several name servers, other resolvers (musl, Go), that glibc goes on asking one after the
 * other for the rest of the thread's life.
 */
import { SimEvent, type DelayLine } from '../../engine/event-queue.ts';
import { FORWARDED, REJECTED } from '../../proxy/data-plane.ts';
import { hearsOfRejection } from '../traffic/connections/icmp-errors.ts';
import { UdpFlow } from '../traffic/connections/udp-flow.ts';
import type { World } from '../world.ts';
import type { ClusterDns } from './cluster-dns.ts';
import type { NameWaiter } from './name-waiter.ts';
import type { Query } from './query.ts';
import type { Resolver } from './resolver.ts';

/** Answers that are missing. */
const A = 1;
const AAAA = 2;

export class Lookup extends SimEvent {
  resolver!: Resolver;
  /** Who waits for the address. */
  readonly waiters: NameWaiter[] = [];
  /** Counts the sockets of a run; -1: none is open. */
  socket: number = -1;

  protected readonly world: World;
  protected readonly dns: ClusterDns;
  private readonly flow: UdpFlow;
  private patience!: DelayLine;
  /** The name that is asked for: index into the resolver's. */
  protected at: number = 0;
  private attempt = 0;
  private missing = 0;
  private oneByOne = false;
  private ttl = 0;

  constructor(world: World, dns: ClusterDns) {
    super(world.queue);
    this.world = world;
    this.dns = dns;
    this.flow = new UdpFlow(world);
  }

  /** Begins to look up the name that a client calls. */
  begin(resolver: Resolver): void {
    this.dns.lookups++;
    this.resolver = resolver;
    this.patience = resolver.names.patience;
    this.at = 0;
    this.askForName();
  }

  /** A node has lost all that it knew. */
  forgetRules(node: number): void {
    if (this.socket >= 0 && this.resolver.pod.node === node) this.flow.forget();
  }

  /** An answer, or SERVFAIL, arrives at the client pod. */
  answered(query: Query): void {
    if (query.socket !== this.socket) return;
    const type = query.aaaa ? AAAA : A;
    if ((this.missing & type) === 0) return;
    if (query.failed) {
      this.nextAttempt(true);
      return;
    }
    this.missing &= ~type;
    this.flow.answered(this.world.queue.now);
    if (!query.aaaa) this.ttl = query.ttl;
    if (this.missing === 0) this.nameAnswered();
    else if (this.oneByOne) this.sendMissing();
  }

  /** An ICMP error arrives: the socket is of no use any more. */
  refused(query: Query): void {
    if (query.socket === this.socket) this.nextAttempt(false);
  }

  /** The timeout of the resolver is over. */
  override fire(): void {
    if (!this.oneByOne && this.missing !== (A | AAAA)) {
      this.oneByOne = true;
      this.sendAll();
      return;
    }
    if (++this.attempt > this.resolver.names.plan.attempts) this.end(false);
    else this.sendAll();
  }

  private askForName(): void {
    this.attempt = 1;
    this.oneByOne = this.resolver.names.plan.singleRequest;
    this.openSocket();
    this.sendAll();
  }

  private openSocket(): void {
    const { dns, resolver } = this;
    this.closeSocket();
    this.socket = dns.sockets++;
    const { address, node } = resolver.pod;
    this.flow.begin(dns.rulesOn(node), address, resolver.nextPort(), dns.udpPort);
  }

  private closeSocket(): void {
    const { queue } = this.world;
    queue.cancel(this);
    this.socket = -1;
    this.flow.end(queue.now);
  }

  private sendAll(): void {
    this.missing = A | AAAA;
    this.sendMissing();
  }

  private sendMissing(): void {
    const { queue } = this.world;
    queue.cancel(this);
    queue.scheduleIn(this.patience, this);
    if (this.oneByOne) {
      this.send((this.missing & A) === 0, false);
      return;
    }
    const isNew = this.send(false, false);
    this.send(true, isNew);
  }

  /** Sends one query; `racing`: while the other's conntrack entry is being made. True: it made that entry. */
  protected send(aaaa: boolean, racing: boolean): boolean {
    const { dns, resolver, world } = this;
    const query = dns.ask(this, aaaa, this.at);
    const cache = dns.cacheOf(resolver.pod.node);
    if (cache !== null) {
      query.sendToCache(cache);
      return false;
    }
    const { now } = world.queue;
    const { pod } = resolver;
    const verdict = this.flow.send(now);
    const isTold = verdict === REJECTED && hearsOfRejection(world, pod, pod.proxy!);
    if (isTold) query.refused(this.flow.proxyCost);
    else if (verdict !== FORWARDED) query.lost();
    else if (racing && resolver.losesRace()) query.lost();
    else query.sendTo(world.pods[this.flow.endpoint!.pod], this.flow.proxyCost);
    return verdict === FORWARDED && this.flow.begunAt === now;
  }

  /** Both answers for a name are in. */
  private nameAnswered(): void {
    if (this.at + 1 === this.resolver.names.plan.names.length) {
      this.end(true);
      return;
    }
    this.at++;
    this.askForName();
  }

  /** The attempt has failed before its time: the next one, from a new socket. */
  private nextAttempt(byServer: boolean): void {
    if (++this.attempt <= this.resolver.names.plan.attempts) {
      this.openSocket();
      this.sendAll();
      return;
    }
    // After SERVFAIL the resolver goes on with the search list, after anything else it does not.
    if (byServer && this.at + 1 < this.resolver.names.plan.names.length) {
      this.at++;
      this.askForName();
      return;
    }
    this.end(false);
  }

  private end(found: boolean): void {
    this.closeSocket();
    if (!found) this.dns.failures++;
    const { resolver, waiters } = this;
    resolver.lookedUp(this, found, this.ttl);
    // One that learns of it may have another forget that it waits.
    resolver.ending = waiters;
    for (let waiter = waiters.shift(); waiter !== undefined; waiter = waiters.shift()) {
      if (found) waiter.resolved();
      else waiter.unresolved();
    }
    resolver.ending = null;
    this.dns.freeLookup(this);
  }
}
