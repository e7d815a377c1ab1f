/**
 * The requests that are under way on the express lane: two rows each, in arrays that all share, with the columns of
 * layout.ts. A row is used again when its request is in the books.
 */
import { assert } from '../../base/assert.ts';
import { NO_WINDOWS, type OpenWindows } from '../measure/open-windows.ts';
import { FACTS, ROWS, TIMES } from './layout.ts';
import type { RowList } from './row-list.ts';

/** Rows at first. */
const ROOM = 512;

export class Journeys {
  times: Float64Array = new Float64Array(ROOM * TIMES);
  facts: Int32Array = new Int32Array(ROOM * FACTS);
  /** Windows that were open one after the other while requests were due, by number. */
  readonly windows: OpenWindows[] = [NO_WINDOWS];
  /** Service demand at the pods of each workload behind the target: so many of them side by side. */
  readonly workloads: number;
  demands: Float64Array;
  private room = ROOM;
  /** Rows that are not in use: so many of these. */
  private free: Int32Array = Int32Array.from({ length: ROOM }, (_, row) => ROOM - 1 - row);
  private spare = ROOM;

  /** @param workloads the most behind one target */
  constructor(workloads: number) {
    this.workloads = workloads;
    this.demands = new Float64Array(ROOM * workloads);
  }

  /** The number of the windows that are open now. */
  numberOf(current: OpenWindows): number {
    const { windows } = this;
    if (windows[windows.length - 1] !== current) windows.push(current);
    return windows.length - 1;
  }

  /** How many rows there are, in use or not. */
  get rows(): number {
    return this.room;
  }

  /** Makes sure that there are `rows` that are not in use. */
  reserve(rows: number): void {
    while (this.spare < rows) this.grow();
  }

  /** A row that was reserved. */
  take(): number {
    return this.free[--this.spare];
  }

  /** Takes `count` rows that were reserved: they go to the end of a list that has room for them. */
  takeMany(into: RowList, count: number): void {
    into.append(this.free, this.spare - count, this.spare);
    this.spare -= count;
  }

  giveBack(rows: Int32Array, count: number): void {
    this.free.set(rows.subarray(0, count), this.spare);
    this.spare += count;
  }

  private grow(): void {
    const { room, times, facts, demands, free } = this;
    assert(2 * room - 1 <= ROWS, `more than ${ROWS} requests are under way`);
    this.times = new Float64Array(2 * times.length);
    this.times.set(times);
    this.facts = new Int32Array(2 * facts.length);
    this.facts.set(facts);
    this.demands = new Float64Array(2 * demands.length);
    this.demands.set(demands);
    this.free = new Int32Array(2 * room);
    this.free.set(free);
    for (let row = room; row < 2 * room; row++) this.free[this.spare++] = row;
    this.room = 2 * room;
  }
}
