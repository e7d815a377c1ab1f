/**
 * NodeLocal DNSCache: the DNS cache that a DaemonSet runs on every node (KEP-1024). Pods reach it
 * without DNAT and without conntrack; what it does not know it asks of kube-dns over TCP.
 *
 * Left out: its own death, which leaves the pods of its node without DNS; connections that it keeps to
 * CoreDNS; its limit of 10,000 entries.
 */
import { assert } from '../../base/assert.ts';
import type { World } from '../world.ts';
import { NameServer, type NameServerOptions } from './name-server.ts';
import type { Query } from './query.ts';

export interface NodeCacheOptions extends NameServerOptions {
  /** How long it keeps an answer at most, ns: a positive one, and that there is nothing. */
  readonly success: number;
  readonly denial: number;
  /** The node's own address (IPv4 as a number), from which it asks kube-dns. */
  readonly address: number;
}

export class NodeCache extends NameServer {
  readonly address: number;
  private readonly world: World;
  private readonly own: NodeCacheOptions;
  /** Until when answers are valid, by name and type. */
  private readonly known = new Map<string, number>();
  private sockets = 0;
  private losses = 0;

  constructor(world: World, options: NodeCacheOptions) {
    super(options);
    this.world = world;
    this.own = options;
    this.address = options.address;
  }

  /** A source port for the next question to kube-dns. */
  nextPort(): number {
    return ephemeralPort(this.sockets++);
  }

  protected override get deaths(): number {
    return this.losses;
  }

  /** It goes with its node: what it knew, and whom it was about to answer. */
  forget(): void {
    this.losses++;
    this.known.clear();
  }

  protected override reply(query: Query): void {
    const left = (this.known.get(query.key) ?? 0) - this.world.queue.now;
    if (left > 0) query.answer(left);
    else query.forward();
  }

  /** CoreDNS has answered a query that was forwarded. */
  learned(query: Query): void {
    if (query.failed) {
      query.fail();
      return;
    }
    const { success, denial } = this.own;
    const ttl = Math.min(query.ttl, query.isPositive ? success : denial);
    this.known.set(query.key, this.world.queue.now + ttl);
    query.answer(ttl);
  }

  override upstreamAnswered(): void {
    assert(false, 'the cache of a node has no upstream resolver but kube-dns');
  }
}

/** Linux' ephemeral ports in turn (net.ipv4.ip_local_port_range). */
export const ephemeralPort = (n: number): number => 32_768 + (n % 28_232);
