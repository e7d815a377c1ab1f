/** What is counted of one client, per window. */
import type { ErrorCause } from '../../contract/plan.ts';
import { Histogram } from '../../stats/histogram.ts';
import { PartsByLatency } from '../../stats/parts-by-latency.ts';
import type { Sample, Samples } from '../../stats/sample.ts';
import { FailureTally } from './failure-tally.ts';
import type { EndedRequest } from './measurement.ts';

/** Sub-buckets per octave as a power of two: 0.4 % wide, and interpolated within. */
const PRECISION = 8;

export class ClientTally {
  /** By window; the first is `all`. */
  readonly windows: ClientWindowTally[] = [];
  readonly all: ClientWindowTally;
  /** Time by cause, window `all`. */
  readonly parts: PartsByLatency = new PartsByLatency();

  /** Whether its requests count among those of all clients: not those that pods make for others. */
  readonly counts: boolean;

  constructor(windows: number, counts: boolean) {
    this.counts = counts;
    for (let i = 0; i < windows; i++) this.windows.push(new ClientWindowTally());
    this.all = this.windows[0];
  }
}

export class ClientWindowTally {
  issued: number = 0;
  succeeded: number = 0;
  /** Succeeded while the window was open, whenever they were due. */
  completed: number = 0;
  attempts: number = 0;
  /** Null: none has failed. */
  failures: FailureTally | null = null;
  readonly latency: Histogram = new Histogram(PRECISION);

  /** A request ended after this latency, well (null) or with a cause. */
  ended(latency: Sample, request: EndedRequest, cause: ErrorCause | null): void {
    this.attempts += request.tries;
    this.latency.recordSample(latency);
    if (cause === null) this.succeeded++;
    else (this.failures ??= new FailureTally()).add(cause, request.reason, request.retryEnd);
  }

  /** Requests have succeeded at the first try. */
  succeededAll(latencies: Samples): void {
    this.attempts += latencies.size;
    this.succeeded += latencies.size;
    this.latency.recordSamples(latencies);
  }
}
