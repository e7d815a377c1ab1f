/** An object of JSON a line, with a latency at a path (`http.duration_ms`) and perhaps a moment at another. */
import { didYouMean } from '../../base/suggest.ts';
import { latencyNames, listed, unitOfName } from '../columns.ts';
import type { Format, Refusal } from '../format.ts';
import { askFor, refuse } from '../format.ts';
import { at, leafPaths, parseJson, pathOf } from '../json.ts';
import { isNumber, quoted, readLatency, readMoment } from '../times.ts';

/** A number or text as text; null for all else. */
const asText = (value: unknown): string | null =>
  typeof value === 'number' ? String(value) : typeof value === 'string' ? value : null;

function unknownPath(path: string, example: unknown, flag: string): Refusal {
  const paths = leafPaths(example);
  return askFor(
    `the first object has nothing at ${quoted(path)}${didYouMean(path, paths)}. ${flag} takes one of: ${listed(paths)}`,
  );
}

export const JSON_LINES: Format = {
  name: 'jsonl',
  what: 'a JSON object a line, by the path of a field',
  recognises: ({ lines }) =>
    lines.length > 0 && lines[0]!.trimStart().startsWith('{') && parseJson(lines[0]!) !== undefined,
  open({ lines }, options) {
    const example = lines
      .map(parseJson)
      .find((value) => typeof value === 'object' && value !== null);
    if (example === undefined) return refuse('none of its first lines is a JSON object');
    const likely = latencyNames(leafPaths(example));
    const column = options.column ?? (likely.length === 1 ? likely[0]! : null);
    if (column === null) {
      return askFor(
        `which field holds the latency? Say --column with one of: ${listed(leafPaths(example))}`,
      );
    }
    const path = pathOf(column, example);
    const first = lines
      .map((line) => asText(at(parseJson(line), path)))
      .find((text) => text !== null);
    if (first === undefined || first === null) return unknownPath(column, example, '--column');
    const unit = options.unit ?? unitOfName(column);
    if (unit === null && isNumber(first.trim())) {
      return askFor(`field ${column} does not say its unit. Say --unit ns, us, ms or s`);
    }
    const { timeColumn } = options;
    const timePath = timeColumn === null ? null : pathOf(timeColumn, example);
    const timeUnit = options.timeUnit ?? (timeColumn === null ? null : unitOfName(timeColumn));
    if (timePath !== null) {
      const moment = asText(at(example, timePath));
      if (moment === null) return unknownPath(timeColumn!, example, '--time-column');
      if (timeUnit === null && isNumber(moment.trim())) {
        return askFor(`field ${timeColumn} holds numbers. Say --time-unit s, ms, us or ns`);
      }
    }
    return {
      kind: 'lines',
      what: `field ${column}${unit === null ? '' : `, in ${unit}`}`,
      timeOf: timePath === null ? null : 'start',
      read(line, sink) {
        if (line.trim() === '') return null;
        const object = parseJson(line);
        if (typeof object !== 'object' || object === null) return 'it is no JSON object';
        const text = asText(at(object, path));
        if (text === null) return `it has no number at ${column}`;
        const found = readLatency(text, unit);
        if ('unitless' in found) return `${quoted(text)} has no unit: say --unit`;
        if ('problem' in found) return `${found.problem} (field ${column})`;
        if (timePath === null) {
          sink.request(found.ns, NaN);
          return null;
        }
        const moment = readMoment(asText(at(object, timePath)) ?? '', timeUnit);
        if ('unitless' in moment) return `field ${timeColumn} is a number: say --time-unit`;
        if ('problem' in moment) return `${moment.problem} (field ${timeColumn})`;
        sink.request(found.ns, moment.ms);
        return null;
      },
    };
  },
};
