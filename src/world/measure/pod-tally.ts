/** What is counted of one pod as a backend of one Service, per window. */
import { Histogram } from '../../stats/histogram.ts';
import type { OpenWindows } from './open-windows.ts';

/** Sub-buckets per octave as a power of two: 1.6 % wide, since there is one histogram a pod. */
const PRECISION = 6;

export class PodTally {
  readonly service: number;
  /** By window; the first is `all`. */
  readonly windows: PodWindowTally[] = [];
  private readonly all: PodWindowTally;

  constructor(service: number, windows: number) {
    this.service = service;
    for (let i = 0; i < windows; i++) this.windows.push(new PodWindowTally());
    this.all = this.windows[0];
  }

  /** A connection to the pod was opened in these windows. */
  connected(windows: OpenWindows): void {
    if (windows.measured) this.all.connections++;
    if (windows.named !== null) for (const w of windows.named) this.windows[w].connections++;
  }

  /** A request that was due in these windows has reached the pod. */
  arrived(windows: OpenWindows): void {
    if (windows.measured) this.all.requests++;
    if (windows.named !== null) for (const w of windows.named) this.windows[w].requests++;
  }

  /** The pod has served a request that was due in these windows. */
  served(windows: OpenWindows, queueNs: number, latencyNs: number): void {
    if (windows.measured) this.all.served(queueNs, latencyNs);
    if (windows.named !== null) {
      for (const w of windows.named) this.windows[w].served(queueNs, latencyNs);
    }
  }
}

export class PodWindowTally {
  requests: number = 0;
  connections: number = 0;
  queueNs: number = -0;
  readonly latency: Histogram = new Histogram(PRECISION);

  served(queueNs: number, latencyNs: number): void {
    this.queueNs += queueNs;
    this.latency.record(latencyNs);
  }
}
