/** What the flags of commands come to, and the parsers commander calls for them. */
import { InvalidArgumentError } from 'commander';
import { STUDY_EXPORTS } from '../report/exports/formats.ts';
import type { StudyExport, SweepExport } from '../report/exports/formats.ts';
import { notYet } from '../scenario/diagnostics/not-yet.ts';

/** Output formats of standard output. */
export const FORMATS = ['text', 'json', 'csv', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

/** One `--export FMT[=FILE]`; without a file, one in the folder of the results. */
export interface ExportRequest<Format extends string = StudyExport> {
  readonly format: Format;
  readonly file: string | null;
}

/** `--until-precision [METRIC=]RATIO`. */
export interface WantedPrecision {
  /** As it was typed: it may not exist. */
  readonly metric: string;
  /** Half the width of its interval over its mean. */
  readonly ratio: number;
}

/** The flags that `run` and `compare` share. */
export interface StudyFlags {
  readonly seed?: number;
  readonly replications?: number;
  readonly untilPrecision?: WantedPrecision;
  readonly maxReplications?: number;
  readonly set?: readonly string[];
  readonly vary?: string;
  readonly jobs?: number;
  readonly checkDeterminism?: boolean;
  readonly out?: string;
  readonly format: Format;
  readonly export?: readonly ExportRequest[];
  readonly quiet?: boolean;
  readonly progress: boolean;
}

/** The flags of `sweep`. */
export interface SweepFlags extends Omit<StudyFlags, 'vary' | 'export'> {
  readonly export?: readonly ExportRequest<SweepExport>[];
  readonly parameter?: readonly string[];
  readonly goal?: string;
  /** No search for the goal: every point. */
  readonly exhaustive?: boolean;
  readonly resume?: boolean;
  readonly restart?: boolean;
  /** Part `index`, from 1, of `count`. */
  readonly shard?: { readonly index: number; readonly count: number };
  /** Folders of shards. */
  readonly merge?: readonly string[];
  readonly dryRun?: boolean;
}

/** The flags of `compare`. */
export interface CompareFlags extends StudyFlags {
  /** Of saved results, only this variant. */
  readonly variant?: string;
}

/** The flags of `validate`. */
export interface ValidateFlags extends Pick<StudyFlags, 'set' | 'vary' | 'quiet'> {
  readonly format: 'text' | 'json' | 'github';
}

/** The flags of `plan`. */
export interface PlanFlags extends Pick<
  StudyFlags,
  'set' | 'vary' | 'seed' | 'replications' | 'jobs'
> {
  readonly format: 'text' | 'json';
  readonly pilot: boolean;
}

/** The most that the field of a scenario takes, too. */
const REPLICATIONS_MAX = 1_000_000;

/** A whole number, at least `least`; `what` it is begins the sentence that refuses anything else. */
export function parseWholeNumber(text: string, least: number, what: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw new InvalidArgumentError(`${what} is a whole number of at least ${least}.`);
  }
  return value;
}

export const parseSeed = (text: string): number => parseWholeNumber(text, 0, 'A seed');

export function parseReplications(text: string): number {
  const value = parseWholeNumber(text, 1, 'The number of replications');
  if (value > REPLICATIONS_MAX) {
    throw new InvalidArgumentError(`At most ${REPLICATIONS_MAX} replications are possible.`);
  }
  return value;
}

/** What callers mean by precision unless they name another metric. */
const PRECISE_METRIC = 'latency.p99';

export function parsePrecision(text: string): WantedPrecision {
  const at = text.lastIndexOf('=');
  const metric = at === -1 ? PRECISE_METRIC : text.slice(0, at);
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.slice(at + 1)) ?? [];
  const ratio = Number(number) / (percent === '%' ? 100 : 1);
  if (!(ratio > 0 && ratio < 1)) {
    throw new InvalidArgumentError(
      'Write the half-width of the interval as a share of the mean, for example 2% or latency.mean=1%.',
    );
  }
  return { metric, ratio };
}

/** The folder of `-o`: an empty name would be the folder one is in, as a shell's variable that is not set. */
export function parseFolder(text: string): string {
  if (text === '') throw new InvalidArgumentError('The name of the folder is empty.');
  return text;
}

export const parseJobs = (text: string): number => parseWholeNumber(text, 1, 'The number of jobs');

/** Adds one `--set path=value`. */
export function collectSet(text: string, earlier: readonly string[] = []): readonly string[] {
  if (!/^[^=]+=/.test(text)) {
    throw new InvalidArgumentError('Write path=value, for example proxy.mode=ipvs.');
  }
  return [...earlier, text];
}

export function parseVary(text: string, earlier?: string): string {
  if (earlier !== undefined) {
    throw new InvalidArgumentError(
      'One field varies; what changes several belongs under spec.variants.',
    );
  }
  if (!/^[^=]+=.+$/.test(text)) {
    throw new InvalidArgumentError('Write path=a,b, for example proxy.mode=iptables,ipvs.');
  }
  return text;
}

/** Exports that other commands have, or none has yet: refused as such, not as typos. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['html', `${notYet('Export html')}.`],
  ['perfetto', 'Single requests are exported to Perfetto by svcsim trace.'],
]);

/** The parser of `--export FMT[=FILE]`, repeatable, of a command that writes `formats`. */
export function collectExportOf<Format extends string>(
  formats: readonly Format[],
): (text: string, earlier?: readonly ExportRequest<Format>[]) => readonly ExportRequest<Format>[] {
  return (text, earlier = []) => {
    const at = text.indexOf('=');
    const name = at === -1 ? text : text.slice(0, at);
    const file = at === -1 ? null : text.slice(at + 1);
    const format = formats.find((candidate) => candidate === name);
    if (format === undefined) {
      const known = STUDY_EXPORTS.some((candidate) => candidate === name);
      const why = ELSEWHERE.get(name) ?? (known ? `This command does not write ${name}.` : '');
      throw new InvalidArgumentError(`${why} Allowed formats are ${formats.join(', ')}.`.trim());
    }
    if (file === '') throw new InvalidArgumentError('The name of the file is missing after "=".');
    return [...earlier, { format, file }];
  };
}
