/**
 * What is due at instants that are told in no order of their own: taken by time, then by when it was inserted, then by what led
 * to that, then as it was added. A calendar queue (R. Brown: "Calendar queues", Communications of the ACM 31(10), 1988): an instant belongs to one of
 * a ring of buckets, as a date to a page of a calendar that serves every year.
 *
 * Those of a bucket hang together unsorted, the newest first. When its turn comes, those of this year are sorted into the
 * *line*, which is taken from; so adding and taking cost the same however many are pending, and an item is looked at some
 * three times. Buckets are as wide as has brought one to four a turn of late.
 *
 * Items are whole numbers from 1 on, given out by whoever adds them. Number 0 stands for the turn of the next bucket: it is
 * due in the last instant of the present one, at the end of the line, and ends every bucket.
 *
 * Instants are whole ns. They are written to `keys` and read from there: as arguments of calls they would be numbers on the heap.
 */

/** Items, and buckets, that there is room for at first: a power of two. */
const ROOM = 64;
/** Width of a bucket at first, ns: a power of two, as all widths are. */
const WIDTH = 2 ** 20;
/** The width is judged after so many turns, or so many items that these have brought. */
const JUDGED = 1024;
/** Fewer a turn than the one is too narrow, more than the other too wide. */
const FEWEST = 1;
const MOST = 4;
/** Widths are doubled so many times at once: a long silence says little of what comes after it. */
const DOUBLINGS = 4;

export class Pending {
  /** When each item is due, and when the event queue would have inserted it, ns, in turn: written before it is added. */
  keys: Float64Array = new Float64Array(2 * ROOM);
  /** When the event queue would have inserted what inserted each item, ns: written with its keys. */
  causes: Float64Array = new Float64Array(ROOM);
  private room = ROOM;
  /** The item behind each in its bucket; from `room` on, the first of each bucket. */
  private behind: Int32Array = new Int32Array(2 * ROOM);
  private width = WIDTH;
  private perNs = 1 / WIDTH;
  /** Those of the buckets whose turn has been, latest first, and where the soonest stands. */
  private line: Int32Array = new Int32Array(ROOM);
  private last = 0;
  /** Since the width was judged. */
  private turns = 0;
  private brought = 0;

  constructor() {
    this.endAt(WIDTH);
  }

  /** Makes room for `item`. */
  reserve(item: number): void {
    if (item >= this.room) this.grow(item);
  }

  /** When the soonest of all is due, ns; or the next bucket has its turn, if that comes first. */
  get soonestAt(): number {
    return this.keys[2 * this.line[this.last]];
  }

  /** Whether the next bucket has its turn before any item is due. */
  get isAtTurn(): boolean {
    return this.last === 0;
  }

  /** The soonest item, where it is not the turn of a bucket. */
  get soonest(): number {
    return this.line[this.last];
  }

  /** Takes the soonest item out. */
  take(): number {
    return this.line[this.last--];
  }

  /** The next bucket has its turn. */
  turn(): void {
    const { keys, behind, room, width } = this;
    const start = keys[0] + 1;
    this.endAt(start + width);
    let from = room + ((start * this.perNs) & (room - 1));
    for (let item = behind[from]; item !== 0; item = behind[item]) {
      if (keys[2 * item] <= keys[0]) {
        this.sink(item, false);
      } else {
        behind[from] = item;
        from = item;
      }
    }
    behind[from] = 0;
    if (++this.turns >= JUDGED || this.brought >= JUDGED) this.judge();
  }

  /** Adds an item, which is newer than all others, as its keys say. */
  add(item: number): void {
    const { keys, behind, room } = this;
    const at = keys[2 * item];
    if (at <= keys[0]) {
      this.sink(item, true);
      return;
    }
    const bucket = room + ((at * this.perNs) & (room - 1));
    behind[item] = behind[bucket];
    behind[bucket] = item;
  }

  /** Sorts an item into the line; it is newer than all that stand there, or older. */
  private sink(item: number, isNewer: boolean): void {
    const { keys, causes, line } = this;
    const at = keys[2 * item];
    const since = keys[2 * item + 1];
    let place = ++this.last;
    for (; ; place--) {
      const other = 2 * line[place - 1];
      if (keys[other] > at) break;
      if (keys[other] === at) {
        if (keys[other + 1] > since) break;
        if (keys[other + 1] === since) {
          const cause = causes[other >> 1];
          if (cause > causes[item] || (cause === causes[item] && !isNewer)) break;
        }
      }
      line[place] = line[place - 1];
    }
    line[place] = item;
    this.brought++;
  }

  private judge(): void {
    const { turns, width } = this;
    let fitting = width;
    let { brought } = this;
    for (; brought > MOST * turns && fitting > 1; brought /= 2) fitting /= 2;
    for (let i = 0; brought < FEWEST * turns && i < DOUBLINGS; i++) {
      brought *= 2;
      fitting *= 2;
    }
    this.turns = 0;
    this.brought = 0;
    if (fitting !== width) this.arrange(this.room, fitting);
  }

  private grow(item: number): void {
    let { room } = this;
    while (item >= room) room *= 2;
    const keys = new Float64Array(2 * room);
    keys.set(this.keys);
    this.keys = keys;
    const causes = new Float64Array(room);
    causes.set(this.causes);
    this.causes = causes;
    const line = new Int32Array(room);
    line.set(this.line);
    this.line = line;
    this.arrange(room, this.width);
  }

  /** Lays out the calendar anew. */
  private arrange(room: number, width: number): void {
    const { behind: before, room: buckets, keys } = this;
    const waiting: number[] = [];
    for (let bucket = buckets; bucket < 2 * buckets; bucket++) {
      for (let item = before[bucket]; item !== 0; item = before[item]) waiting.push(item);
    }
    this.room = room;
    this.behind = new Int32Array(2 * room);
    this.width = width;
    this.perNs = 1 / width;
    this.endAt(Math.ceil((keys[0] + 1) / width) * width);
    // Of those in one bucket the newest came first.
    for (const item of waiting.reverse()) this.add(item);
  }

  /** The present bucket ends at `end` (ns), exclusive: nothing is at the end of the line that would stand behind that. */
  private endAt(end: number): void {
    this.keys[0] = end - 1;
    this.keys[1] = Infinity;
  }
}
