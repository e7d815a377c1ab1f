/**
 * A trace gone through once, before anything is run, in memory that does not grow with it: every broken row is found,
 * and what a plan has to know of the others.
 */
import type { PlannedTrace } from '../../contract/traffic/trace.ts';
import type { Findings } from '../diagnostics/diagnostics.ts';
import { SourceText } from '../text/source.ts';
import type { ByteSource } from '../text/source.ts';
import { CourseSketch } from './course.ts';
import type { TraceCourse } from './course.ts';
import { RowDecoder } from './row-decoder.ts';
import type { RowFault } from './row-decoder.ts';

const BLOCK_ROWS = 4096;
/** Broken rows that are shown; the rest is counted. */
const SHOWN_MAX = 10;

/** What is in a trace. */
export interface ScannedTrace {
  readonly trace: PlannedTrace;
  /** Of each of the trace's clients; of all rows where it names none. */
  readonly courses: readonly TraceCourse[];
  /** The line at which each of them comes first. */
  readonly firstLines: readonly number[];
}

/** A place in a file whose text is not kept. */
class PlaceInFile extends SourceText {
  private readonly place: { readonly line: number; readonly column: number };

  constructor(name: string, line: number, column: number) {
    super(name, '');
    this.place = { line, column };
  }

  override position(): { line: number; column: number } {
    return { ...this.place };
  }
}

/** A finding about a line of a trace. */
export function reportLine(file: string, fault: RowFault, findings: Findings): void {
  const { line, column, offset, length, message, hint } = fault;
  const source = new PlaceInFile(file, line, column);
  const span = { source, start: offset, end: offset + length };
  findings.error({ code: 'Invalid', path: '', span, message, hint });
}

/** Goes through a trace to its end. Null after findings. Throws SourceError where it cannot be read. */
export function scanTrace(
  file: string,
  source: ByteSource,
  findings: Findings,
): ScannedTrace | null {
  let faults = 0;
  let last: RowFault | null = null;
  const tell = (fault: RowFault): void => {
    if (++faults <= SHOWN_MAX) reportLine(file, fault, findings);
    else last = fault;
  };
  const decoder = new RowDecoder(source, BLOCK_ROWS, tell);
  const scan = new Scan(decoder, tell);
  while (scan.advance());
  if (last !== null) {
    const left = faults - SHOWN_MAX;
    const message = `and ${left} more broken ${left === 1 ? 'row' : 'rows'}, of which this is the last`;
    reportLine(file, { ...(last as RowFault), message, hint: undefined }, findings);
  }
  if (faults > 0) return null;
  return scan.summary({ file, stamp: source.stamp });
}

class Scan {
  private readonly decoder: RowDecoder;
  private readonly tell: (fault: RowFault) => void;
  private readonly sketches: CourseSketch[] = [];
  private readonly firstLines: number[] = [];
  private readonly open = new Set<number>();
  private first = 0;
  private last = 0;

  constructor(decoder: RowDecoder, tell: (fault: RowFault) => void) {
    this.decoder = decoder;
    this.tell = tell;
  }

  advance(): boolean {
    const { columns, count: before, rows } = this.decoder;
    const count = this.decoder.next();
    if (count === 0) return false;
    if (before === 0) this.first = rows.at[0]!;
    this.last = rows.at[count - 1]!;
    for (let row = 0; row < count; row++) this.add(row);
    if (columns?.format === 'connections') {
      for (let row = 0; row < count; row++) this.follow(row);
    }
    return true;
  }

  summary(source: PlannedTrace['source']): ScannedTrace {
    const { decoder, first, firstLines, last, sketches } = this;
    const trace: PlannedTrace = {
      format: decoder.columns!.format,
      source,
      digest: decoder.digestText(),
      rows: decoder.count,
      first,
      last,
      clients: decoder.names.names,
    };
    return { trace, courses: sketches.map(({ course }) => course), firstLines };
  }

  private add(row: number): void {
    const { lineOf, rows } = this.decoder;
    const client = rows.client[row]!;
    let sketch = this.sketches[client];
    if (sketch === undefined) {
      sketch = new CourseSketch();
      this.sketches[client] = sketch;
      this.firstLines[client] = lineOf[row]!;
    }
    sketch.add(rows.at[row]!);
  }

  /** What is opened is not open yet, and what is closed is. */
  private follow(row: number): void {
    const { lineOf, rows } = this.decoder;
    const connection = rows.connection[row]!;
    const opens = rows.opens[row] === 1;
    if (opens !== this.open.has(connection)) {
      if (opens) this.open.add(connection);
      else this.open.delete(connection);
      return;
    }
    const message = opens
      ? `connection ${connection} is opened, and it is open`
      : `connection ${connection} is closed, and it is not open`;
    this.tell({ line: lineOf[row]!, column: 1, offset: -lineOf[row]!, length: 1, message });
  }
}
