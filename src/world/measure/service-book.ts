/**
 * What is counted of the pods behind one Service, per window: a row of numbers a pod in one array, and a
 * coarse latency histogram a pod (see pod-histograms.ts). Flat, because with thousands of pods the books of each request's
 * pod have to be fetched from far memory: here that is two cache lines.
 */
import type { HistogramData } from '../../contract/result.ts';
import {
  COLUMNS,
  CONNECTIONS,
  LATENCY_MAX,
  LATENCY_MIN,
  LATENCY_NS,
  QUEUE_NS,
  REQUESTS,
  ROWS,
} from './book-columns.ts';
import type { OpenWindows } from './open-windows.ts';
import { PodHistograms } from './pod-histograms.ts';
import type { ServedBatch } from './served-batch.ts';

/** A pod's figures in one window. */
export interface PodFigures {
  readonly requests: number;
  readonly connections: number;
  readonly served: number;
  /** Over all served, ns. */
  readonly queueNs: number;
  readonly latency: HistogramData;
}

export class ServiceBook {
  readonly service: number;
  /** By window; the first is `all`. */
  private readonly windows: WindowBook[] = [];
  private readonly all: WindowBook;

  constructor(service: number, windows: number) {
    this.service = service;
    for (let i = 0; i < windows; i++) this.windows.push(new WindowBook());
    this.all = this.windows[0];
  }

  /** A connection to the pod of this row was opened in these windows. */
  connected(pod: number, windows: OpenWindows): void {
    if (windows.interval !== null) this.all.count(pod, CONNECTIONS);
    if (windows.named === null) return;
    for (const w of windows.named) this.windows[w].count(pod, CONNECTIONS);
  }

  /** A request that was due in these windows has reached the pod. */
  arrived(pod: number, windows: OpenWindows): void {
    if (windows.interval !== null) this.all.count(pod, REQUESTS);
    if (windows.named === null) return;
    for (const w of windows.named) this.windows[w].count(pod, REQUESTS);
  }

  /** The pod has served a request that was due in these windows. */
  served(pod: number, windows: OpenWindows, queueNs: number, latencyNs: number): void {
    if (windows.interval !== null) this.all.served(pod, queueNs, latencyNs);
    if (windows.named === null) return;
    for (const w of windows.named) this.windows[w].served(pod, queueNs, latencyNs);
  }

  /**
   * As `arrived` and `served`, of a batch of requests; and as `connected`, where each opened so many `connections` in the same
   * windows.
   */
  servedAll(batch: ServedBatch, windows: OpenWindows, connections: 0 | 1): void {
    if (windows.interval !== null) this.all.servedAll(batch, connections);
    if (windows.named === null) return;
    for (const w of windows.named) this.windows[w].servedAll(batch, connections);
  }

  figures(window: number, pod: number): PodFigures {
    return this.windows[window].figures(pod);
  }
}

class WindowBook {
  private rows: Float64Array = new Float64Array(0);
  private readonly latencies: PodHistograms = new PodHistograms();

  count(pod: number, column: number): void {
    const at = pod * COLUMNS + column;
    if (at >= this.rows.length) this.addRows(pod);
    this.rows[at]++;
  }

  served(pod: number, queueNs: number, latencyNs: number): void {
    if (pod * COLUMNS >= this.rows.length) this.addRows(pod);
    this.latencies.add(pod, latencyNs);
    const { rows } = this;
    const row = (pod & ROWS) * COLUMNS;
    rows[row + QUEUE_NS] += queueNs;
    rows[row + LATENCY_NS] += latencyNs;
    if (latencyNs < rows[row + LATENCY_MIN]) rows[row + LATENCY_MIN] = latencyNs;
    if (latencyNs > rows[row + LATENCY_MAX]) rows[row + LATENCY_MAX] = latencyNs;
  }

  servedAll({ size, pods, lastPod, waits, stays }: ServedBatch, connections: number): void {
    if (lastPod * COLUMNS >= this.rows.length) this.addRows(lastPod);
    this.latencies.addAll(pods, stays);
    const { rows } = this;
    const { values } = stays;
    for (let i = 0; i < size; i++) {
      const row = (pods[i] & ROWS) * COLUMNS;
      const latency = values[i];
      rows[row + REQUESTS]++;
      rows[row + CONNECTIONS] += connections;
      rows[row + QUEUE_NS] += waits[i];
      rows[row + LATENCY_NS] += latency;
      if (latency < rows[row + LATENCY_MIN]) rows[row + LATENCY_MIN] = latency;
      if (latency > rows[row + LATENCY_MAX]) rows[row + LATENCY_MAX] = latency;
    }
  }

  figures(pod: number): PodFigures {
    const row = this.rows.subarray(pod * COLUMNS, (pod + 1) * COLUMNS);
    const { count: served, ...buckets } = this.latencies.of(pod);
    return {
      requests: row[REQUESTS] ?? 0,
      connections: row[CONNECTIONS] ?? 0,
      served,
      queueNs: row[QUEUE_NS] ?? 0,
      latency: {
        count: served,
        sum: row[LATENCY_NS] ?? 0,
        min: served > 0 ? row[LATENCY_MIN] : 0,
        max: served > 0 ? row[LATENCY_MAX] : 0,
        ...buckets,
      },
    };
  }

  /** Makes room for rows up to that of `pod`. */
  private addRows(pod: number): void {
    const pods = Math.max(8, 2 ** Math.ceil(Math.log2(pod + 1)));
    const rows = new Float64Array(pods * COLUMNS);
    for (let i = 0; i < pods; i++) rows[i * COLUMNS + LATENCY_MIN] = Infinity;
    rows.set(this.rows);
    this.rows = rows;
    this.latencies.reserve(pods);
  }
}
