/** What is counted of one client, per window. */
import { ERROR_CAUSES } from '../../contract/plan.ts';
import { Histogram } from '../../stats/histogram.ts';
import { PartsByLatency } from '../../stats/parts-by-latency.ts';

/** Sub-buckets per octave as a power of two: 0.4 % wide, and interpolated within. */
const PRECISION = 8;

export class ClientTally {
  readonly windows: ClientWindowTally[] = [];
  /** Time by cause, window `all`. */
  readonly parts: PartsByLatency = new PartsByLatency();

  constructor(windows: number) {
    for (let i = 0; i < windows; i++) this.windows.push(new ClientWindowTally());
  }
}

export class ClientWindowTally {
  issued: number = 0;
  succeeded: number = 0;
  attempts: number = 0;
  /** By ERROR_CAUSES. */
  readonly errors: Float64Array = new Float64Array(ERROR_CAUSES.length);
  readonly latency: Histogram = new Histogram(PRECISION);
}
