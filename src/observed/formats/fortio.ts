/**
 * fortio's JSON: a histogram of seconds, whose buckets are as wide as `-r` makes them. Source:
 * github.com/fortio/fortio, stats.HistogramData and periodic.RunnerResults.
 */
import type { Format } from '../format.ts';
import { refuse } from '../format.ts';
import { at, numberAt, parseJson } from '../json.ts';

const NS_PER_S = 1e9;
const HISTOGRAM = ['DurationHistogram'];

export const FORTIO: Format = {
  name: 'fortio',
  what: 'fortio load -json: DurationHistogram',
  recognises: ({ text }) =>
    text.trimStart().startsWith('{') && text.includes('"DurationHistogram"'),
  open: () => ({
    kind: 'summary',
    what: 'DurationHistogram',
    read(text) {
      const document = parseJson(text);
      if (document === undefined) return refuse('it is no JSON: it may have been cut off');
      const histogram = at(document, HISTOGRAM);
      const data = at(histogram, ['Data']);
      if (!Array.isArray(data) || data.length === 0)
        return refuse('its DurationHistogram has no Data');
      const lower: number[] = [];
      const upper: number[] = [];
      const counts: number[] = [];
      for (const [index, entry] of data.entries()) {
        const [from, to, count] = ['Start', 'End', 'Count'].map((key) => numberAt(entry, key));
        const isBucket = from !== null && to !== null && count !== null;
        if (
          !isBucket ||
          from! < 0 ||
          to! < from! ||
          count! < 0 ||
          from! * NS_PER_S < (upper.at(-1) ?? 0) - 1
        ) {
          return refuse(`DurationHistogram.Data[${index}] is no bucket with Start, End and Count`);
        }
        if (count === 0) continue;
        lower.push(Math.max(from! * NS_PER_S, upper.at(-1) ?? 0));
        upper.push(Math.max(to! * NS_PER_S, from! * NS_PER_S + 1));
        counts.push(count!);
      }
      if (counts.length === 0) return refuse('its DurationHistogram is empty');
      const ns = (key: string): number | null => {
        const value = numberAt(histogram, key);
        return value === null ? null : value * NS_PER_S;
      };
      return {
        buckets: { lower, upper, counts },
        mean: ns('Avg'),
        min: ns('Min'),
        max: ns('Max'),
        percentiles: null,
        rate: numberAt(document, 'ActualQPS'),
      };
    },
  }),
};
