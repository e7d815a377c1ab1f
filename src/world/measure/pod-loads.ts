/**
 * Requests at each pod and workers at work there: now, as areas over time, which averages follow from, and at
 * most in each window. A row of numbers a pod in one array, for the sake of clusters with thousands of pods.
 */
import type { OpenWindows } from './open-windows.ts';

// Columns of a row.
const IN_FLIGHT = 0;
const BUSY = 1;
/** Areas from the start of the run to the last change, in ns × level; and when that was, ns. */
const IN_FLIGHT_AREA = 2;
const BUSY_AREA = 3;
const SINCE = 4;
/** Requests that it has taken on since the start of the run. */
const ARRIVED = 5;
const COLUMNS = 8;

export class PodLoads {
  private rows: Float64Array = new Float64Array(8 * COLUMNS);
  /** Largest number of requests at a pod, by pod and window. */
  private maxima: Float64Array;
  private readonly windows: number;
  private pods = 0;

  /** @param windows how many the plan has */
  constructor(windows: number) {
    this.windows = windows;
    this.maxima = new Float64Array(8 * windows);
  }

  /** Makes room for the next pod: the world numbers them in the order of making. */
  addPod(): void {
    this.pods++;
    if (this.pods * COLUMNS <= this.rows.length) return;
    this.rows = doubled(this.rows);
    this.maxima = doubled(this.maxima);
  }

  /** Requests at the pod now. */
  inFlight(pod: number): number {
    return this.rows[pod * COLUMNS + IN_FLIGHT];
  }

  /** Workers of the pod at work now. */
  busy(pod: number): number {
    return this.rows[pod * COLUMNS + BUSY];
  }

  /** Requests that the pod has taken on from the start of the run to now. */
  arrived(pod: number): number {
    return this.rows[pod * COLUMNS + ARRIVED];
  }

  /** The load of a pod changes at `now` (ns). */
  add(pod: number, inFlight: number, busy: number, now: number): void {
    const { rows } = this;
    const row = pod * COLUMNS;
    const span = now - rows[row + SINCE];
    rows[row + IN_FLIGHT_AREA] += rows[row + IN_FLIGHT] * span;
    rows[row + BUSY_AREA] += rows[row + BUSY] * span;
    rows[row + SINCE] = now;
    rows[row + IN_FLIGHT] += inFlight;
    rows[row + BUSY] += busy;
  }

  /** Requests × ns at the pod from the start of the run to `now`. */
  inFlightUpTo(pod: number, now: number): number {
    const { rows } = this;
    const row = pod * COLUMNS;
    return rows[row + IN_FLIGHT_AREA] + rows[row + IN_FLIGHT] * (now - rows[row + SINCE]);
  }

  /** Busy workers × ns of the pod from the start of the run to `now`. */
  busyUpTo(pod: number, now: number): number {
    const { rows } = this;
    const row = pod * COLUMNS;
    return rows[row + BUSY_AREA] + rows[row + BUSY] * (now - rows[row + SINCE]);
  }

  /** The load of a pod is known at `now` (ns), and the areas up to then. */
  set(
    pod: number,
    load: {
      readonly inFlight: number;
      readonly busy: number;
      readonly inFlightArea: number;
      readonly busyArea: number;
    },
    now: number,
  ): void {
    const { rows } = this;
    const row = pod * COLUMNS;
    rows[row + IN_FLIGHT] = load.inFlight;
    rows[row + BUSY] = load.busy;
    rows[row + IN_FLIGHT_AREA] = load.inFlightArea;
    rows[row + BUSY_AREA] = load.busyArea;
    rows[row + SINCE] = now;
  }

  /** A pod has taken on a request while these windows were open. */
  noteArrival(pod: number, windows: OpenWindows): void {
    this.rows[pod * COLUMNS + ARRIVED]++;
    this.reached(pod, this.rows[pod * COLUMNS + IN_FLIGHT], windows);
  }

  /** There were so many requests at a pod while these windows were open. */
  reached(pod: number, inFlight: number, { interval, named }: OpenWindows): void {
    if (interval !== null) this.raise(pod, 0, inFlight);
    if (named !== null) for (const window of named) this.raise(pod, window, inFlight);
  }

  /** Whether so many would be more than there ever were in one of these windows. */
  wouldRaise(pod: number, inFlight: number, { interval, named }: OpenWindows): boolean {
    const of = (window: number): boolean => inFlight > this.maximum(pod, window);
    return (interval !== null && of(0)) || (named !== null && named.some(of));
  }

  /** The least of a pod's maxima in these windows; `none` where there are no windows. */
  leastMaximum(pod: number, { interval, named }: OpenWindows, none: number): number {
    let least = interval === null ? none : this.maximum(pod, 0);
    if (named !== null) for (const w of named) least = Math.min(least, this.maximum(pod, w));
    return least;
  }

  /** Requests at the pod now count for a window that is open. */
  raiseMaximum(pod: number, window: number): void {
    this.raise(pod, window, this.rows[pod * COLUMNS + IN_FLIGHT]);
  }

  /** Largest number of requests at the pod in a window. */
  maximum(pod: number, window: number): number {
    return this.maxima[pod * this.windows + window];
  }

  private raise(pod: number, window: number, inFlight: number): void {
    const at = pod * this.windows + window;
    if (inFlight > this.maxima[at]) this.maxima[at] = inFlight;
  }
}

function doubled(array: Float64Array): Float64Array {
  const larger = new Float64Array(2 * array.length);
  larger.set(array);
  return larger;
}
