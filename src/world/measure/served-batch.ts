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
  /** How long it waited at its pod and was served there, ns; and both together. */
  waits: Float64Array = new Float64Array(0);
  services: Float64Array = new Float64Array(0);
  readonly stays: Samples = new Samples();
  /** All its time, ns; and what other parts there are of it. */
  readonly latencies: Samples = new Samples();
  others: readonly PartColumn[] = [];

  /** Makes room for `size` requests, whose columns the caller then writes. */
  reserve(size: number): void {
    this.stays.reserve(size);
    this.latencies.reserve(size);
    if (size <= this.pods.length) return;
    this.pods = new Int32Array(2 * size);
    this.waits = new Float64Array(2 * size);
    this.services = new Float64Array(2 * size);
  }

  /** So many are there. */
  settle(size: number): void {
    this.size = size;
    this.stays.settle(size);
    this.latencies.settle(size);
  }
}
