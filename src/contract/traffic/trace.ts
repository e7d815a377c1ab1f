/**
 * Traces: files that say when requests are due, or when connections are opened and closed. A plan knows what is in
 * one, and not its rows: a run reads these block by block while it goes on, by a reader that it is handed, so that a trace
 * may be larger than any memory. Instants of a trace are whole nanoseconds from the start of the measurement; those of the
 * warm-up are negative.
 */

/** What the rows of a trace are. */
export type TraceFormat = 'requests' | 'connections';

/** A trace as it was when the plan was made. */
export interface PlannedTrace {
  readonly format: TraceFormat;
  /** Where its rows are read from; no part of what a run does, and so of no digest. */
  readonly source: {
    readonly file: string;
    /** What tells whether the file has been changed since. */
    readonly stamp: string;
  };
  /** Of all rows, whatever their columns' order and however the file is packed. */
  readonly digest: string;
  readonly rows: number;
  /** Instants of the first and the last row, ns. */
  readonly first: number;
  readonly last: number;
  /** Names of clients in the order in which they come; empty: there is no such column. */
  readonly clients: readonly string[];
}

/** Some rows of a trace, by columns, in arrays that are used again for the next ones. */
export interface TraceRows {
  /** Instants, ns. */
  readonly at: Float64Array;
  /** Requests: the client, by its number in `PlannedTrace.clients` (0 where there is no such column). */
  readonly client: Int32Array;
  /** Requests: the demand, ns; -1: it is drawn. */
  readonly demand: Float64Array;
  /** Connections: 1 where the row opens one, 0 where it closes one; and which. */
  readonly opens: Uint8Array;
  readonly connection: Float64Array;
  /** Connections that are opened: address (IPv4 as a number) and port of their client; -1: the trace does not say. */
  readonly address: Float64Array;
  readonly port: Int32Array;
}

/** The rows of one trace, from its start. */
export interface TraceReader {
  readonly rows: TraceRows;
  /** How many rows have come into `rows`; 0: there are no more. Throws where the trace cannot be read any further. */
  next(): number;
}

/** Opens a trace for a run. */
export type OpenTrace = (trace: PlannedTrace) => TraceReader;
