/** Rows of journeys on their way from one stage of the express lane to the next. */
export class RowList {
  rows: Int32Array = new Int32Array(1024);
  size: number = 0;

  /** Makes room for so many more. */
  reserve(more: number): void {
    if (this.size + more <= this.rows.length) return;
    const rows = new Int32Array(2 * (this.size + more));
    rows.set(this.rows);
    this.rows = rows;
  }

  /** Adds `rows` from `from` to `to`. */
  append(rows: Int32Array, from: number, to: number): void {
    this.reserve(to - from);
    this.rows.set(rows.subarray(from, to), this.size);
    this.size += to - from;
  }

  /** Adds a row for which room was reserved. */
  push(row: number): void {
    this.rows[this.size++] = row;
  }
}
