/**
 * The time of a Service, shared out among its pods that are ready and not terminating: while n are, each
 * gets 1/n of it. A pod's part of a span is its fair share of what arrives evenly over that span, however
 * pods come and go.
 */
export class SharedTime {
  private ready = 0;
  // Not a small integer, so that this field holds doubles from the start.
  private shared = -0;
  private since = 0;

  /** What a pod that was ready from the start of the run to `now` (ns) would have got, ns. */
  upTo(now: number): number {
    return this.ready === 0 ? this.shared : this.shared + (now - this.since) / this.ready;
  }

  /** The number of ready pods changes by `step` at `now` (ns). */
  add(step: number, now: number): void {
    this.shared = this.upTo(now);
    this.since = now;
    this.ready += step;
  }
}
