/**
 * The rows of a trace: CSV (RFC 4180, without line feeds or quotes inside cells) into arrays of numbers. What is wrong with a
 * row is told, and the row is left out. Whoever reads one twice, when a scenario is loaded and when it is run, gets the same.
 */
import { Digest } from '../../base/digest.ts';
import type { TraceRows } from '../../contract/traffic/trace.ts';
import type { ByteSource } from '../text/source.ts';
import { CLIENT_NAMES_MAX, ClientNames } from './client-names.ts';
import { COLUMNS_MAX, columnsOf } from './columns.ts';
import type { Columns } from './columns.ts';
import {
  decodeInteger,
  decodeIPv4,
  decodeMilliseconds,
  DECODED,
  OUT_OF_RANGE,
  textOf,
} from './decimals.ts';
import { LINE_BYTES_MAX, LineReader } from './line-reader.ts';

const COMMA = 44;
const SPACE = 32;
const QUOTE = 34;
const TAB = 9;
const PORT_MAX = 65_535;
const asciiOf = (word: string): readonly number[] => [...word].map((char) => char.charCodeAt(0));
const OPEN = asciiOf('open');
const CLOSE = asciiOf('close');

/** What is wrong, and where: `offset` in the file, `column` in characters from 1. */
export interface RowFault {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly length: number;
  readonly message: string;
  readonly hint?: string | undefined;
}

export class RowDecoder {
  /** Null: the header is broken, which has been told. */
  readonly columns: Columns | null;
  readonly rows: TraceRows;
  /** Rows so far, and a digest of them. */
  count: number = 0;
  readonly names: ClientNames = new ClientNames();
  private readonly digest = new Digest();
  private readonly lines: LineReader;
  private readonly tell: (fault: RowFault) => void;
  private readonly from = new Int32Array(COLUMNS_MAX);
  private readonly to = new Int32Array(COLUMNS_MAX);
  private readonly blockSize: number;
  private last = -Infinity;
  /** Line of each row of the block, for those who have something to say of it. */
  readonly lineOf: Float64Array;

  /** `tell` may throw. Rows come `blockSize` at a time. */
  constructor(source: ByteSource, blockSize: number, tell: (fault: RowFault) => void) {
    this.lines = new LineReader(source);
    this.tell = tell;
    this.blockSize = blockSize;
    this.columns = this.header();
    const scripted = this.columns?.format === 'connections' ? blockSize : 0;
    this.lineOf = new Float64Array(blockSize);
    this.rows = {
      at: new Float64Array(blockSize),
      client: new Int32Array(blockSize),
      demand: new Float64Array(blockSize).fill(-1),
      opens: new Uint8Array(scripted),
      connection: new Float64Array(scripted),
      address: new Float64Array(scripted).fill(-1),
      port: new Int32Array(scripted).fill(-1),
    };
  }

  /** How many rows have come; 0: there are no more. */
  next(): number {
    const { blockSize, columns, lines } = this;
    if (columns === null || lines.isTooLong) return 0;
    let row = 0;
    while (row < blockSize && lines.advance()) {
      if (!this.split(columns.count)) continue;
      const isGood =
        columns.format === 'requests' ? this.request(columns, row) : this.step(columns, row);
      if (!isGood) continue;
      this.lineOf[row] = lines.line;
      row++;
    }
    if (lines.isTooLong) this.tooLong();
    this.count += row;
    return row;
  }

  /** Of all rows so far, and what they mean. */
  digestText(): string {
    const { names } = this.names;
    const last = new Digest();
    last.mixText(`${this.columns?.format} ${this.digest.hex()} ${this.count}`);
    for (const name of names) last.mixText(name);
    return last.hex();
  }

  private header(): Columns | null {
    const { lines } = this;
    if (!lines.advance()) {
      if (lines.isTooLong) this.tooLong();
      else this.fault(0, 0, 'the file is empty', 'Its first line names the columns: at_ms');
      return null;
    }
    const columns = columnsOf(textOf(lines.bytes, lines.start, lines.end));
    if (!('message' in columns)) return columns;
    this.fault(lines.start, lines.end, columns.message, columns.hint);
    return null;
  }

  /** Finds the cells of the line, without the blanks around them. */
  private split(count: number): boolean {
    const { from, to } = this;
    const { bytes, end } = this.lines;
    let at = this.lines.start;
    let cell = 0;
    for (; ; cell++) {
      while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
      const start = at;
      const isQuoted = at < end && bytes[at] === QUOTE;
      if (isQuoted) {
        at++;
        while (at < end && bytes[at] !== QUOTE) at++;
        if (at === end) return this.fault(start, end, 'a quote is opened and not closed');
      }
      while (at < end && bytes[at] !== COMMA) at++;
      let stop = at;
      while (stop > start && (bytes[stop - 1] === SPACE || bytes[stop - 1] === TAB)) stop--;
      if (cell < count) {
        from[cell] = isQuoted ? start + 1 : start;
        to[cell] = isQuoted ? stop - 1 : stop;
        if (isQuoted && bytes[stop - 1] !== QUOTE) {
          return this.fault(start, stop, 'a quote is closed before the end of its cell');
        }
      }
      if (at >= end) break;
      at++;
    }
    const cells = cell + 1;
    if (cells === count) return true;
    const many = (n: number): string => `${n} ${n === 1 ? 'cell' : 'cells'}`;
    const message = `has ${many(cells)}, and the first line names ${many(count).replace('cell', 'column')}`;
    return this.fault(this.lines.start, end, message);
  }

