/**
 * Percentile distributions as HdrHistogram prints them (`.hgrm`): value, percentile, total count, 1/(1-percentile). Files of
 * that kind do not tell their unit; wrk2 prints the same table in ms, below its other results, when it is run with
 * --latency. Each row counts what lies between the value of the row before and its own.
 */
import type { Format, Refusal, Summary } from '../format.ts';
import { askFor, isRefusal, refuse } from '../format.ts';
import { NS_PER_UNIT } from '../times.ts';
import type { LogUnit } from '../times.ts';
import { TIME_MAX } from '../../base/time.ts';
import { parseNanoseconds } from '../../base/units.ts';

const ROW =
  /^\s*(\d+(?:\.\d+)?)\s+([01]?\.\d+|[01])\s+(\d+)(?:\s+(?:\d+(?:\.\d+)?|inf(?:inity)?))?\s*$/i;

/** `#[Mean = 1.0, StdDeviation = 0.5]` */
const MEAN = /#\[Mean\s*=\s*(\d+(?:\.\d+)?)/;

interface Row {
  readonly value: number;
  readonly total: number;
}

function rowsOf(text: string): readonly Row[] {
  return text.split('\n').flatMap((line): readonly Row[] => {
    const found = line.length > 200 ? null : ROW.exec(line);
    return found === null ? [] : [{ value: Number(found[1]), total: Number(found[3]) }];
  });
}

function spectrum(text: string, unit: LogUnit): Summary | Refusal {
  const rows = rowsOf(text);
  const scale = NS_PER_UNIT[unit];
  const lower: number[] = [];
  const upper: number[] = [];
  const counts: number[] = [];
  let last: Row = { value: 0, total: 0 };
  for (const row of rows) {
    if (row.value < last.value || row.total < last.total || row.value * scale > TIME_MAX) {
      return refuse(
        `its rows do not ascend: ${row.value} with ${row.total} after ${last.value} with ${last.total}`,
      );
    }
    // The first value is the smallest: nothing lies far below it.
    const from = last.total === 0 ? row.value : last.value;
    const count = row.total - last.total;
    last = row;
    if (count === 0) continue;
    lower.push(Math.max(0, from * scale - (from === row.value ? 1 : 0)));
    upper.push(row.value * scale);
    counts.push(count);
  }
  if (counts.length === 0) return refuse('it has no rows of a percentile distribution');
  const mean = MEAN.exec(text)?.[1];
  return {
    buckets: { lower, upper, counts },
    mean: mean === undefined ? null : Number(mean) * scale,
    min: rows[0]!.value * scale,
    max: last.value * scale,
    percentiles: null,
    rate: null,
  };
}

const hasHeader = (text: string): boolean => /^\s*Value\s+Percentile\s+TotalCount/im.test(text);

export const HGRM: Format = {
  name: 'hgrm',
  what: 'HdrHistogram percentile distribution (.hgrm)',
  recognises: ({ text }) => hasHeader(text) || rowsOf(text).length >= 5,
  open(_head, { unit }) {
    if (unit === null) {
      return askFor('a percentile distribution does not say its unit. Say --unit ms, us, ns or s');
    }
    return { kind: 'summary', what: `in ${unit}`, read: (text) => spectrum(text, unit) };
  },
};

const RATE = /^Requests\/sec:\s+(\d+(?:\.\d+)?)/m;

export const WRK2: Format = {
  name: 'wrk2',
  what: 'what wrk2 --latency prints',
  recognises: ({ text }) => /^Running .+ test @ /m.test(text) && /^\s*Thread Stats/m.test(text),
  open: () => ({
    kind: 'summary',
    what: 'corrected for coordinated omission, in ms',
    read(text) {
      const rate = RATE.exec(text)?.[1];
      // The first table is the corrected one; --u_latency prints another behind it.
      const [first = ''] = text.split(/Uncorrected/);
      if (!hasHeader(first)) return refuse(NO_TABLE);
      const found = spectrum(first, 'ms');
      if (isRefusal(found)) return found;
      return {
        ...found,
        rate: rate === undefined ? null : Number(rate),
        max: maxOf(first) ?? found.max,
      };
    },
  }),
};

const NO_TABLE =
  'it has no percentile spectrum: run wrk2 with --latency (wrk, the older program, prints four percentiles only)';

/** Of `100.000%    4.52ms`. */
function maxOf(text: string): number | null {
  const written = /^\s*100\.000%\s+(\S+)/m.exec(text)?.[1];
  return written === undefined ? null : (parseNanoseconds(written) ?? null);
}
