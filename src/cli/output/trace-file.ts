/** A trace of arrivals, written while a log is read: under a temporary name, which becomes its own at the end. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { outputFailure, prepareFile } from './output-files.ts';

const BUFFERED = 64 * 1024;
const NS_PER_MS = 1e6;

export class TraceFile {
  /** Requests written. */
  count = 0;
  private readonly path: string;
  private readonly temporary: string;
  private readonly descriptor: number;
  private first = NaN;
  private pending = 'at_ms,service_time_ms\n';

  /** @throws CommandFailure */
  constructor(path: string) {
    prepareFile(path);
    this.path = path;
    this.temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
    try {
      this.descriptor = openSync(this.temporary, 'w');
    } catch (error) {
      throw outputFailure(path, error);
    }
  }

  /** A request that came at `atMs` of the log's time; the first one is moment 0 of the trace. */
  add(atMs: number, latencyNs: number): void {
    if (this.count === 0) this.first = atMs;
    this.count += 1;
    const at = Math.max(0, atMs - this.first).toFixed(3);
    this.pending += `${at},${(latencyNs / NS_PER_MS).toFixed(6)}\n`;
    if (this.pending.length >= BUFFERED) this.write();
  }

  /** @throws CommandFailure */
  keep(): void {
    this.write();
    try {
      closeSync(this.descriptor);
      renameSync(this.temporary, this.path);
    } catch (error) {
      throw outputFailure(this.path, error);
    }
  }

  discard(): void {
    try {
      closeSync(this.descriptor);
    } catch {
      // It is closed already where keeping it has failed.
    }
    rmSync(this.temporary, { force: true });
  }

  private write(): void {
    try {
      writeSync(this.descriptor, this.pending);
    } catch (error) {
      throw outputFailure(this.path, error);
    }
    this.pending = '';
  }
}
