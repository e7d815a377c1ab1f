/**
 * The kernel's books on the real servers of a node (include/net/ip_vs.h, struct ip_vs_dest), and who is told of them.
 *
 * Whenever a connection begins, ends or expires, the books of its server are turned over, and with a thousand servers it is
 * another one each time. So all books of a node are rows of one array, which hold just what is needed then.
 */
import type { Scheduler } from '../schedulers/scheduler.ts';

/** Columns of the books, in rows of 2^3. */
const ROW = 3;
export const WEIGHT = 0;
export const ACTIVE = 1;
export const INACTIVE = 2;
/** Where the server stands in its list; -1: it was deleted. */
export const INDEX = 3;
/** The number of the virtual server. */
export const SERVICE = 4;
export const REFERENCES = 5;

/** Where the row of server number `id` begins. */
export const rowOf = (id: number): number => id << ROW;

export class Books {
  rows: Int32Array = new Int32Array(8 << ROW);
  /** The scheduler of each virtual server, by its number. */
  private readonly schedulers: Scheduler[] = [];

  /** Opens the book of server number `id` behind a virtual server. */
  open(id: number, service: number): void {
    const row = rowOf(id);
    if (row === this.rows.length) {
      const { rows } = this;
      this.rows = new Int32Array(2 * rows.length);
      this.rows.set(rows);
    }
    this.rows.fill(0, row, row + (1 << ROW));
    this.rows[row | SERVICE] = service;
    this.rows[row | INDEX] = -1;
  }

  /** Virtual server number `id` has this scheduler now. */
  serve(id: number, scheduler: Scheduler): void {
    this.schedulers[id] = scheduler;
  }

  /** The counts in a row have changed: the scheduler is told, unless the server was deleted. */
  counted(row: number): void {
    const { rows } = this;
    const index = rows[row | INDEX];
    if (index < 0) return;
    const scheduler = this.schedulers[rows[row | SERVICE]];
    scheduler.counted(index, rows[row | WEIGHT], rows[row | ACTIVE], rows[row | INACTIVE]);
  }
}
