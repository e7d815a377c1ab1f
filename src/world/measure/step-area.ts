/** The area under a step function of simulated time, from which its average over any span follows. */
export class StepArea {
  level: number = 0;
  // Not small integers, so that these fields hold doubles from the start.
  private area = -0;
  private since = -0;

  /** The level changes by `step` at `now` (ns). */
  add(step: number, now: number): void {
    this.area += this.level * (now - this.since);
    this.since = now;
    this.level += step;
  }

  /** Area from the start of the run to `now` (ns). */
  upTo(now: number): number {
    return this.area + this.level * (now - this.since);
  }

  /** At `now` (ns) the level and the area up to then are known. */
  set(level: number, area: number, now: number): void {
    this.level = level;
    this.area = area;
    this.since = now;
  }
}
