/** The rows of a trace for a run: read again, and the same as when the plan was made, or a SourceError. */
import type {
  OpenTrace,
  PlannedTrace,
  TraceReader,
  TraceRows,
} from '../../contract/traffic/trace.ts';
import { SourceError } from '../text/source.ts';
import type { SourceReader } from '../text/source.ts';
import { openBytes } from './bytes.ts';
import { RowDecoder } from './row-decoder.ts';

const BLOCK_ROWS = 2048;
const CHANGED = 'it was changed after the scenario was loaded; run it again';

/** Opens traces for runs, by whatever reads the files of a scenario. */
export function traceOpener(reader: SourceReader): OpenTrace {
  return (trace) => new OpenedTrace(reader, trace);
}

class OpenedTrace implements TraceReader {
  readonly rows: TraceRows;
  private readonly trace: PlannedTrace;
  private readonly decoder: RowDecoder;

  constructor(reader: SourceReader, trace: PlannedTrace) {
    this.trace = trace;
    this.decoder = this.named(() => {
      const source = openBytes(reader, trace.source.file);
      if (source.stamp !== trace.source.stamp) throw new SourceError(CHANGED);
      return new RowDecoder(source, BLOCK_ROWS, () => {
        throw new SourceError(CHANGED);
      });
    });
    this.rows = this.decoder.rows;
  }

  next(): number {
    return this.named(() => {
      const count = this.decoder.next();
      const isSame = count > 0 || this.decoder.digestText() === this.trace.digest;
      if (!isSame) throw new SourceError(CHANGED);
      return count;
    });
  }

  /** Has a message say which file it is about. */
  private named<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      throw new SourceError(`cannot read the trace ${this.trace.source.file}: ${error.reason}`);
    }
  }
}
