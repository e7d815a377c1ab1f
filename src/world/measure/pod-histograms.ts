/**
 * Coarse latency histograms of many pods, in octaves that all of them share. With a thousand pods a bucket has to be fetched from far
 * for each request, so a count takes one byte, and what a processor keeps at hand holds all that are common. How often a byte
 * has run over is kept apart, from the first time on.
 */
import type { HistogramData } from '../../contract/result.ts';
import { logLinearBuckets, type LogLinearBuckets } from '../../stats/log-linear.ts';
import type { Samples } from '../../stats/sample.ts';
import { OCTAVE, PRECISION } from './book-columns.ts';

/** What a byte has no room for. */
const FULL = 256;

/** The counts of one pod. */
export type PodCounts = Pick<HistogramData, 'count' | 'precision' | 'offset' | 'counts'>;

export class PodHistograms {
  private pods = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  /** Empty as long as no byte has run over. */
  private overruns: Uint32Array = new Uint32Array(0);
  /** The octaves that the histograms hold: the first bucket, and how many of them a pod. */
  private offset = 0;
  private span = 0;
  private readonly scale: LogLinearBuckets = logLinearBuckets(PRECISION);

  /** Makes room for so many pods. */
  reserve(pods: number): void {
    this.move(pods, this.offset, this.span);
  }

  /** Counts a latency (ns) at a pod for which there is room. */
  add(pod: number, latencyNs: number): void {
    const bucket = this.scale.of(latencyNs);
    this.reserveBucket(bucket);
    const at = pod * this.span + bucket - this.offset;
    if (++this.bytes[at] === FULL) this.overrun(at);
  }

  /** The same of many, one to each of these pods. */
  addAll(pods: Int32Array, { values, words, upper, size, smallest, largest }: Samples): void {
    if (smallest < OCTAVE) {
      // Shorter than the words of samples tell apart.
      for (let i = 0; i < size; i++) this.add(pods[i], values[i]);
      return;
    }
    this.reserveBucket(this.scale.of(smallest));
    this.reserveBucket(this.scale.of(largest));
    const { bytes, span } = this;
    const { shift, base } = this.scale;
    const first = base + this.offset;
    for (let i = 0, word = upper; i < size; i++, word += 2) {
      const at = (Math.imul(pods[i], span) + (words[word] >> shift) - first) | 0;
      if (++bytes[at] === FULL) this.overrun(at);
    }
  }

  /** The counts of a pod, without the empty buckets at both ends. */
  of(pod: number): PodCounts {
    const { bytes, overruns, span, offset } = this;
    const counts: number[] = [];
    let count = 0;
    for (let at = pod * span; at < (pod + 1) * span; at++) {
      counts.push((bytes[at] ?? 0) + FULL * (overruns[at] ?? 0));
      count += counts.at(-1)!;
    }
    if (count === 0) return { count, precision: PRECISION, offset: 0, counts: [] };
    const first = counts.findIndex((n) => n > 0);
    const last = counts.findLastIndex((n) => n > 0);
    return {
      count,
      precision: PRECISION,
      offset: offset + first,
      counts: counts.slice(first, last + 1),
    };
  }

  private overrun(at: number): void {
    if (this.overruns.length === 0) this.overruns = new Uint32Array(this.bytes.length);
    this.overruns[at]++;
  }

  /** Extends all histograms to the octave of `bucket`. */
  private reserveBucket(bucket: number): void {
    const { offset, span } = this;
    if (bucket >= offset && bucket < offset + span) return;
    const from = bucket - (bucket % OCTAVE);
    const begin = span === 0 ? from : Math.min(offset, from);
    const end = span === 0 ? from + OCTAVE : Math.max(offset + span, from + OCTAVE);
    this.move(this.pods, begin, end - begin);
  }

  /** Moves all counts to arrays of other dimensions, none of which is smaller. */
  private move(pods: number, offset: number, span: number): void {
    const moved = <T extends Uint8Array | Uint32Array>(from: T, to: T): T => {
      for (let pod = 0; pod < this.pods && from.length > 0; pod++) {
        const counts = from.subarray(pod * this.span, (pod + 1) * this.span);
        to.set(counts, pod * span + this.offset - offset);
      }
      return to;
    };
    this.bytes = moved(this.bytes, new Uint8Array(pods * span));
    const isOverrun = this.overruns.length > 0;
    this.overruns = moved(this.overruns, new Uint32Array(isOverrun ? pods * span : 0));
    this.pods = pods;
    this.offset = offset;
    this.span = span;
  }
}
