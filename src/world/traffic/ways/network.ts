/**
 * The network between a client and the pods: one-way delays by distance. Each client draws its own,
 * so that clients do not disturb each other.
 */
import type { Plan } from '../../../contract/plan.ts';
import { createSampler, type Sampler } from '../../../engine/distributions/sampler.ts';
import type { DelayLine, EventQueue, SimEvent } from '../../../engine/event-queue.ts';
import { RandomStream } from '../../../engine/random.ts';
import type { Duration } from '../../../base/time.ts';

/** The distances between a client pod and a pod, in the order of `Hop.distance`. */
export const DISTANCES = ['sameNode', 'sameZone', 'crossZone', 'external'] as const;

/** One distance: everything sent over it arrives one delay later. */
export class Hop {
  /** Which distance it is; -1: a way of two. */
  readonly distance: number;
  /** The delay, ns, where that is always the same; null: it varies. */
  readonly constant: number | null;
  private readonly queue: EventQueue;
  private readonly sampler: Sampler;
  /** The second leg of a way by another node; null: there is none. */
  private readonly second: Sampler | null;
  /** For a constant delay. */
  private readonly line: DelayLine | null;
  /** Whether the delay is always zero: what is sent arrives at once, and need not be carried. */
  readonly isImmediate: boolean;

  constructor(
    queue: EventQueue,
    distance: number,
    sampler: Sampler,
    second: Sampler | null = null,
  ) {
    this.queue = queue;
    this.distance = distance;
    this.sampler = sampler;
    this.second = second;
    const constant = constantOf(sampler, second);
    this.constant = constant;
    this.isImmediate = constant === 0;
    this.line = constant === null ? null : queue.line(constant as Duration);
  }

  /** Fires the event of `entry` when it has crossed. */
  carry(entry: SimEvent['entry']): void {
    if (this.line !== null) this.queue.scheduleEntryIn(this.line, entry);
    else this.queue.scheduleEntry(entry, this.queue.now + this.delay());
  }

  /** The delay of one crossing, in ns, for those who add to it or hold it against a deadline. */
  delay(): number {
    const { second } = this;
    return second === null ? this.sampler.next() : this.sampler.next() + second.next();
  }

  /** The way over this distance and then over another. */
  followedBy(other: Hop): Hop {
    return new Hop(this.queue, -1, this.sampler, other.sampler);
  }
}

/** The delay of both legs where it is always the same; else null. */
function constantOf(first: Sampler, second: Sampler | null): number | null {
  if (second === null || first.constant === null) return first.constant;
  return second.constant === null ? null : first.constant + second.constant;
}

/** The distances of one client. */
export class Network {
  readonly hops: readonly Hop[];
  private readonly sameNode: Hop;
  private readonly sameZone: Hop;
  private readonly crossZone: Hop;
  readonly external: Hop;
  /** Ways of two legs, by these. */
  private readonly ways = new Map<Hop, Map<Hop, Hop>>();
  private readonly zones: readonly (string | null)[];

  constructor(queue: EventQueue, plan: Plan, seed: number, client: string) {
    this.hops = DISTANCES.map(
      (distance, i) =>
        new Hop(
          queue,
          i,
          createSampler(
            plan.network[distance],
            RandomStream.open(seed, `client/${client}/network/${distance}`),
          ),
        ),
    );
    [this.sameNode, this.sameZone, this.crossZone, this.external] = this.hops;
    this.zones = plan.nodes.map((node) => node.zone);
  }

  /** From a node (-1: outside the cluster) to a node. Nodes without a zone are near everybody. */
  hop(from: number, to: number): Hop {
    if (from === to) return this.sameNode;
    if (from < 0) return this.external;
    const fromZone = this.zones[from];
    const toZone = this.zones[to];
    const near = fromZone === toZone || fromZone === null || toZone === null;
    return near ? this.sameZone : this.crossZone;
  }

  /** From a node (-1: outside the cluster) to a node, by another which passes on. */
  through(from: number, by: number, to: number): Hop {
    const direct = this.hop(from, by);
    if (from === by) return this.hop(by, to);
    if (by === to) return direct;
    const further = this.hop(by, to);
    let ways = this.ways.get(direct);
    if (ways === undefined) this.ways.set(direct, (ways = new Map()));
    let way = ways.get(further);
    if (way === undefined) ways.set(further, (way = direct.followedBy(further)));
    return way;
  }
}
