/**
 * Arrivals from a trace: whose rows they are, how they lie in the run, and what does not fit. A trace of connections is a
 * script, which a client has instead of requests.
 */
import { didYouMean } from '../../../base/suggest.ts';
import { MICROSECOND } from '../../../base/time.ts';
import type { Duration, Instant } from '../../../base/time.ts';
import { formatDuration } from '../../../base/units.ts';
import type { Arrival } from '../../../contract/plan.ts';
import type { TraceInput } from '../../schema/traffic/arrival.ts';
import { locate, pathText } from '../../text/tree.ts';
import type { Path } from '../../text/tree.ts';
import { rowsBefore } from '../../traces/course.ts';
import type { TraceCourse } from '../../traces/course.ts';
import { reportLine } from '../../traces/scan.ts';
import type { ScannedTrace } from '../../traces/scan.ts';
import { durationOf } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';

/** Of whom arrivals are planned, and for how long. */
export interface ArrivalSurroundings {
  /** The client's name. */
  readonly client: string;
  readonly warmUp: Duration;
  readonly duration: Duration;
  /** Whether they take the place of others while the run goes on. */
  readonly replaces: boolean;
}

type TraceArrival = Extract<Arrival, { readonly kind: 'trace' }>;

/** The rate is looked at over so many stretches of the run, unless there are fewer than so many rows in one. */
const STRETCHES_MAX = 100;
const ROWS_PER_STRETCH = 50;
/** Names that no client has: so many are shown. */
const STRANGERS_MAX = 5;

/** Arrivals from a trace; null after findings. */
export function planTrace(
  input: TraceInput,
  path: Path,
  around: ArrivalSurroundings,
  document: ScenarioDocument,
): Arrival | null {
  const at = [...path, 'file'];
  const file = document.resolve(input.file);
  const place = { span: locate(document.root, at), path: pathText(at) };
  const scanned = document.files.trace(file, place);
  const repeat = input.repeat === undefined ? null : durationOf(input.repeat);
  if (scanned === null) return null;
  const { trace, courses } = scanned;
  if (trace.format === 'connections') return planScript(scanned, { input, path }, around, document);
  checkNames(scanned, { input, at, client: around.client }, document);
  const client = trace.clients.length === 0 ? -1 : trace.clients.indexOf(around.client);
  const course = courses[Math.max(0, client)];
  if (course === undefined || (client === -1 && trace.clients.length > 0)) {
    const whose = trace.clients.length === 0 ? '' : ` of client "${around.client}"`;
    const hint = `Clients in it: ${trace.clients.slice(0, 10).join(', ')}`;
    document.error(at, 'Invalid', `${input.file} has no rows${whose}`, whose === '' ? '' : hint);
    return null;
  }
  const arrival: TraceArrival = {
    kind: 'trace',
    trace,
    client,
    rows: course.rows,
    from: around.warmUp as number as Instant,
    speed: input.speed ?? 1,
    repeat,
    points: [],
  };
  if (!checkSpan(arrival, { input, course, path }, around, document)) return null;
  return { ...arrival, points: pointsOf(arrival, course, around) };
}

/** Connections from a trace; null after findings. */
function planScript(
  { trace, courses: [course] }: ScannedTrace,
  { input, path }: { readonly input: TraceInput; readonly path: Path },
  around: ArrivalSurroundings,
  document: ScenarioDocument,
): Arrival | null {
  const at = [...path, 'file'];
  if (course === undefined) {
    document.error(at, 'Invalid', `${input.file} has no rows`);
    return null;
  }
  if (around.replaces) {
    const message = `${input.file} is of connections, which a client has from the start or not at all`;
    document.error(
      at,
      'NotSupported',
      message,
      'a client of its own, with this trace as its arrival',
    );
    return null;
  }
  if (input.repeat !== undefined) {
    const message = 'connections cannot begin again: those of before may be open';
    document.error([...path, 'repeat'], 'NotSupported', message);
    return null;
  }
  const from = around.warmUp as number as Instant;
  const script = { kind: 'script' as const, trace, from, speed: input.speed ?? 1 };
  const span = { ...script, rows: course.rows, repeat: null };
  return checkSpan(span, { input, course, path }, around, document) ? script : null;
}

