/**
 * Delimited text with a column of latencies: CSV, TSV and their like. The delimiter is what the first lines have in
 * common; columns go by name where there is a header, or by number from 1. Known headers of load generators say what their
 * columns are.
 *
 * Left out: cells that go on in the next line.
 */
import { didYouMean } from '../../base/suggest.ts';
import { cellsOf, delimiterOf } from '../cells.ts';
import { latencyNames, listed, unitOfName } from '../columns.ts';
import type { Format, LineLog, ReadOptions, Refusal, TimeOf } from '../format.ts';
import { askFor, isRefusal, refuse } from '../format.ts';
import { isNumber, quoted, readLatency, readMoment } from '../times.ts';
import type { LogUnit } from '../times.ts';

/** A header that only one program writes. */
interface KnownHeader {
  readonly name: string;
  readonly what: string;
  /** Its first columns. */
  readonly begins: readonly string[];
  readonly column: string;
  readonly unit: LogUnit;
  readonly timeColumn: string;
  readonly timeUnit: LogUnit;
  readonly timeOf: TimeOf;
  readonly timeStepMs: number;
  /** Only these lines tell of requests. */
  readonly only?: { readonly column: string; readonly is: string };
}

const KNOWN_HEADERS: readonly KnownHeader[] = [
  {
    name: 'k6-csv',
    what: 'k6 run --out csv=FILE: the points of http_req_duration',
    begins: ['metric_name', 'timestamp', 'metric_value'],
    column: 'metric_value',
    unit: 'ms',
    timeColumn: 'timestamp',
    timeUnit: 's',
    timeOf: 'end',
    timeStepMs: 1000,
    only: { column: 'metric_name', is: 'http_req_duration' },
  },
  {
    name: 'hey-csv',
    what: 'hey -o csv',
    begins: ['response-time', 'DNS+dialup', 'DNS'],
    column: 'response-time',
    unit: 's',
    timeColumn: 'offset',
    timeUnit: 's',
    timeOf: 'start',
    timeStepMs: 0,
  },
  {
    name: 'jmeter',
    what: 'JMeter results as CSV (JTL)',
    begins: ['timeStamp', 'elapsed', 'label'],
    column: 'elapsed',
    unit: 'ms',
    timeColumn: 'timeStamp',
    timeUnit: 'ms',
    timeOf: 'start',
    timeStepMs: 0,
  },
];

/** Columns, found. */
interface Columns {
  readonly delimiter: string;
  readonly hasHeader: boolean;
  readonly latency: number;
  readonly name: string;
  readonly unit: LogUnit | null;
  readonly time: number | null;
  readonly timeUnit: LogUnit | null;
  readonly only: { readonly index: number; readonly is: string } | null;
}

/** The index of the column called `wanted`, or of that number. */
function indexOf(wanted: string, names: readonly string[], flag: string): number | Refusal {
  const named = names.indexOf(wanted);
  if (named !== -1) return named;
  if (/^[1-9]\d{0,4}$/.test(wanted)) {
    if (Number(wanted) <= names.length) return Number(wanted) - 1;
    return askFor(`there is no column ${wanted}: the first line has ${names.length}`);
  }
  const advice = didYouMean(wanted, names);
  return askFor(
    `there is no column ${quoted(wanted)}${advice}. ${flag} takes one of: ${listed(names)}`,
  );
}