  private request(columns: Columns, row: number): boolean {
    const { digest, rows } = this;
    if (!this.instant(columns.at, row)) return false;
    if (columns.client >= 0 && !this.client(columns.client, row)) return false;
    if (columns.demand >= 0 && !this.demand(columns.demand, row)) return false;
    digest.mix(rows.at[row]!);
    digest.mixInt(rows.client[row]!);
    if (columns.demand >= 0) digest.mix(rows.demand[row]!);
    return true;
  }

  private step(columns: Columns, row: number): boolean {
    const { digest, rows } = this;
    if (!this.instant(columns.at, row)) return false;
    if (!this.action(columns.action, row)) return false;
    if (!this.connection(columns.connection, row)) return false;
    if (columns.address >= 0 && !this.address(columns.address, row)) return false;
    if (columns.port >= 0 && !this.port(columns.port, row)) return false;
    digest.mix(rows.at[row]!);
    digest.mixInt(rows.opens[row]!);
    digest.mix(rows.connection[row]!);
    digest.mix(rows.address[row]!);
    digest.mixInt(rows.port[row]!);
    return true;
  }

  private instant(cell: number, row: number): boolean {
    const { at } = this.rows;
    if (!this.milliseconds(cell, at, row)) return false;
    if (at[row]! < this.last) {
      const message = `${this.cell(cell)} is before the row above it (${this.last / 1e6} ms)`;
      return this.faultAt(cell, message, 'Sort the rows by at_ms');
    }
    this.last = at[row]!;
    return true;
  }

  private milliseconds(cell: number, into: Float64Array, row: number): boolean {
    const { bytes } = this.lines;
    const outcome = decodeMilliseconds(bytes, this.from[cell]!, this.to[cell]!, into, row);
    if (outcome === DECODED) return true;
    const message =
      outcome === OUT_OF_RANGE
        ? `${this.cell(cell)} ms is longer than 104 days, the longest time`
        : `"${this.cell(cell)}" is not a time in ms`;
    return this.faultAt(cell, message);
  }

  private client(cell: number, row: number): boolean {
    if (this.isEmpty(cell)) return this.faultAt(cell, 'no client is named');
    const number = this.names.numberOf(this.lines.bytes, this.from[cell]!, this.to[cell]!);
    this.rows.client[row] = number;
    if (number >= 0) return true;
    return this.faultAt(cell, `more than ${CLIENT_NAMES_MAX} clients are named`);
  }

  /** An empty cell: the demand is drawn. */
  private demand(cell: number, row: number): boolean {
    const { demand } = this.rows;
    demand[row] = -1;
    if (this.isEmpty(cell)) return true;
    if (!this.milliseconds(cell, demand, row)) return false;
    return demand[row]! >= 0 || this.faultAt(cell, `${this.cell(cell)} ms is negative`);
  }

  private action(cell: number, row: number): boolean {
    const isOpen = this.reads(cell, OPEN);
    this.rows.opens[row] = isOpen ? 1 : 0;
    if (isOpen || this.reads(cell, CLOSE)) return true;
    const message = `"${this.cell(cell)}" is not an action`;
    return this.faultAt(cell, message, 'Actions: open, close');
  }

  private connection(cell: number, row: number): boolean {
    if (this.integer(cell, Number.MAX_SAFE_INTEGER, this.rows.connection, row)) return true;
    const message = `"${this.cell(cell)}" is not the number of a connection`;
    return this.faultAt(cell, message, 'Connections have whole numbers from 0 on');
  }

  private address(cell: number, row: number): boolean {
    const { address } = this.rows;
    address[row] = -1;
    if (this.isEmpty(cell)) return true;
    const { bytes } = this.lines;
    const outcome = decodeIPv4(bytes, this.from[cell]!, this.to[cell]!, address, row);
    return outcome === DECODED || this.faultAt(cell, `"${this.cell(cell)}" is not an IPv4 address`);
  }

  private port(cell: number, row: number): boolean {
    const { port } = this.rows;
    port[row] = -1;
    if (this.isEmpty(cell)) return true;
    if (this.integer(cell, PORT_MAX, port, row) && port[row]! > 0) return true;
    return this.faultAt(cell, `"${this.cell(cell)}" is not a port`, 'Ports: 1 to 65535');
  }

  private integer(
    cell: number,
    max: number,
    into: Float64Array | Int32Array,
    row: number,
  ): boolean {
    const { bytes } = this.lines;
    return decodeInteger(bytes, this.from[cell]!, this.to[cell]!, max, into, row) === DECODED;
  }

  private reads(cell: number, word: readonly number[]): boolean {
    const from = this.from[cell]!;
    if (this.to[cell]! - from !== word.length) return false;
    for (let i = 0; i < word.length; i++) if (this.lines.bytes[from + i] !== word[i]) return false;
    return true;
  }

  private isEmpty(cell: number): boolean {
    return this.from[cell]! >= this.to[cell]!;
  }

  /** A cell as text, of what is longer the beginning. */
  private cell(cell: number): string {
    const from = this.from[cell]!;
    const to = this.to[cell]!;
    const text = textOf(this.lines.bytes, from, Math.min(to, from + 40));
    return to - from > 40 ? `${text}…` : text;
  }

  private faultAt(cell: number, message: string, hint?: string): false {
    return this.fault(this.from[cell]!, this.to[cell]!, message, hint);
  }

  private fault(from: number, to: number, message: string, hint?: string): false {
    const { bytes, line, offset, start } = this.lines;
    this.tell({
      line: Math.max(1, line),
      column: textOf(bytes, start, from).length + 1,
      offset: offset + (from - start),
      length: Math.max(1, to - from),
      message,
      hint,
    });
    return false;
  }

  private tooLong(): void {
    const { start } = this.lines;
    this.fault(start, start, `a line of more than ${LINE_BYTES_MAX / 1024} KiB: this is no row`);
  }
}