/** Rows of clients that there are not, or that do not send them. */
function checkNames(
  { trace, firstLines }: ScannedTrace,
  { input, at, client }: { input: TraceInput; at: Path; client: string },
  document: ScenarioDocument,
): void {
  const { clients, timeline } = document.spec;
  const names = clients.map(({ name }) => name);
  // What is mistyped in the scenario is not the trace's fault.
  if (names.includes('?') || document.hasBroken('clients')) return;
  const strangers = trace.clients.filter((name) => !names.includes(name));
  for (const name of strangers.slice(0, STRANGERS_MAX)) {
    const line = firstLines[trace.clients.indexOf(name)]!;
    const more = strangers.length - STRANGERS_MAX;
    const rest = more > 0 ? ` (and ${more} more such names)` : '';
    const message = `no client "${name}"${didYouMean(name, names)}${rest}`;
    const hint = `Clients: ${names.slice(0, 10).join(', ')}`;
    const place = { line, column: 1, offset: line, length: 1 };
    reportLine(trace.source.file, { ...place, message, hint }, document.findings);
  }
  const senders = new Set([
    client,
    ...clients.flatMap(({ name, arrival }) => (arrival.trace?.file === input.file ? [name] : [])),
    ...(timeline ?? []).flatMap(({ setArrival }) =>
      setArrival?.arrival.trace?.file === input.file ? [setArrival.client] : [],
    ),
  ]);
  const idle = trace.clients.filter((name) => names.includes(name) && !senders.has(name));
  if (idle.length === 0) return;
  const message = `rows of ${idle.join(', ')} are not sent: another arrival is theirs`;
  document.warn(at, 'NoEffect', message, `arrival: { trace: { file: ${input.file} } }`);
}

interface Written {
  readonly input: TraceInput;
  readonly course: TraceCourse;
  readonly path: Path;
}

/** Whether the rows lie in the run. */
function checkSpan(
  { trace, rows, speed, repeat }: Pick<TraceArrival, 'trace' | 'rows' | 'speed' | 'repeat'>,
  { input, course, path }: Written,
  { warmUp, duration }: ArrivalSurroundings,
  document: ScenarioDocument,
): boolean {
  const { first, last } = trace;
  if (repeat !== null) {
    const least = last - first;
    if (repeat > least && repeat / speed >= MICROSECOND) return true;
    const message =
      repeat > least
        ? 'comes to less than 1us of the run'
        : `must be longer than the trace, which lasts ${formatDuration(least)}`;
    document.error([...path, 'repeat'], 'Invalid', message);
    return false;
  }
  const at = [...path, 'file'];
  if (first / speed < -warmUp) {
    const begins = formatDuration(Math.ceil(-first / speed));
    const message = `${input.file} begins ${begins} before the measurement, and the run ${formatDuration(warmUp)}`;
    document.error(at, 'Invalid', message, `warmUp: ${begins}`);
    return false;
  }
  const due = rowsBefore(course, duration * speed);
  if (due === rows) return true;
  const end = Math.floor(last / speed) + 1;
  const lasts = formatDuration(duration);
  if (due === 0) {
    const message = `no row of ${input.file} is due within the ${lasts} of the run`;
    document.error(at, 'Invalid', message, `duration: ${formatDuration(end)}`);
    return false;
  }
  const about = course.every === 1 ? '' : 'about ';
  const message = `${about}${rows - due} of ${rows} rows are due after the end of the run at ${lasts}: they are not sent`;
  document.warn(at, 'NoEffect', message, `duration: ${formatDuration(end)} has room for all`);
  return true;
}

/** How many requests a second are due in each of some stretches of the run. */
function pointsOf(
  { from, rows, speed, repeat }: TraceArrival,
  course: TraceCourse,
  { warmUp, duration }: ArrivalSurroundings,
): TraceArrival['points'] {
  const before = (run: number): number => {
    const at = (run - from) * speed;
    if (repeat === null) return rowsBefore(course, at);
    const periods = Math.floor((at - course.at[0]!) / repeat);
    return periods * rows + rowsBefore(course, at - periods * repeat);
  };
  const length = warmUp + duration;
  const due = before(length) - before(0);
  const count = Math.max(1, Math.min(STRETCHES_MAX, Math.floor(due / ROWS_PER_STRETCH)));
  return Array.from({ length: count }, (_, i) => {
    const at = Math.round((i / count) * length);
    const end = Math.round(((i + 1) / count) * length);
    return { at: at as Instant, rate: ((before(end) - before(at)) / (end - at)) * 1e9 };
  });
}
