/** What is counted of one client, per window. */
import { ERROR_CAUSES, type ErrorCause } from '../../contract/plan.ts';
import { Histogram } from '../../stats/histogram.ts';
import { PartsByLatency } from '../../stats/parts-by-latency.ts';
import type { Sample } from '../../stats/sample.ts';

/** Sub-buckets per octave as a power of two: 0.4 % wide, and interpolated within. */
const PRECISION = 8;

const CAUSE_INDEX: ReadonlyMap<ErrorCause, number> = new Map(
  ERROR_CAUSES.map((cause, index) => [cause, index]),
);

export class ClientTally {
  /** By window; the first is `all`. */
  readonly windows: ClientWindowTally[] = [];
  readonly all: ClientWindowTally;
  /** Time by cause, window `all`. */
  readonly parts: PartsByLatency = new PartsByLatency();

  constructor(windows: number) {
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
  /** By ERROR_CAUSES. */
  readonly errors: Float64Array = new Float64Array(ERROR_CAUSES.length);
  readonly latency: Histogram = new Histogram(PRECISION);

  /** A request ended after this latency and `tries` attempts, well (null) or with a cause. */
  ended(latency: Sample, tries: number, cause: ErrorCause | null): void {
    this.attempts += tries;
    this.latency.recordSample(latency);
    if (cause === null) this.succeeded++;
    else this.errors[CAUSE_INDEX.get(cause)!]++;
  }
}