function columnsOf(
  head: readonly string[],
  options: ReadOptions,
  known: KnownHeader | null,
): Columns | Refusal {
  const delimiter = delimiterOf(head) ?? ',';
  const first = cellsOf(head[0] ?? '', delimiter)?.map((cell) => cell.trim());
  if (first === undefined) return refuse('the first line has a quoted cell that is not closed');
  const hasHeader = !first.some((cell) => isNumber(cell));
  const names = hasHeader ? first : first.map((_, index) => String(index + 1));
  const column = options.column ?? known?.column ?? (names.length === 1 ? names[0]! : null);
  const likely = latencyNames(names);
  const wanted = column ?? (likely.length === 1 ? likely[0]! : null);
  if (wanted === null) {
    return askFor(`which column holds the latency? Say --column with one of: ${listed(names)}`);
  }
  const latency = indexOf(wanted, names, '--column');
  if (typeof latency !== 'number') return latency;
  const timeColumn = options.timeColumn ?? known?.timeColumn ?? null;
  const time = timeColumn === null ? null : indexOf(timeColumn, names, '--time-column');
  if (time !== null && typeof time !== 'number') return time;
  const only = known?.only;
  const isKnown = latency === names.indexOf(known?.column ?? '');
  const isKnownTime = time !== null && time === names.indexOf(known?.timeColumn ?? '');
  return {
    delimiter,
    hasHeader,
    latency,
    name: names[latency]!,
    unit: options.unit ?? (isKnown ? known!.unit : unitOfName(names[latency]!)),
    time,
    timeUnit:
      options.timeUnit ??
      (isKnownTime ? known!.timeUnit : time === null ? null : unitOfName(names[time]!)),
    only: only === undefined ? null : { index: names.indexOf(only.column), is: only.is },
  };
}

/** What the first row of numbers lacks to be read, to ask for it once and not for each line. */
function missingUnits(head: readonly string[], columns: Columns): Refusal | null {
  for (const line of head.slice(columns.hasHeader ? 1 : 0)) {
    const cells = cellsOf(line, columns.delimiter) ?? [];
    if ('unitless' in readLatency(cells[columns.latency] ?? '', columns.unit)) {
      return askFor(`column ${columns.name} does not say its unit. Say --unit ns, us, ms or s`);
    }
    if (
      columns.time !== null &&
      'unitless' in readMoment(cells[columns.time] ?? '', columns.timeUnit)
    ) {
      return askFor('the column of times holds numbers. Say --time-unit s, ms, us or ns');
    }
  }
  return null;
}

function openWith(
  head: readonly string[],
  options: ReadOptions,
  known: KnownHeader | null,
): LineLog | Refusal {
  const columns = columnsOf(head, options, known);
  if (isRefusal(columns)) return columns;
  const missing = missingUnits(head, columns);
  if (missing !== null) return missing;
  const { delimiter, latency, name, unit, time, timeUnit, only } = columns;
  let isHeader = columns.hasHeader;
  return {
    kind: 'lines',
    what: `column ${name}${unit === null ? '' : `, in ${unit}`}`,
    timeOf: time === null ? null : (known?.timeOf ?? 'start'),
    timeStepMs: known?.timeStepMs ?? 0,
    read(line, sink) {
      if (line.trim() === '') return null;
      if (isHeader) {
        isHeader = false;
        return null;
      }
      const cells = cellsOf(line, delimiter);
      if (cells === null) return 'a quoted cell is not closed on its line: close it with "';
      if (only !== null && cells[only.index] !== only.is) return null;
      const cell = cells[latency];
      if (cell === undefined) {
        return `it has ${cells.length} cell${cells.length === 1 ? '' : 's'}, and ${name} would be number ${latency + 1}`;
      }
      const found = readLatency(cell, unit);
      if ('unitless' in found) return `${quoted(cell)} has no unit: say --unit`;
      if ('problem' in found) return `${found.problem} (column ${name})`;
      if (time === null) {
        sink.request(found.ns, NaN);
        return null;
      }
      const moment = readMoment(cells[time] ?? '', timeUnit);
      if ('unitless' in moment) return `${quoted(cells[time] ?? '')} is no date: say --time-unit`;
      if ('problem' in moment) return moment.problem;
      sink.request(found.ns, moment.ms);
      return null;
    },
  };
}

/** Formats of programs that write a header of their own. */
export const KNOWN_CSV: readonly Format[] = KNOWN_HEADERS.map((known) => ({
  name: known.name,
  what: known.what,
  recognises: ({ lines }) => known.begins.every((name, i) => lines[0]?.split(',')[i] === name),
  open: ({ lines }, options) => openWith(lines, options, known),
}));

export const CSV: Format = {
  name: 'csv',
  what: 'a column of a CSV or TSV, by name or number',
  recognises: ({ lines }) =>
    delimiterOf(lines.slice(0, 20)) !== null ||
    // One column, below its name.
    lines.slice(1).filter((line) => isNumber(line.trim())).length * 2 > lines.length,
  open: ({ lines }, options) => openWith(lines.slice(0, 20), options, null),
};
