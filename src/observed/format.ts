/**
 * What a format of logs is: how it is recognised, and how it is read, as lines of one request each or as one document that
 * holds a distribution. Readers know text only; they open no file and keep nothing of what they have read.
 */
import type { Buckets } from '../stats/fitting/buckets.ts';
import type { LogUnit } from './times.ts';

/** The beginning of a file, by which its format is told. */
export interface Head {
  readonly text: string;
  /** Those that are whole and not empty; some dozens at most. */
  readonly lines: readonly string[];
}

/** What the user has said about a log. Null: nothing. */
export interface ReadOptions {
  /** Of the latency: a name, a number from 1, or a path; what it means is the format's. */
  readonly column: string | null;
  readonly unit: LogUnit | null;
  readonly timeColumn: string | null;
  readonly timeUnit: LogUnit | null;
}

/** Where a reader puts what it finds. */
export interface Sink {
  /** A request: its latency in whole ns, and the moment the log gives for it in ms, NaN where it gives none. */
  request(latencyNs: number, atMs: number): void;
  /** A line that tells of a request without a latency, such as one that no backend has answered. */
  without(): void;
}

/** What is wrong with a line and how it is mended, or null. A line that is none of the log's business is fine. */
export type ReadLine = (line: string, sink: Sink) => string | null;

/** Which moment of a request a log gives. */
export type TimeOf = 'start' | 'end';

/** A log of one request a line. */
export interface LineLog {
  readonly kind: 'lines';
  /** What is taken, to be told: `column latency_ms, in ms`. */
  readonly what: string;
  /** Which moment stands beside it; null: none. */
  readonly timeOf: TimeOf | null;
  /** The step in which these moments lie, where it is known to be coarse, ms; else 0. */
  readonly timeStepMs: number;
  /** Whether latencies are cut to whole steps rather than rounded: 2.9 ms is logged as 2. */
  readonly isCut?: boolean;
  readonly read: ReadLine;
}

/** A document that holds a distribution, not requests. */
export interface SummaryLog {
  readonly kind: 'summary';
  readonly what: string;
  read(text: string): Summary | Refusal;
}

/** What a summary tells. */
export interface Summary {
  readonly buckets: Buckets;
  /** As the summary has them; null where it has none. In ns. */
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** The percentiles that it holds, where it holds no more than those; null: a histogram. */
  readonly percentiles: readonly number[] | null;
  /** Requests per second, where it says so. */
  readonly rate: number | null;
}

/** Why a file cannot be read, with the mend. `usage`: the command has to say more. */
export interface Refusal {
  readonly refused: string;
  readonly usage: boolean;
}

export const refuse = (refused: string): Refusal => ({ refused, usage: false });
export const askFor = (refused: string): Refusal => ({ refused, usage: true });

export interface Format {
  /** As `--format` names it. */
  readonly name: string;
  /** For lists: what it is. */
  readonly what: string;
  /** Whether a file that begins so is surely of this format. */
  recognises(head: Head): boolean;
  /** A reader for a file that begins so; each file gets one of its own. */
  open(head: Head, options: ReadOptions): LineLog | SummaryLog | Refusal;
}

export const isRefusal = (value: object): value is Refusal => 'refused' in value;
