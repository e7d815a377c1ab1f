/**
 * What has been written to EndpointSlices, in the order in which it was, for those who watch them. A write adds one
 * entry, however many there are who watch; each of them reads on when somebody wants to know what it knows.
 *
 * The log keeps what somebody has yet to read. When that has become much, all are made to read on.
 */
import type { EndpointSet } from '../../kube/endpoint.ts';

/** New endpoint sets of a Service, one a ServicePort. One object for all nodes. */
export interface EndpointChange {
  readonly service: number;
  /** 1 for the first change of the Service. */
  readonly version: number;
  readonly sets: readonly EndpointSet[];
  /** When the last of its slices was written, ns; and how many times as long the API server took then to send things on. */
  readonly writtenAt: number;
  readonly slowdown: number;
}

/** Whoever reads a log. */
export interface LogReader {
  /** Reads the log to its end. */
  readOn(): void;
}

/** Entries, and endpoints in them, from which on all must read. */
const ENTRIES_MAX = 256;
const ENDPOINTS_MAX = 1 << 17;

export class ChangeLog {
  /** How many entries there have been. */
  end: number = 0;
  readonly readers: Set<LogReader> = new Set();
  /** Those that somebody has yet to read, up to the end. */
  private entries: EndpointChange[] = [];
  private endpoints = 0;

  append(change: EndpointChange): void {
    if (this.entries.length >= ENTRIES_MAX || this.endpoints >= ENDPOINTS_MAX) this.clear();
    this.entries.push(change);
    this.end++;
    for (const { endpoints } of change.sets) this.endpoints += endpoints.length;
  }

  /** Entry number `index`, counted from the first that there ever was. */
  entry(index: number): EndpointChange {
    return this.entries[index - this.end + this.entries.length];
  }

  private clear(): void {
    for (const reader of this.readers) reader.readOn();
    this.entries = [];
    this.endpoints = 0;
  }
}
