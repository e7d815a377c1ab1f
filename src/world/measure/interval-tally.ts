/** What is counted in one interval of the timeline, over all clients. */
import { Histogram } from '../../stats/histogram.ts';
import type { Sample, Samples } from '../../stats/sample.ts';

/** Sub-buckets per octave as a power of two: 1.6 % wide, and interpolated within. */
const PRECISION = 6;

export class IntervalTally {
  requests: number = 0;
  errors: number = 0;
  readonly latency: Histogram = new Histogram(PRECISION);
  /** Noted at its end. */
  readyPods: number = 0;

  /** A request that was due in the interval ended after this latency. */
  ended(latency: Sample, failed: boolean): void {
    this.requests++;
    if (failed) this.errors++;
    this.latency.recordSample(latency);
  }

  /** Requests that were due in the interval have succeeded. */
  succeededAll(latencies: Samples): void {
    this.requests += latencies.size;
    this.latency.recordSamples(latencies);
  }
}
