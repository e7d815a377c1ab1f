/**
 * An object of JSON a line, with a latency at a path (`http.duration_ms`) and perhaps a moment at another. Programs whose
 * fields are known say themselves what is where.
 */
import { didYouMean } from '../../base/suggest.ts';
import { latencyNames, listed, unitOfName } from '../columns.ts';
import type { Format, Head, LineLog, ReadOptions, Refusal, TimeOf } from '../format.ts';
import { askFor, refuse } from '../format.ts';
import { at, leafPaths, parseJson, pathOf } from '../json.ts';
import { isNumber, quoted, readLatency, readMoment } from '../times.ts';
import type { LogUnit } from '../times.ts';

/** Objects that only one program writes. */
interface KnownObject {
  readonly name: string;
  readonly what: string;
  /** Paths that its objects have. */
  readonly has: readonly string[];
  readonly column: string;
  readonly unit: LogUnit;
  readonly timeColumn: string;
  readonly timeUnit: LogUnit | null;
  readonly timeOf: TimeOf;
  /** Only the objects with these texts tell of requests. */
  readonly only: readonly (readonly [path: string, text: string])[];
}

const KNOWN_OBJECTS: readonly KnownObject[] = [
  {
    name: 'k6-json',
    what: 'k6 run --out json=FILE: the points of http_req_duration',
    has: ['type', 'metric', 'data'],
    column: 'data.value',
    unit: 'ms',
    timeColumn: 'data.time',
    timeUnit: null,
    timeOf: 'end',
    only: [
      ['type', 'Point'],
      ['metric', 'http_req_duration'],
    ],
  },
  {
    name: 'vegeta-json',
    what: 'vegeta encode --to json',
    has: ['attack', 'seq', 'timestamp', 'latency'],
    column: 'latency',
    unit: 'ns',
    timeColumn: 'timestamp',
    timeUnit: null,
    timeOf: 'start',
    only: [],
  },
  {
    name: 'traefik-json',
    what: 'Traefik: JSON access log',
    has: ['OriginDuration', 'StartUTC', 'DownstreamStatus'],
    column: 'OriginDuration',
    unit: 'ns',
    timeColumn: 'StartUTC',
    timeUnit: null,
    timeOf: 'start',
    only: [],
  },
];

/** A number or text as text; null for all else. */
const asText = (value: unknown): string | null =>
  typeof value === 'number' ? String(value) : typeof value === 'string' ? value : null;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function unknownPath(path: string, example: unknown, flag: string): Refusal {
  const paths = leafPaths(example);
  return askFor(
    `the first object has nothing at ${quoted(path)}${didYouMean(path, paths)}. ${flag} takes one of: ${listed(paths)}`,
  );
}

/** A field: where it stands, and the unit of its numbers. */
interface Field {
  readonly name: string;
  readonly path: readonly string[];
  readonly unit: LogUnit | null;
}

function latencyField(
  objects: readonly object[],
  options: ReadOptions,
  known: KnownObject | null,
): Field | Refusal {
  const example = objects[0]!;
  const likely = latencyNames(leafPaths(example));
  const name = options.column ?? known?.column ?? (likely.length === 1 ? likely[0]! : null);
  if (name === null) {
    return askFor(
      `which field holds the latency? Say --column with one of: ${listed(leafPaths(example))}`,
    );
  }
  const path = pathOf(name, example);
  const first = objects.map((object) => asText(at(object, path))).find((text) => text !== null);
  if (first === undefined || first === null) return unknownPath(name, example, '--column');
  const unit = options.unit ?? (name === known?.column ? known.unit : unitOfName(name));
  if (unit === null && isNumber(first.trim())) {
    return askFor(`field ${name} does not say its unit. Say --unit ns, us, ms or s`);
  }
  return { name, path, unit };
}

/** Null where the log has none, or nobody has named it. */
function momentField(
  objects: readonly object[],
  options: ReadOptions,
  known: KnownObject | null,
): Field | Refusal | null {
  const name = options.timeColumn ?? known?.timeColumn ?? null;
  if (name === null) return null;
  const example = objects[0]!;
  const path = pathOf(name, example);
  const first = objects.map((object) => asText(at(object, path))).find((text) => text !== null);
  if (first === undefined || first === null) return unknownPath(name, example, '--time-column');
  const unit = options.timeUnit ?? (name === known?.timeColumn ? known.timeUnit : unitOfName(name));
  if (unit === null && isNumber(first.trim())) {
    return askFor(`field ${name} holds numbers. Say --time-unit s, ms, us or ns`);
  }
  return { name, path, unit };
}

function openWith(head: Head, options: ReadOptions, known: KnownObject | null): LineLog | Refusal {
  const only = known?.only ?? [];
  const isMeant = (object: object): boolean =>
    only.every(([path, text]) => at(object, [path]) === text);
  const objects = head.lines.map(parseJson).filter(isObject).filter(isMeant);
  if (objects.length === 0) {
    return refuse(
      only.length === 0
        ? 'none of its first lines is a JSON object'
        : `its first lines have no object with ${only.map(([path, text]) => `${path} ${text}`).join(', ')}`,
    );
  }
  const latency = latencyField(objects, options, known);
  if ('refused' in latency) return latency;
  const moment = momentField(objects, options, known);
  if (moment !== null && 'refused' in moment) return moment;
  return {
    kind: 'lines',
    what: `field ${latency.name}${latency.unit === null ? '' : `, in ${latency.unit}`}`,
    timeOf: moment === null ? null : (known?.timeOf ?? 'start'),
    timeStepMs: 0,
    read(line, sink) {
      if (line.trim() === '') return null;
      const object = parseJson(line);
      if (!isObject(object)) return 'it is no JSON object';
      if (!isMeant(object)) return null;
      const text = asText(at(object, latency.path));
      if (text === null) return `it has no number at ${latency.name}`;
      const found = readLatency(text, latency.unit);
      if ('unitless' in found) return `${quoted(text)} has no unit: say --unit`;
      if ('problem' in found) return `${found.problem} (field ${latency.name})`;
      if (moment === null) {
        sink.request(found.ns, NaN);
        return null;
      }
      const read = readMoment(asText(at(object, moment.path)) ?? '', moment.unit);
      if ('unitless' in read) return `field ${moment.name} is a number: say --time-unit`;
      if ('problem' in read) return `${read.problem} (field ${moment.name})`;
      sink.request(found.ns, read.ms);
      return null;
    },
  };
}

/** Formats of programs whose fields are known. */
export const KNOWN_JSON: readonly Format[] = KNOWN_OBJECTS.map((known) => ({
  name: known.name,
  what: known.what,
  recognises: ({ lines }) => {
    const first = parseJson(lines[0] ?? '');
    return known.has.every((path) => at(first, [path]) !== undefined);
  },
  open: (head, options) => openWith(head, options, known),
}));

export const JSON_LINES: Format = {
  name: 'jsonl',
  what: 'a JSON object a line, by the path of a field',
  recognises: ({ lines }) =>
    lines.filter((line) => line.trimStart().startsWith('{') && isObject(parseJson(line))).length *
      2 >
    lines.length,
  open: (head, options) => openWith(head, options, null),
};
