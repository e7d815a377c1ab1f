/**
 * Access logs: one request a line, in a layout that the server fixes. A format of them takes a line apart; which of its
 * times is the latency, what is missing and what is broken is the same for all.
 */
import { didYouMean } from '../base/suggest.ts';
import type { Format, Head, LineLog, ReadOptions, Refusal, TimeOf } from './format.ts';
import { askFor } from './format.ts';
import { quoted, readLatency } from './times.ts';
import type { LogUnit } from './times.ts';

/** A time that lines have. */
export interface TimeColumn {
  /** As the server's documentation names it. */
  readonly name: string;
  /** Null: the layout does not tell. */
  readonly unit: LogUnit | null;
}

/** What a line holds, as it is written. */
export interface LineParts {
  readonly moment: string;
  /** Texts of the columns, in their order; undefined where this line has none. */
  readonly times: readonly (string | undefined)[];
}

export interface AccessLog {
  readonly name: string;
  readonly what: string;
  /** The first that the log has is the latency, unless the user names another. */
  readonly columns: readonly TimeColumn[];
  /** Null where a line is of another layout. */
  readonly parts: (line: string) => LineParts | null;
  readonly momentMs: (text: string) => number | null;
  readonly timeOf: TimeOf;
  /** The step of the moments. */
  readonly timeStepMs: number;
  /** Whether its latencies are cut to whole steps rather than rounded. */
  readonly isCut?: boolean;
}

/** Nothing was measured: no server was asked, or none has answered. */
const isMissing = (text: string): boolean =>
  text === '' || text === '-' || /^-1(?:\.0*)?$/.test(text);

/** Of several servers that were tried, the one that answered: nginx separates them by commas and colons. */
const ofLast = (text: string): string =>
  /[,:]/.test(text) ? text.slice(text.search(/[^,: ]+$/)) : text;

const hasTime = (parts: LineParts | null, column: number): boolean => {
  const text = parts?.times[column];
  return text !== undefined && 'ns' in readLatency(ofLast(text), 's');
};

function columnOf(
  { columns, parts }: AccessLog,
  head: Head,
  options: ReadOptions,
): number | Refusal {
  const lines = head.lines.map(parts);
  const present = columns.map((_, i) => lines.some((line) => hasTime(line, i)));
  const names = columns.filter((_, i) => present[i]).map(({ name }) => name);
  if (options.column === null) {
    const first = present.indexOf(true);
    return first === -1 ? askFor(NO_TIMES) : first;
  }
  const wanted = columns.findIndex(({ name }) => name === options.column);
  if (wanted !== -1 && present[wanted] === true) return wanted;
  const advice = didYouMean(options.column, names);
  return askFor(
    `there is no time ${quoted(options.column)} in it${advice}. --column takes one of: ${names.join(', ')}`,
  );
}

export const NO_TIMES =
  'its lines have no times: let the server log them (nginx: $request_time and $upstream_response_time; Apache: %D)';

function open(log: AccessLog, head: Head, options: ReadOptions): LineLog | Refusal {
  const column = columnOf(log, head, options);
  if (typeof column !== 'number') return column;
  const { name, unit: known } = log.columns[column]!;
  const unit = options.unit ?? known;
  if (unit === null) {
    return askFor(
      `${name} is a number whose unit the log does not say. Say --unit us (%D), ms or s (%T)`,
    );
  }
  return {
    kind: 'lines',
    what: `${name}, in ${unit}`,
    timeOf: log.timeOf,
    timeStepMs: log.timeStepMs,
    isCut: log.isCut === true,
    read(line, sink) {
      if (line.trim() === '') return null;
      const parts = log.parts(line);
      if (parts === null) return `it is not laid out as ${log.name} does it`;
      const text = ofLast(parts.times[column] ?? '-').trim();
      if (isMissing(text)) {
        sink.without();
        return null;
      }
      const found = readLatency(text, unit);
      if ('unitless' in found) return `${quoted(text)} has no unit: say --unit`;
      if ('problem' in found) return `${found.problem} (${name})`;
      const moment = log.momentMs(parts.moment);
      if (moment === null) return `${quoted(parts.moment)} is no date`;
      sink.request(found.ns, moment);
      return null;
    },
  };
}

/** The format of an access log; it is recognised where most lines are laid out so. */
export function accessLog(log: AccessLog): Format {
  return {
    name: log.name,
    what: log.what,
    recognises: ({ lines }) =>
      lines.filter((line) => log.parts(line) !== null).length * 2 > lines.length,
    open: (head, options) => open(log, head, options),
  };
}
