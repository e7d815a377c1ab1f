/** Requests at a pod and workers at work there, now and as areas over time, which averages follow from. */
export class PodLoad {
  inFlight: number = 0;
  busy: number = 0;
  // Areas in ns × level; not small integers, so that these fields hold doubles from the start.
  private inFlightArea: number = -0;
  private busyArea: number = -0;
  private since: number = -0;

  /** The load changes at `now` (ns). */
  add(inFlight: number, busy: number, now: number): void {
    const span = now - this.since;
    this.inFlightArea += this.inFlight * span;
    this.busyArea += this.busy * span;
    this.since = now;
    this.inFlight += inFlight;
    this.busy += busy;
  }

  /** Requests × ns from the start of the run to `now`. */
  inFlightUpTo(now: number): number {
    return this.inFlightArea + this.inFlight * (now - this.since);
  }

  /** Busy workers × ns from the start of the run to `now`. */
  busyUpTo(now: number): number {
    return this.busyArea + this.busy * (now - this.since);
  }
}
