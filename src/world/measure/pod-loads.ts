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

  /** A pod has taken on a request while these windows were open. */
  noteArrival(pod: number, { interval, named }: OpenWindows): void {
    this.rows[pod * COLUMNS + ARRIVED]++;
    if (interval !== null) this.raiseMaximum(pod, 0);
    if (named !== null) for (const window of named) this.raiseMaximum(pod, window);
  }

  /** Requests at the pod now count for a window that is open. */
  raiseMaximum(pod: number, window: number): void {
    const at = pod * this.windows + window;
    const inFlight = this.rows[pod * COLUMNS + IN_FLIGHT];
    if (inFlight > this.maxima[at]) this.maxima[at] = inFlight;
  }

  /** Largest number of requests at the pod in a window. */
  maximum(pod: number, window: number): number {
    return this.maxima[pod * this.windows + window];
  }
}

function doubled(array: Float64Array): Float64Array {
  const larger = new Float64Array(2 * array.length);
  larger.set(array);
  return larger;
}
