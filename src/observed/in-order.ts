/**
 * Requests in the order in which they began, from a log in the order in which they ended: a heap of the earliest holds back
 * as many as may have been overtaken. What comes later than that is counted as out of order and passed on as it is.
 */

/** Requests held back. */
const HELD = 1 << 16;

export type TakeRequest = (atMs: number, latencyNs: number) => void;

export class InOrder {
  /** Requests that came too late to be put in their place. */
  late = 0;
  private readonly take: TakeRequest;
  private readonly moments = new Float64Array(HELD);
  private readonly latencies = new Float64Array(HELD);
  private size = 0;
  private passed = -Infinity;

  constructor(take: TakeRequest) {
    this.take = take;
  }

  add(atMs: number, latencyNs: number): void {
    if (this.size === HELD) this.pass();
    let hole = this.size++;
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      if (this.moments[above]! <= atMs) break;
      this.moments[hole] = this.moments[above]!;
      this.latencies[hole] = this.latencies[above]!;
      hole = above;
    }
    this.moments[hole] = atMs;
    this.latencies[hole] = latencyNs;
  }

  end(): void {
    while (this.size > 0) this.pass();
  }

  /** Passes the earliest on. */
  private pass(): void {
    const { moments, latencies } = this;
    const atMs = moments[0]!;
    const latencyNs = latencies[0]!;
    const last = --this.size;
    const moment = moments[last]!;
    let hole = 0;
    for (let below = 1; below < last; below = 2 * hole + 1) {
      if (below + 1 < last && moments[below + 1]! < moments[below]!) below += 1;
      if (moments[below]! >= moment) break;
      moments[hole] = moments[below]!;
      latencies[hole] = latencies[below]!;
      hole = below;
    }
    moments[hole] = moment;
    latencies[hole] = latencies[last]!;
    if (atMs < this.passed) this.late += 1;
    else this.passed = atMs;
    this.take(atMs, latencyNs);
  }
}
