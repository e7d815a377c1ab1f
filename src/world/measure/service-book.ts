/**
 * What is counted of the pods behind one Service, per window: a row of numbers a pod in one array, and a
 * coarse latency histogram a pod in another. Flat, because with thousands of pods the books of each request's
 * pod have to be fetched from far memory: here that is two cache lines.
 */
import type { HistogramData } from '../../contract/result.ts';
import { logLinearBuckets, type LogLinearBuckets } from '../../stats/log-linear.ts';
import {
  COLUMNS,
  CONNECTIONS,
  LATENCY_MAX,
  LATENCY_MIN,
  LATENCY_NS,
  OCTAVE,
  PRECISION,
  QUEUE_NS,
  REQUESTS,
  ROWS,
} from './book-columns.ts';
import type { OpenWindows } from './open-windows.ts';
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
  private buckets: Uint32Array = new Uint32Array(0);
  /** The octaves that the histograms hold: the first bucket, and how many of them a pod. */
  private offset = 0;
  private span = 0;
  private readonly scale: LogLinearBuckets = logLinearBuckets(PRECISION);

  count(pod: number, column: number): void {
    const at = pod * COLUMNS + column;
    if (at >= this.rows.length) this.addRows(pod);
    this.rows[at]++;
  }

  served(pod: number, queueNs: number, latencyNs: number): void {
    if (pod * COLUMNS >= this.rows.length) this.addRows(pod);
    const bucket = this.scale.of(latencyNs);
    this.reserveBucket(bucket);
    this.buckets[pod * this.span + bucket - this.offset]++;
    const { rows } = this;
    const row = (pod & ROWS) * COLUMNS;
    rows[row + QUEUE_NS] += queueNs;
    rows[row + LATENCY_NS] += latencyNs;
    if (latencyNs < rows[row + LATENCY_MIN]) rows[row + LATENCY_MIN] = latencyNs;
    if (latencyNs > rows[row + LATENCY_MAX]) rows[row + LATENCY_MAX] = latencyNs;
  }

  servedAll({ size, pods, lastPod, waits, stays }: ServedBatch, connections: number): void {
    const { values, words, upper, smallest, largest } = stays;
    if (smallest < OCTAVE) {
      // Shorter than the words of samples tell apart.
      for (let i = 0; i < size; i++) {
        this.count(pods[i], REQUESTS);
        this.served(pods[i], waits[i], values[i]);
        if (connections > 0) this.count(pods[i], CONNECTIONS);
      }
      return;
    }
    if (lastPod * COLUMNS >= this.rows.length) this.addRows(lastPod);
    this.reserveBucket(this.scale.of(smallest));
    this.reserveBucket(this.scale.of(largest));
    const { rows, buckets, span } = this;
    const { shift, base } = this.scale;
    const first = base + this.offset;
    for (let i = 0, word = upper; i < size; i++, word += 2) {
      const pod = pods[i];
      const latency = values[i];
      buckets[(Math.imul(pod, span) + (words[word] >> shift) - first) | 0]++;
      const row = (pod & ROWS) * COLUMNS;
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
    const counts = Array.from(this.buckets.subarray(pod * this.span, (pod + 1) * this.span));
    const served = counts.reduce((sum, count) => sum + count, 0);
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
        precision: PRECISION,
        ...trimmed(counts, this.offset),
      },
    };
  }

  private reserveBucket(bucket: number): void {
    if (bucket < this.offset || bucket >= this.offset + this.span) this.addOctave(bucket);
  }

  /** Makes room for rows up to that of `pod`. */
  private addRows(pod: number): void {
    const pods = Math.max(8, 2 ** Math.ceil(Math.log2(pod + 1)));
    const rows = new Float64Array(pods * COLUMNS);
    for (let i = 0; i < pods; i++) rows[i * COLUMNS + LATENCY_MIN] = Infinity;
    rows.set(this.rows);
    this.rows = rows;
    const buckets = new Uint32Array(pods * this.span);
    buckets.set(this.buckets);
    this.buckets = buckets;
  }

  /** Extends all histograms to the octave of `bucket`. */
  private addOctave(bucket: number): void {
    const from = bucket - (bucket % OCTAVE);
    const offset = this.span === 0 ? from : Math.min(this.offset, from);
    const end = this.span === 0 ? from + OCTAVE : Math.max(this.offset + this.span, from + OCTAVE);
    const span = end - offset;
    const pods = this.rows.length / COLUMNS;
    const buckets = new Uint32Array(pods * span);
    for (let pod = 0; pod < pods && this.span > 0; pod++) {
      const old = this.buckets.subarray(pod * this.span, (pod + 1) * this.span);
      buckets.set(old, pod * span + this.offset - offset);
    }
    this.buckets = buckets;
    this.offset = offset;
    this.span = span;
  }
}

/** Without the empty buckets at both ends. */
function trimmed(counts: number[], offset: number): { offset: number; counts: number[] } {
  const first = counts.findIndex((count) => count > 0);
  if (first < 0) return { offset: 0, counts: [] };
  const last = counts.findLastIndex((count) => count > 0);
  return { offset: offset + first, counts: counts.slice(first, last + 1) };
}
