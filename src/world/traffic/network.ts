/**
 * The network between a client and the pods: one-way delays by distance. Each client draws its own,
 * so that clients do not disturb each other.
 */
import type { Distribution, Plan } from '../../contract/plan.ts';
import { createSampler, type Sampler } from '../../engine/distributions/sampler.ts';
import type { DelayLine, EventQueue, SimEvent } from '../../engine/event-queue.ts';
import { RandomStream } from '../../engine/random.ts';
import type { Duration } from '../../base/time.ts';

/** The distances between a client pod and a pod, in the order of `Hop.distance`. */
const DISTANCES = ['sameNode', 'sameZone', 'crossZone', 'external'] as const;

/** One distance: everything sent over it arrives one delay later. */
export class Hop {
  /** Which distance it is. */
  readonly distance: number;
  /** The delay, ns, where that is always the same; null: it varies. */
  readonly constant: number | null;
  private readonly queue: EventQueue;
  private readonly sampler: Sampler;
  /** For a constant delay. */
  private readonly line: DelayLine | null;
  /** Whether the delay is always zero: what is sent arrives at once, and need not be carried. */
  readonly isImmediate: boolean;

  constructor(
    queue: EventQueue,
    distance: number,
    distribution: Distribution,
    stream: RandomStream,
  ) {
    this.queue = queue;
    this.distance = distance;
    this.sampler = createSampler(distribution, stream);
    const { constant } = this.sampler;
    this.constant = constant;
    this.isImmediate = constant === 0;
    this.line = constant === null ? null : queue.line(constant as Duration);
  }

  /** Fires the event of `entry` when it has crossed. */
  carry(entry: SimEvent['entry']): void {
    if (this.line !== null) this.queue.scheduleEntryIn(this.line, entry);
    else this.queue.scheduleEntry(entry, this.queue.now + this.sampler.next());
  }

  /** The delay of one crossing, in ns, for those who add to it or hold it against a deadline. */
  delay(): number {
    return this.sampler.next();
  }
}

/** The distances of one client. */
export class Network {
  readonly hops: readonly Hop[];
  private readonly sameNode: Hop;
  private readonly sameZone: Hop;
  private readonly crossZone: Hop;
  private readonly external: Hop;
  private readonly zones: readonly (string | null)[];

  constructor(queue: EventQueue, plan: Plan, seed: number, client: string) {
    this.hops = DISTANCES.map(
      (distance, i) =>
        new Hop(
          queue,
          i,
          plan.network[distance],
          RandomStream.open(seed, `client/${client}/network/${distance}`),
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
}
