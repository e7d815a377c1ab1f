/** What is counted of one pod as a backend of one Service, per window. */
import { Histogram } from '../../stats/histogram.ts';

/** Sub-buckets per octave as a power of two: 1.6 % wide, since there is one histogram a pod. */
const PRECISION = 6;

export class PodTally {
  readonly service: number;
  readonly windows: PodWindowTally[] = [];

  constructor(service: number, windows: number) {
    this.service = service;
    for (let i = 0; i < windows; i++) this.windows.push(new PodWindowTally());
  }

  /** A connection to the pod was opened in these windows. */
  connected(windows: readonly number[]): void {
    for (let i = 0; i < windows.length; i++) this.windows[windows[i]].connections++;
  }

  /** A request that was due in these windows has reached the pod. */
  arrived(windows: readonly number[]): void {
    for (let i = 0; i < windows.length; i++) this.windows[windows[i]].requests++;
  }

  /** The pod has served a request that was due in these windows. */
  served(windows: readonly number[], queueNs: number, serviceNs: number): void {
    for (let i = 0; i < windows.length; i++) {
      const window = this.windows[windows[i]];
      window.queueNs += queueNs;
      window.latency.record(queueNs + serviceNs);
    }
  }
}

export class PodWindowTally {
  requests: number = 0;
  connections: number = 0;
  queueNs: number = 0;
  readonly latency: Histogram = new Histogram(PRECISION);
}
