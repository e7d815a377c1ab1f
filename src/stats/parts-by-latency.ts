/**
 * Where the time went, by quantile of the latency: for every latency bucket the number of requests
 * and the sum of each part of their latencies. Answers "what are the slowest 1 % waiting for?"
 * without keeping a request.
 */
import { assert } from '../base/assert.ts';
import { LATENCY_PARTS, QUEUE, SERVICE } from '../contract/result.ts';
import { bucketOf, logLinearBuckets } from './log-linear.ts';
import { FIRST_PART, OCTAVE, PRECISION, ROW, ROWS } from './parts-columns.ts';
import { Sample } from './sample.ts';
import type { Samples } from './sample.ts';

const PARTS: 9 = LATENCY_PARTS.length;

/** One part, by LATENCY_PARTS, of many latencies: ns of each. */
export interface PartColumn {
  readonly part: number;
  readonly spans: Float64Array;
}

/** A band of the latency distribution, by quantile, half-open [from, to). */
export interface LatencyBand {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** What the requests of a band have in common. */
export interface BandParts {
  readonly band: string;
  /** Whole requests: the ranks from round(from × n) to round(to × n). */
  readonly count: number;
  /** Mean of each part in ns, by LATENCY_PARTS; zeros where the band holds no request. */
  readonly meanNs: readonly number[];
}

export class PartsByLatency {
  private rows: Float64Array = new Float64Array(0);
  /** Bucket of the first row. */
  private offset = 0;

  /** Counts one request: its latency, and the parts that add up to it, by LATENCY_PARTS. Ns. */
  record(latency: Sample, parts: Float64Array): void {
    let row = (latency.bucket(PRECISION) - this.offset) * ROW;
    if (row < 0 || row >= this.rows.length) row = this.makeRoomFor(latency.value[0]!);
    const { rows } = this;
    rows[row]! += 1;
    // Part by part: as a loop this takes twice as long, and it runs once a request.
    rows[row + 1]! += parts[0]!;
    rows[row + 2]! += parts[1]!;
    rows[row + 3]! += parts[2]!;
    rows[row + 4]! += parts[3]!;
    rows[row + 5]! += parts[4]!;
    rows[row + 6]! += parts[5]!;
    rows[row + 7]! += parts[6]!;
    rows[row + 8]! += parts[7]!;
    rows[row + 9]! += parts[8]!;
  }

  /**
   * Counts many requests: their latencies, and the parts of each. All wait and are served, which is their stay; what else took time
   * for any of them stands in `others`, a column a part.
   */
  recordSamples(
    latencies: Samples,
    waits: Float64Array,
    stays: Float64Array,
    others: readonly PartColumn[],
  ): void {
    const { words, upper, size, smallest, largest } = latencies;
    if (size === 0) return;
    if (smallest < OCTAVE) {
      this.recordEach(latencies, waits, stays, others);
      return;
    }
    this.reserve(smallest);
    this.reserve(largest);
    const { rows } = this;
    const { shift, base } = logLinearBuckets(PRECISION);
    const first = base + this.offset;
    for (let i = 0, word = upper; i < size; i++, word += 2) {
      const row = (((words[word]! >> shift) - first) & ROWS) * ROW;
      const wait = waits[i]!;
      rows[row]! += 1;
      rows[row + FIRST_PART + QUEUE]! += wait;
      rows[row + FIRST_PART + SERVICE]! += stays[i]! - wait;
    }
    for (const { part, spans } of others) {
      for (let i = 0, word = upper; i < size; i++, word += 2) {
        const row = (((words[word]! >> shift) - first) & ROWS) * ROW;
        rows[row + FIRST_PART + part]! += spans[i]!;
      }
    }
  }

  /** The same where some are shorter than the words of samples tell apart. */
  private recordEach(
    { values, size }: Samples,
    waits: Float64Array,
    stays: Float64Array,
    others: readonly PartColumn[],
  ): void {
    const latency = new Sample();
    const parts = new Float64Array(PARTS);
    for (let i = 0; i < size; i++) {
      latency.set(values[i]!);
      parts[QUEUE] = waits[i]!;
      parts[SERVICE] = stays[i]! - waits[i]!;
      for (const { part, spans } of others) parts[part] = spans[i]!;
      this.record(latency, parts);
    }
  }

  /** Adds all requests of `other`. */
  merge(other: PartsByLatency): void {
    if (other.rows.length === 0) return;
    this.extendTo(other.offset, other.offset + other.rows.length / ROW);
    const shift = (other.offset - this.offset) * ROW;
    for (let i = 0; i < other.rows.length; i++) this.rows[i + shift]! += other.rows[i]!;
  }

  /**
   * The mean parts of the requests in each band. A bucket that lies across the edge of two bands
   * belongs to both in proportion, so that for bands that cover [0, 1) the means times the counts add
   * up to everything recorded.
   */
  bands(bands: readonly LatencyBand[]): readonly BandParts[] {
    let total = 0;
    for (let row = 0; row < this.rows.length; row += ROW) total += this.rows[row]!;
    return bands.map(({ name, from, to }) => {
      const first = Math.round(from * total);
      const last = Math.round(to * total);
      const sums = this.sumsBetween(first, last);
      const count = last - first;
      return { band: name, count, meanNs: sums.map((sum) => (count === 0 ? 0 : sum / count)) };
    });
  }

  /** Sums of the parts over the ranks from `first` (inclusive) to `last` (exclusive). */
  private sumsBetween(first: number, last: number): number[] {
    const sums = new Array<number>(PARTS).fill(0);
    let below = 0;
    for (let row = 0; row < this.rows.length && below < last; row += ROW) {
      const count = this.rows[row]!;
      const inside = Math.min(below + count, last) - Math.max(below, first);
      below += count;
      if (inside <= 0) continue;
      // A whole bucket must add exactly what it holds.
      const share = inside === count ? 1 : inside / count;
      for (let part = 0; part < PARTS; part++) {
        sums[part] = sums[part]! + share * this.rows[row + FIRST_PART + part]!;
      }
    }
    return sums;
  }

  /** Makes sure that there is a row for a latency (ns). */
  private reserve(latency: number): void {
    const row = (bucketOf(latency, PRECISION) - this.offset) * ROW;
    if (row < 0 || row >= this.rows.length) this.makeRoomFor(latency);
  }

  private makeRoomFor(latency: number): number {
    assert(
      Number.isSafeInteger(latency) && latency >= 0,
      `a latency is whole nanoseconds from 0 to 2^53 - 1, not ${latency}`,
    );
    const bucket = bucketOf(latency, PRECISION);
    const from = bucket - (bucket % OCTAVE);
    this.extendTo(from, from + OCTAVE);
    return (bucket - this.offset) * ROW;
  }

  private extendTo(from: number, to: number): void {
    const known = this.rows.length > 0;
    const offset = known ? Math.min(this.offset, from) : from;
    const end = known ? Math.max(this.offset + this.rows.length / ROW, to) : to;
    if ((end - offset) * ROW === this.rows.length) return;
    const rows = new Float64Array((end - offset) * ROW);
    if (known) rows.set(this.rows, (this.offset - offset) * ROW);
    this.rows = rows;
    this.offset = offset;
  }
}
