/** What all files of an import have said so far. */
import { ArrivalTally } from './arrivals.ts';
import type { ObservedArrivals } from './arrivals.ts';
import { BrokenLines } from './broken-lines.ts';
import type { Sink, Summary, TimeOf } from './format.ts';
import { InOrder } from './in-order.ts';
import type { TakeRequest } from './in-order.ts';
import { LatencyTally, observedBySummary } from './latencies.ts';
import type { ObservedLatencies } from './latencies.ts';

const NS_PER_MS = 1e6;

export class LogBook implements Sink {
  /** Lines that tell of a request. */
  readonly broken: BrokenLines = new BrokenLines();
  /** Requests without a latency. */
  unanswered = 0;
  summary: Summary | null = null;
  timeOf: TimeOf = 'start';
  /** The step of the log's moments, ms; 0: fine. */
  timeStepMs = 0;
  /** Whether latencies are cut to whole steps rather than rounded. */
  isCut = false;
  private readonly latencies = new LatencyTally();
  private readonly arrivals = new ArrivalTally();
  private readonly inOrder: InOrder;

  /** @param take is told of requests with a moment, in the order in which they began. */
  constructor(take: TakeRequest = () => {}) {
    this.inOrder = new InOrder((atMs, latencyNs) => {
      this.arrivals.add(atMs);
      take(atMs, latencyNs);
    });
  }

  /** Requests with a latency. */
  get count(): number {
    return this.latencies.count;
  }

  /** Requests that came too late to be put in order. */
  get late(): number {
    return this.inOrder.late;
  }

  request(latencyNs: number, atMs: number): void {
    this.latencies.add(latencyNs);
    if (Number.isNaN(atMs)) return;
    const start = this.timeOf === 'end' ? atMs - latencyNs / NS_PER_MS : atMs;
    const step = this.timeStepMs;
    this.inOrder.add(step > 0 ? Math.floor(start / step) * step : start, latencyNs);
  }

  without(): void {
    this.unanswered += 1;
  }

  /** Once, when everything is read. Null where there was no latency at all. */
  conclude(): Conclusion | null {
    this.inOrder.end();
    if (this.summary !== null) {
      return {
        latencies: observedBySummary(this.summary),
        arrivals: null,
        rate: this.summary.rate,
      };
    }
    if (this.count === 0) return null;
    return {
      latencies: this.latencies.observed(this.isCut),
      arrivals: this.arrivals.observed(this.late === 0),
      rate: null,
    };
  }
}

export interface Conclusion {
  readonly latencies: ObservedLatencies;
  /** Null where the log does not say when requests came. */
  readonly arrivals: ObservedArrivals | null;
  /** Requests per second, where a summary says only that. */
  readonly rate: number | null;
}
