/**
 * One file of a log, as text in blocks: its format is found by how it begins, and then its lines are read as they come, or
 * the whole of it where it is a summary.
 */
import { NO_TIMES } from './access-log.ts';
import type { Format, Head, LineLog, ReadOptions, Refusal, SummaryLog } from './format.ts';
import { isRefusal, refuse } from './format.ts';
import { commonLine } from './formats/common-log.ts';
import { formatOf, FORMATS } from './formats/registry.ts';
import { LINE_MAX, LineSplitter } from './lines.ts';
import type { LogBook } from './log-book.ts';
import { unwrapperOf } from './wrappings.ts';
import type { Unwrapper } from './wrappings.ts';

/** Characters, by which a format is told. */
const HEAD_SIZE = 64 * 1024;
const HEAD_LINES = 50;
/** Characters: no summary is larger. */
const SUMMARY_MAX = 64 * 1024 * 1024;

export interface LogSettings {
  /** Null: told by the content. */
  readonly format: Format | null;
  readonly options: ReadOptions;
}

function headOf(text: string, isWhole: boolean): Head {
  const cut = text.slice(0, HEAD_SIZE);
  const lines = cut.split('\n');
  // The last one may be cut off.
  if ((!isWhole || text.length > HEAD_SIZE) && lines.length > 1) lines.pop();
  const full = lines.map((line) => line.replace(/\r$/, '')).filter((line) => line.trim() !== '');
  return { text: cut, lines: full.slice(0, HEAD_LINES) };
}

const UNKNOWN = `its beginning is of no format that is known: say --format with one of ${FORMATS.map(
  ({ name }) => name,
).join(', ')}`;

export class LogReader {
  /** Why it cannot be read; null: it can, as far as is known. */
  refusal: Refusal | null = null;
  format: Format | null = null;
  log: LineLog | SummaryLog | null = null;
  /** Lines read so far. */
  line = 0;
  private readonly file: string;
  private readonly settings: LogSettings;
  private readonly book: LogBook;
  private readonly lines = new LineSplitter((line, isTooLong) => this.readLine(line, isTooLong));
  /** Null: its lines are bare. */
  private unwrapper: Unwrapper | null = null;
  /** Text until the format is known, and all text of a summary. */
  private held: string[] = [];
  private heldSize = 0;

  constructor(file: string, settings: LogSettings, book: LogBook) {
    this.file = file;
    this.settings = settings;
    this.book = book;
  }

  /** More of the text. */
  add(text: string): void {
    if (this.refusal !== null) return;
    if (this.log?.kind === 'lines') {
      this.lines.add(text);
      return;
    }
    this.held.push(text);
    this.heldSize += text.length;
    if (this.heldSize > SUMMARY_MAX) {
      this.refusal = refuse('it is longer than any summary of latencies is');
    } else if (this.log === null && this.heldSize >= HEAD_SIZE) this.begin(false);
  }

  /** There is no more. */
  end(): void {
    if (this.refusal !== null) return;
    if (this.log === null) this.begin(true);
    if (this.log?.kind === 'lines') this.lines.end();
    else if (this.log?.kind === 'summary') this.readSummary(this.log);
  }

  private begin(isWhole: boolean): void {
    const text = this.held.join('');
    const bare = headOf(text, isWhole);
    const unwrapper = unwrapperOf(bare);
    const head = unwrapper === null ? bare : unwrapper.headOf(bare);
    if (head.lines.length === 0) {
      this.refusal = refuse('it is empty');
      return;
    }
    const format = this.settings.format ?? formatOf(head);
    if (format === null) {
      const isCommon = head.lines.every((line) => commonLine(line) !== null);
      this.refusal = refuse(isCommon ? NO_TIMES : UNKNOWN);
      return;
    }
    const log = format.open(head, this.settings.options);
    if (isRefusal(log)) {
      this.refusal = log;
      return;
    }
    this.format = format;
    this.log = log;
    if (log.kind === 'summary') return;
    this.unwrapper = unwrapper;
    if (unwrapper !== null)
      this.log = { ...log, what: `${log.what}, from lines ${unwrapper.name}` };
    this.held = [];
    this.book.timeOf = log.timeOf ?? 'start';
    this.book.timeStepMs = log.timeStepMs;
    this.book.isCut = log.isCut === true;
    this.lines.add(text);
  }

  private readLine(written: string, isTooLong: boolean): void {
    this.line += 1;
    const line = this.unwrapper === null ? written : this.unwrapper.take(written);
    if (line === null) return;
    const problem =
      isTooLong || line.length > LINE_MAX
        ? `it is longer than ${LINE_MAX} characters`
        : (this.log as LineLog).read(line, this.book);
    if (problem !== null) this.book.broken.add({ file: this.file, line: this.line }, line, problem);
  }

  private readSummary(log: SummaryLog): void {
    const summary = log.read(this.held.join(''));
    this.held = [];
    if (isRefusal(summary)) this.refusal = summary;
    else if (this.book.summary !== null || this.book.count > 0) {
      this.refusal = refuse(
        'it is a summary, which does not add up with other files: import it alone',
      );
    } else this.book.summary = summary;
  }
}
