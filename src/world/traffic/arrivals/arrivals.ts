/** When the requests of a client are due: at moments that come whatever becomes of them, or when its users ask. */
import type { Arrival } from '../../../contract/plan.ts';
import { SimEvent, type EventQueue } from '../../../engine/event-queue.ts';
import type { Client } from '../client.ts';
import type { ArrivalStreams, ArrivalTimes } from './arrival-times.ts';
import { ClosedLoop } from './closed-loop.ts';
import { arrivalTimes } from './registry.ts';
import { TraceTimes } from './trace.ts';

const NO_MORE: ArrivalTimes = { next: () => Infinity };

/** The event of a client's next arrival. */
export class Arrivals extends SimEvent {
  private readonly queue: EventQueue;
  private readonly client: Client;
  /** Of requests that wait for no others. */
  times: ArrivalTimes = NO_MORE;
  /** The users of a closed loop; null: there are none. */
  private loop: ClosedLoop | null = null;
  /** Closed loops so far. */
  private loops = 0;
  /** `times`, where they are those of a trace. */
  private trace: TraceTimes | null = null;
  private readonly until: number;
  private readonly streams: ArrivalStreams;
  /** What the arrivals of the plan have been replaced with, the last first. */
  private replacements: readonly Arrival[] = [];

  /** Arrivals from the start of the run up to `until` (ns), exclusive. */
  constructor(queue: EventQueue, client: Client, streams: ArrivalStreams, until: number) {
    super(queue, 3);
    this.queue = queue;
    this.client = client;
    this.streams = streams;
    this.until = until;
    this.become(client.plan.arrival);
  }

  /** From now on requests arrive so. Returns what undoes it: others that have replaced it since stay. */
  replace(arrival: Arrival): () => void {
    // An object of its own, so that the same arrivals twice are two replacements.
    const replacement = { ...arrival };
    this.replaceBy([replacement, ...this.replacements]);
    return () => this.replaceBy(this.replacements.filter((other) => other !== replacement));
  }

  private replaceBy(replacements: readonly Arrival[]): void {
    const isAnother = replacements[0] !== this.replacements[0];
    this.replacements = replacements;
    if (!isAnother) return;
    this.queue.cancel(this);
    this.loop?.stop();
    this.become(replacements[0] ?? this.client.plan.arrival);
    this.proceed();
  }

  private become(arrival: Arrival): void {
    if (arrival.kind === 'closed') {
      const { client, until } = this;
      const name = this.loops++ === 0 ? 'user' : `user-${this.loops}`;
      this.times = NO_MORE;
      this.trace = null;
      this.loop = new ClosedLoop(client, arrival, { name, until });
    } else {
      this.times = arrivalTimes(arrival, this.streams, this.queue.now);
      this.trace = this.times instanceof TraceTimes ? this.times : null;
      this.loop = null;
    }
  }

  /** Schedules the next arrival. */
  proceed(): void {
    const at = this.times.next();
    if (at < this.until) this.queue.scheduleEntry(this.entry, at);
  }

  override fire(): void {
    if (this.trace === null) {
      this.proceed();
      this.client.issue();
      return;
    }
    const { client } = this;
    // Before the next row takes its place.
    client.givenDemand = this.trace.demand;
    this.proceed();
    client.issue();
    client.givenDemand = -1;
  }
}
