/**
 * The addresses that one client pod has of a headless Service, by its name: all of one answer, in the order in which it came,
 * which CoreDNS makes a random one (plugin/loadbalance). It has them until it asks again: once a connection is
 * lost or cannot be opened, but not all the time (gRPC: 30 s), or every so often. An answer without addresses is a
 * failure, after which it goes on with those that it has (grpc: doc/naming.md; grpc-go: internal/resolver/dns).
 */
import type { ReResolution } from '../../../contract/plan.ts';
import { SimEvent } from '../../../engine/event-queue.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { Endpoint } from '../../../kube/endpoint.ts';
import type { NameWaiter } from '../../dns/name-waiter.ts';
import type { World } from '../../world.ts';
import type { Replica } from '../replica.ts';
import type { EndpointView, ViewListener } from './endpoint-view.ts';

/** Between questions without an answer: the first wait, how it grows, and the longest, ns. */
const RETRY_BASE_NS = 1e9;
const RETRY_FACTOR = 1.6;
const RETRY_MAX_NS = 120e9;

export class DnsView extends SimEvent implements EndpointView, NameWaiter {
  readonly version: null = null;
  since: number | null = null;
  private readonly world: World;
  private readonly replica: Replica;
  private readonly target: { readonly service: number; readonly port: number };
  private readonly rules: ReResolution;
  private readonly order: RandomStream;
  private listener: ViewListener | null = null;
  private addresses: readonly Endpoint[] | null = null;
  private isAsking = false;
  private askedAt = -Infinity;
  /** Questions without an answer, in a row. */
  private failures = 0;

  constructor(
    world: World,
    replica: Replica,
    target: { readonly service: number; readonly port: number },
    rules: ReResolution,
  ) {
    super(world.queue);
    this.world = world;
    this.replica = replica;
    this.target = target;
    this.rules = rules;
    this.order = replica.stream('address');
  }

  get isUnresolved(): boolean {
    return this.addresses?.length === 0;
  }

  current(): readonly Endpoint[] | null {
    if (this.addresses === null && !this.isAsking) this.ask();
    return this.addresses;
  }

  listen(listener: ViewListener): void {
    this.listener = listener;
  }

  connectionLost(): void {
    if (this.rules.onDisconnect) this.askAt(this.askedAt + this.rules.minInterval);
  }

  nodeLost(): void {
    this.world.queue.cancel(this);
    if (this.isAsking) this.replica.resolver?.forget(this);
    this.isAsking = false;
    this.addresses = null;
    this.since = null;
    this.failures = 0;
    this.askedAt = -Infinity;
  }

  /** It is time to ask again. */
  override fire(): void {
    this.ask();
  }

  resolved(): void {
    this.isAsking = false;
    this.take();
  }

  unresolved(): void {
    this.isAsking = false;
    this.failed();
  }

  private ask(): void {
    const { world } = this;
    const { resolver } = this.replica;
    world.queue.cancel(this);
    this.askedAt = world.queue.now;
    if (resolver === null || (resolver.isFresh && this.addresses === null)) {
      this.take();
    } else if (resolver.isFresh) {
      // The answer that it would get is the one that it has.
      this.askAgain();
    } else {
      this.isAsking = true;
      resolver.resolve(this);
    }
  }

  private take(): void {
    const { service, port } = this.target;
    const found = this.world.addressRecords().of(service, port);
    if (found.length === 0) {
      this.failed();
      return;
    }
    this.failures = 0;
    this.since = this.world.queue.now;
    this.addresses = this.shuffled(found);
    this.askAgain();
    this.listener?.viewChanged();
  }

  /** There is no answer, or nothing in it: what it has it keeps. */
  private failed(): void {
    const wait = Math.min(RETRY_BASE_NS * RETRY_FACTOR ** this.failures++, RETRY_MAX_NS);
    this.askAt(this.world.queue.now + Math.round(wait));
    if (this.addresses !== null && this.addresses.length > 0) return;
    this.addresses = [];
    this.listener?.viewChanged();
  }

  private askAgain(): void {
    const { every } = this.rules;
    if (every !== null) this.askAt(this.askedAt + every);
  }

  /** At `at` (ns), or before where that is planned already. */
  private askAt(at: number): void {
    const { queue } = this.world;
    if (this.isAsking) return;
    const when = Math.max(at, queue.now);
    if (queue.isPending(this)) {
      if (this.entry.at <= when) return;
      queue.cancel(this);
    }
    queue.schedule(this, when);
  }

  private shuffled(found: readonly Endpoint[]): readonly Endpoint[] {
    const { order } = this;
    const addresses = [...found];
    for (let i = addresses.length - 1; i > 0; i--) {
      const j = order.below(i + 1);
      [addresses[i], addresses[j]] = [addresses[j], addresses[i]];
    }
    return addresses;
  }
}
