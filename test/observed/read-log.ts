/** A log from memory, read as the command reads it, in blocks of any size. */
import type { BrokenLine } from '../../src/observed/broken-lines.ts';
import type { ReadOptions, Refusal } from '../../src/observed/format.ts';
import { FORMATS } from '../../src/observed/formats/registry.ts';
import type { Conclusion } from '../../src/observed/log-book.ts';
import { LogBook } from '../../src/observed/log-book.ts';
import { LogReader } from '../../src/observed/log-reader.ts';

export interface ReadLog {
  readonly format: string | null;
  readonly what: string | null;
  readonly refusal: Refusal | null;
  /** Latencies in ms and moments in ms, in the order in which requests began; only of those that have a moment. */
  readonly requests: readonly (readonly [atMs: number, latencyMs: number])[];
  readonly broken: readonly BrokenLine[];
  readonly brokenTotal: number;
  readonly unanswered: number;
  readonly conclusion: Conclusion | null;
}

export function readLog(
  text: string,
  options: Partial<ReadOptions> & { readonly format?: string; readonly block?: number } = {},
): ReadLog {
  const { format: name, block = 1 << 16, ...said } = options;
  const requests: [number, number][] = [];
  const book = new LogBook((atMs, ns) => requests.push([atMs, ns / 1e6]));
  const format = FORMATS.find((each) => each.name === name) ?? null;
  const all = { column: null, unit: null, timeColumn: null, timeUnit: null, ...said };
  const reader = new LogReader('test.log', { format, options: all }, book);
  for (let from = 0; from < text.length; from += block) reader.add(text.slice(from, from + block));
  reader.end();
  const conclusion = reader.refusal === null ? book.conclude() : null;
  return {
    format: reader.format?.name ?? null,
    what: reader.log?.what ?? null,
    refusal: reader.refusal,
    requests,
    broken: book.broken.first,
    brokenTotal: book.broken.total,
    unanswered: book.unanswered,
    conclusion,
  };
}

/** All latencies in ms, ascending; of a log that is not empty. */
export function latenciesOf({ conclusion }: ReadLog): readonly number[] {
  return [...(conclusion?.latencies.values ?? [])].map((ns) => ns / 1e6);
}
