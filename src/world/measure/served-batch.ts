/**
 * Requests of one client on their way into the books together: due in the same windows, and served at the first try. Columns, so
 * that each book reads no more of them than it keeps.
 */
import type { PartColumn } from '../../stats/parts-by-latency.ts';
import { Samples } from '../../stats/sample.ts';

export class ServedBatch {
  size: number = 0;
  /** The row of each one's pod in the books of the Service. */
  pods: Int32Array = new Int32Array(0);
  /** None is beyond this one. */
  lastPod: number = 0;
  /** How long it waited at its pod, and how long it was there in all, ns. */
  waits: Float64Array = new Float64Array(0);
  readonly stays: Samples = new Samples();
  /** All its time, ns; and what other parts there are of it than that at its pod. */
  latencies: Samples = this.stays;
  others: readonly PartColumn[] = [];

  /** Makes room for `size` requests, whose columns the caller then writes. */
  reserve(size: number): void {
    this.stays.reserve(size);
    if (size <= this.pods.length) return;
    this.pods = new Int32Array(2 * size);
    this.waits = new Float64Array(2 * size);
  }
}
