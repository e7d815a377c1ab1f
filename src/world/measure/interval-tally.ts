/** What is counted in one interval of the timeline, over all clients. */
import { Histogram } from '../../stats/histogram.ts';
import type { Sample, Samples } from '../../stats/sample.ts';

/** Sub-buckets per octave as a power of two: 1.6 % wide, and interpolated within. */
const PRECISION = 6;

export class IntervalTally {
  /** Due in it. */
  requests: number = 0;
  private succeeded = 0;
  /** Of those that ended. */
  readonly latency: Histogram = new Histogram(PRECISION);
  /** Noted at its end. */
  readyPods: number = 0;

  /** Requests that did not succeed: they failed, or had not ended when the run was cut off. To be read at the end. */
  get errors(): number {
    return this.requests - this.succeeded;
  }

  /** A request that was due in the interval ended after this latency. */
  ended(latency: Sample, failed: boolean): void {
    if (!failed) this.succeeded++;
    this.latency.recordSample(latency);
  }

  /** Requests that were due in the interval have succeeded. */
  succeededAll(latencies: Samples): void {
    this.succeeded += latencies.size;
    this.latency.recordSamples(latencies);
  }
}
