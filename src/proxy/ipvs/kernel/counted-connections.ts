/**
 * TCP connections without entries: all that is kept of them is what they count as at their servers. That is enough where no
 * packet has to find its entry: as long as none comes from a source of which the table still knows another connection, and none
 * outlasts its timer. They are established, then in TIME_WAIT, and then gone when the timer wheel would have fired, at the same tick
 * as with entries. All of them stay in TIME_WAIT equally long, so they leave it in the order in which they came: a line.
 */
import { ACTIVE, INACTIVE, REFERENCES, rowOf } from './books.ts';
import type { Books } from './books.ts';
import { firesAt } from './timer-wheel.ts';
import type { TimerWheel } from './timer-wheel.ts';

/** Connections in TIME_WAIT that there is room for at first: a power of two. */
const ROOM = 64;

export class CountedConnections {
  /** A server that may have had such connections was deleted: what becomes of those is not known. */
  isLost: boolean = false;
  private readonly books: Books;
  private readonly clock: TimerWheel;
  private readonly timeWait: number;
  /** Established ones. */
  private open = 0;
  /** Those in TIME_WAIT, in a ring: the row of the server, and the tick at which it ends, in turn. */
  private line: Int32Array = new Int32Array(2 * ROOM);
  private head = 0;
  private waiting = 0;

  /** `timeWait`: ticks. */
  constructor(books: Books, clock: TimerWheel, timeWait: number) {
    this.books = books;
    this.clock = clock;
    this.timeWait = timeWait;
  }

  /** One is established with server number `server`. */
  enter(server: number): void {
    const { books } = this;
    const { rows } = books;
    const row = rowOf(server);
    this.open++;
    rows[row | REFERENCES]++;
    rows[row | ACTIVE]++;
    books.counted(row);
  }

  /** Client and server have sent FIN. */
  close(server: number): void {
    const { books, clock } = this;
    if (2 * this.waiting === this.line.length) this.grow();
    const { line } = this;
    const { rows } = books;
    const row = rowOf(server);
    const place = (this.head + 2 * this.waiting) & (line.length - 1);
    line[place] = row;
    line[place + 1] = firesAt(this.timeWait, clock.tick);
    this.waiting++;
    this.open--;
    rows[row | ACTIVE]--;
    rows[row | INACTIVE]++;
    books.counted(row);
  }

  /** The clock has moved on: those whose TIME_WAIT has ended are gone. */
  advance(): void {
    const { books, line, clock } = this;
    const { rows } = books;
    while (this.waiting > 0 && ((line[this.head + 1] - clock.tick) | 0) <= 0) {
      const row = line[this.head];
      this.head = (this.head + 2) & (line.length - 1);
      this.waiting--;
      rows[row | REFERENCES]--;
      rows[row | INACTIVE]--;
      books.counted(row);
    }
  }

  /** A server was deleted. */
  deleted(): void {
    if (this.open + this.waiting > 0) this.isLost = true;
  }

  private grow(): void {
    const { line, head } = this;
    this.line = new Int32Array(2 * line.length);
    this.line.set(line.subarray(head));
    this.line.set(line.subarray(0, head), line.length - head);
    this.head = 0;
  }
}
