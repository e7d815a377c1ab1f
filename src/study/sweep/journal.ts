/**
 * The journal of a sweep, `runs.jsonl`: a header that says what the runs are of, then a line for each run that has
 * ended, in any order. It is all that is needed to go on after an interruption, and everything else that a sweep writes is made
 * from it. A line is written at once, so that a process that is killed leaves at most its last line torn: it is left out.
 * JSON carries every double exactly.
 */
import { Digest } from '../../base/digest.ts';
import { MODEL_VERSION } from '../../base/model-version.ts';
import type { Sweep } from '../../contract/sweep.ts';
import { metricKey } from '../figures/query.ts';
import { queriesOf, queryOf } from '../figures/run-figures.ts';
import type { RunFigures } from '../figures/run-figures.ts';
import { planDigest } from '../plan-digest.ts';
import type { RecordedRun, Shard } from './runs.ts';

const SCHEMA_VERSION = 1;

/** What decides the runs of a journal. How many of them are wanted, and what is expected of them, does not. */
export interface JournalHeader {
  readonly journal: 'svcsim sweep';
  readonly schemaVersion: number;
  readonly modelVersion: number;
  readonly scenario: string;
  readonly seed: number;
  /** Values by parameter. */
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly points: number;
  /** Of the plans of all points, and of the metrics that a run is reduced to. */
  readonly digest: string;
  /** `2/4`: only that part of the runs. */
  readonly shard?: string;
  /** Nothing is missing of what was asked for. */
  readonly finished: boolean;
}

export interface Journal {
  readonly header: JournalHeader;
  /** Those whose lines are whole. */
  readonly runs: readonly RecordedRun[];
}

/** A file that is no journal, or one that was changed by hand. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

export const shardName = ({ index, count }: Shard): string => `${index}/${count}`;

/** The header of the journal of a sweep, or of a part of it. */
export function journalHeader(sweep: Sweep, shard: Shard | null = null): JournalHeader {
  const digest = new Digest();
  for (const { plan } of sweep.points) {
    digest.mixText(planDigest(plan));
    const known = new Set(queriesOf(plan).map(metricKey));
    for (const threshold of plan.thresholds) {
      const key = metricKey(queryOf(threshold));
      if (!known.has(key)) digest.mixText(key);
    }
  }
  const { scenario, seed } = sweep.points[0]!.plan;
  return {
    journal: 'svcsim sweep',
    schemaVersion: SCHEMA_VERSION,
    modelVersion: MODEL_VERSION,
    scenario,
    seed,
    parameters: Object.fromEntries(
      sweep.parameters.map(({ name, values }) => [name, values.map(({ text }) => text)]),
    ),
    points: sweep.points.length,
    digest: digest.hex(),
    ...(shard === null ? {} : { shard: shardName(shard) }),
    finished: false,
  };
}

export const headerLine = (header: JournalHeader): string => `${JSON.stringify(header)}\n`;

export function runLine({ point, figures }: RecordedRun): string {
  return `${JSON.stringify({ point, ...figures })}\n`;
}

/** The whole journal, in order: the same text whatever the order in which the runs ended. */
export function* journalText(
  header: JournalHeader,
  runs: readonly RecordedRun[],
): Iterable<string> {
  yield headerLine(header);
  for (const run of runs) yield runLine(run);
}

/**
 * Reads a journal; null where not even its header was written to the end.
 *
 * @throws JournalError
 */
export function parseJournal(text: string): Journal | null {
  const length = text.lastIndexOf('\n') + 1;
  if (length === 0) return null;
  const [first, ...lines] = text.slice(0, length - 1).split('\n');
  const header = parsed(first!, 1) as JournalHeader;
  if (header.journal !== 'svcsim sweep') throw new JournalError('it is no journal of a sweep');
  if (header.schemaVersion !== SCHEMA_VERSION) {
    throw new JournalError('it was written by another version of svcsim');
  }
  if (!isWhole(header)) throw new JournalError('line 1 lacks what the runs are of');
  return { header, runs: lines.map((line, index) => recordedRun(line, index + 2)) };
}

function isWhole({ scenario, digest, points, parameters }: JournalHeader): boolean {
  return (
    typeof scenario === 'string' &&
    typeof digest === 'string' &&
    Number.isSafeInteger(points) &&
    isObject(parameters) &&
    Object.values(parameters).every(Array.isArray)
  );
}

function recordedRun(line: string, number: number): RecordedRun {
  const { point, ...figures } = parsed(line, number) as RunFigures & { readonly point: number };
  const { replication, seed, fingerprint, opened, values } = figures;
  const isRun =
    [point, replication, seed].every(Number.isSafeInteger) &&
    isObject(fingerprint) &&
    Array.isArray(opened) &&
    isObject(values);
  if (!isRun) throw new JournalError(`line ${number} is no run`);
  return { point, figures };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function parsed(line: string, number: number): object {
  try {
    const value: unknown = JSON.parse(line);
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw new JournalError(`line ${number} cannot be read`);
}

/** What a journal and a sweep differ by, in words; null where the runs of one are runs of the other. */
export function differenceOf(written: JournalHeader, wanted: JournalHeader): string | null {
  for (const field of ['modelVersion', 'scenario', 'seed'] as const) {
    if (written[field] === wanted[field]) continue;
    const name = field === 'modelVersion' ? 'model version' : field;
    return `${name} ${written[field]} there, ${wanted[field]} now`;
  }
  const names = new Set([...Object.keys(written.parameters), ...Object.keys(wanted.parameters)]);
  for (const name of names) {
    const [before, now] = [written.parameters[name], wanted.parameters[name]];
    if (before === undefined) return `parameter ${name} is new`;
    if (now === undefined) return `parameter ${name} is no longer there`;
    if (before.join(' ') !== now.join(' ')) {
      return `${name} = ${shortList(before)} there, ${shortList(now)} now`;
    }
  }
  if (Object.keys(written.parameters).join(' ') !== Object.keys(wanted.parameters).join(' ')) {
    return 'the parameters are in another order';
  }
  if (written.points !== wanted.points) {
    return `${written.points} points there, ${wanted.points} now: the constraints differ`;
  }
  return written.digest === wanted.digest ? null : 'the scenario has changed since';
}

const shortList = (values: readonly string[]): string =>
  values.length > 4 ? `${values[0]}, …, ${values.at(-1)} (${values.length})` : values.join(', ');
