/** Open-loop arrivals: when the next request of a client is due, whatever became of the ones before. */
import type { Arrival } from '../../../contract/plan.ts';
import { SimEvent, type EventQueue } from '../../../engine/event-queue.ts';
import type { Client } from '../client.ts';
import type { ArrivalStreams, ArrivalTimes } from './arrival-times.ts';
import { arrivalTimes } from './registry.ts';
import { TraceTimes } from './trace.ts';

/** The event of a client's next arrival. */
export class Arrivals extends SimEvent {
  private readonly queue: EventQueue;
  private readonly client: Client;
  times: ArrivalTimes;
  /** The same, where they are those of a trace. */
  private trace: TraceTimes | null;
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
    this.times = arrivalTimes(client.plan.arrival, streams, 0);
    this.trace = this.times instanceof TraceTimes ? this.times : null;
    this.until = until;
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
    const { client, queue, streams } = this;
    queue.cancel(this);
    this.times = arrivalTimes(replacements[0] ?? client.plan.arrival, streams, queue.now);
    this.trace = this.times instanceof TraceTimes ? this.times : null;
    this.proceed();
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
