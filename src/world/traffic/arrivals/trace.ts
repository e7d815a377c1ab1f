/**
 * Requests as a trace has them: due when it says, some with the time that they take. It is read while the run goes on,
 * a block of rows after the other. A client that sends a part of the rows reads over those of the others.
 */
import type { OpenTrace, TraceReader, TraceRows } from '../../../contract/traffic/trace.ts';
import type { ArrivalOf, ArrivalTimes } from './arrival-times.ts';

export class TraceTimes implements ArrivalTimes {
  /** Of the request that `next` told of last, ns; -1: it is drawn. */
  demand: number = -1;
  private readonly arrival: ArrivalOf<'trace'>;
  private readonly openTrace: OpenTrace;
  private readonly from: number;
  private reader: TraceReader;
  private rows: TraceRows;
  private count = 0;
  private row = 0;
  /** What is added to the trace's instants this time round, ns. */
  private shift: number;

  /** Those due at `from` (ns) or later. */
  constructor(arrival: ArrivalOf<'trace'>, openTrace: OpenTrace, from: number) {
    this.arrival = arrival;
    this.openTrace = openTrace;
    this.from = from;
    const { repeat, speed, trace } = arrival;
    // The first time round that ends after `from`.
    const ends = (from - arrival.from) * speed - trace.last;
    this.shift = repeat === null ? 0 : Math.ceil(ends / repeat) * repeat;
    this.reader = openTrace(trace);
    this.rows = this.reader.rows;
  }

  next(): number {
    const { client, from: start, speed } = this.arrival;
    for (;;) {
      while (this.row < this.count) {
        const row = this.row++;
        if (client >= 0 && this.rows.client[row] !== client) continue;
        const at = start + Math.round((this.rows.at[row] + this.shift) / speed);
        if (at < this.from) continue;
        this.demand = this.rows.demand[row];
        return at;
      }
      this.row = 0;
      this.count = this.reader.next();
      if (this.count === 0 && !this.beginAgain()) return Infinity;
    }
  }

  private beginAgain(): boolean {
    const { repeat, rows, trace } = this.arrival;
    if (repeat === null || rows === 0) return false;
    this.shift += repeat;
    this.reader = this.openTrace(trace);
    this.rows = this.reader.rows;
    return true;
  }
}
