/**
 * Histograms as those of HdrHistogram, and in the format that its tools read (V2, compressed, base64), in nanoseconds,
 * with three significant digits. A value is put in the middle of its bucket, so it is off by at most
 * half of what our own buckets are wide.
 *
 * Loaded only when a result is written: the library it needs is the largest of the report's.
 */
import type { Histogram } from 'hdr-histogram-js';
// Not by the library's front door: its log writer asks for the language's number formats as it loads.
import { encodeIntoCompressedBase64 } from 'hdr-histogram-js/dist/encoding.js';
import { build } from 'hdr-histogram-js/dist/HistogramBuilder.js';
import type { HistogramData } from '../../contract/result.ts';
import { lowestOf, widthOf } from '../../stats/log-linear.ts';

/** What HdrHistogram can't be built below. */
const HIGHEST_MIN = 2;

/** One histogram as HdrHistogram has it. */
export function hdrHistogram(data: HistogramData): Histogram {
  const encoded = build({
    bitBucketSize: 64,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: Math.max(HIGHEST_MIN, data.max),
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });
  for (const [index, count] of data.counts.entries()) {
    if (count === 0) continue;
    const bucket = data.offset + index;
    const middle =
      lowestOf(bucket, data.precision) + Math.floor(widthOf(bucket, data.precision) / 2);
    encoded.recordValueWithCount(Math.min(data.max, Math.max(data.min, middle)), count);
  }
  return encoded;
}

/** The text for one histogram. */
export const encodeHistogram = (data: HistogramData): string =>
  encodeIntoCompressedBase64(hdrHistogram(data));
