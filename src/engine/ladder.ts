/**
 * The pending events of a run in their total order: a ladder queue (Tang, Goh, Thng: "Ladder queue", ACM TOMACS
 * 15(3), 2005) with one rung.
 *
 * The soonest events stand sorted in the *bottom*, an array that is popped from its end: for the
 * tens of events that most runs have pending, nothing is faster, and there is nothing else. When
 * there are more, later ones wait unsorted, in the buckets of a *rung* about an event wide each, and beyond
 * that in the *top*; a bucket is sorted into the bottom when its turn comes. So adding and taking cost the
 * same whether hundreds or hundreds of thousands are pending.
 *
 * Everything is known by a number (`id`); times, orders and links lie in typed arrays by id.
 */

/** Where an id is. */
const ABSENT = 0;
const IN_BOTTOM = 1;
const IN_LIST = 2;

/** End of a linked list. */
const NONE = -1;
/** `previous` of the first in a list: this minus the number of the list (buckets; the top is number 0). */
const FIRST_IN = -2;
const TOP = 0;

/** More in the bottom than this, and the later ones are moved up. */
const BOTTOM_MAX = 48;
/** How many stay when that happens, and how few above mean that all come down again. */
const BOTTOM_KEPT = 16;
/** A bucket with more than this is sorted by the library instead of by insertion. */
const INSERTION_MAX = 64;
/** Times that the width of the buckets is judged by. */
const SAMPLE_MAX = 64;

export class Ladder {
  /** Ids held. */
  size: number = 0;

  /** By id: its key, set before `add`. */
  times: Float64Array = new Float64Array(64);
  orders: Float64Array = new Float64Array(64);

  private place: Uint8Array = new Uint8Array(64);
  private next: Int32Array = new Int32Array(64);
  private previous: Int32Array = new Int32Array(64);

  /** Latest first; with the times beside it, so that sorting touches nothing else. */
  private bottom: Int32Array = new Int32Array(128);
  private bottomTimes: Float64Array = new Float64Array(128);
  private bottomSize = 0;
  /** Everything sooner than this is in the bottom, and nothing else. */
  private bottomEnd = Infinity;

  /** First of each list: the top, then the buckets of the rung. */
  private firsts: Int32Array = new Int32Array(64).fill(NONE);
  private topSize = 0;
  /** The rung: bucket b (from 1) holds `width` ns from rungStart + (b - 1) × width on; all whole numbers. */
  private bucket = 1;
  private bucketsEnd = 1;
  private rungStart = 0;
  private rungEnd = -Infinity;
  private width = 1;
  private readonly sample: Float64Array = new Float64Array(SAMPLE_MAX);
  private sampled = 0;

  /** Makes room for ids up to `count` - 1. */
  reserve(count: number): void {
    let { length } = this.place;
    if (count <= length) return;
    while (length < count) length *= 2;
    const grown = <T extends Float64Array | Int32Array | Uint8Array>(old: T, table: T): T => {
      table.set(old);
      return table;
    };
    this.times = grown(this.times, new Float64Array(length));
    this.orders = grown(this.orders, new Float64Array(length));
    this.place = grown(this.place, new Uint8Array(length));
    this.next = grown(this.next, new Int32Array(length));
    this.previous = grown(this.previous, new Int32Array(length));
  }

  has(id: number): boolean {
    return this.place[id] !== ABSENT;
  }

  /** Adds an id that is not held, at the key that stands for it in `times` and `orders`. */
  add(id: number): void {
    this.size++;
    if (this.times[id] < this.bottomEnd) {
      this.sink(id);
      if (this.bottomSize > BOTTOM_MAX) this.lift();
    } else {
      this.addAbove(id);
    }
  }

  /** The soonest time; Infinity where nothing is held. */
  firstTime(): number {
    if (this.bottomSize === 0) {
      if (this.size === 0) return Infinity;
      this.refill();
    }
    return this.bottomTimes[this.bottomSize - 1];
  }

  /** Takes the soonest out; `firstTime` must just have been asked, and have had an answer. */
  take(): number {
    const id = this.bottom[--this.bottomSize];
    this.place[id] = ABSENT;
    this.size--;
    return id;
  }

  /** Takes out an id that is held. */
  remove(id: number): void {
    if (this.place[id] === IN_BOTTOM) this.removeFromBottom(id);
    else this.unlink(id);
    this.place[id] = ABSENT;
    this.size--;
  }

  /** Sorts an id into the bottom. */
  private sink(id: number): void {
    const { bottom, bottomTimes, orders } = this;
    const time = this.times[id];
    let at = this.bottomSize++;
    while (at > 0) {
      const other = bottomTimes[at - 1];
      if (other > time || (other === time && orders[bottom[at - 1]] > orders[id])) break;
      bottomTimes[at] = other;
      bottom[at] = bottom[at - 1];
      at--;
    }
    bottomTimes[at] = time;
    bottom[at] = id;
    this.place[id] = IN_BOTTOM;
  }

  private removeFromBottom(id: number): void {
    const at = this.bottom.indexOf(id);
    this.bottom.copyWithin(at, at + 1, this.bottomSize);
    this.bottomTimes.copyWithin(at, at + 1, this.bottomSize);
    this.bottomSize--;
  }

  private addAbove(id: number): void {
    const time = this.times[id];
    if (time < this.rungEnd) {
      const bucket = 1 + Math.floor((time - this.rungStart) / this.width);
      // What was lifted from the bottom may belong to a bucket that is done already.
      this.link(id, bucket < this.bucket ? this.bucket : bucket);
    } else {
      this.link(id, TOP);
      this.topSize++;
    }
  }

  private link(id: number, list: number): void {
    const first = this.firsts[list];
    this.next[id] = first;
    this.previous[id] = FIRST_IN - list;
    if (first !== NONE) this.previous[first] = id;
    this.firsts[list] = id;
    this.place[id] = IN_LIST;
  }

  private unlink(id: number): void {
    const following = this.next[id];
    const before = this.previous[id];
    if (before <= FIRST_IN) this.firsts[FIRST_IN - before] = following;
    else this.next[before] = following;
    if (following !== NONE) this.previous[following] = before;
    if (this.times[id] >= this.rungEnd) this.topSize--;
  }

  /** The bottom has grown too long: all but its soonest go up. */
  private lift(): void {
    let cut = this.bottomSize - BOTTOM_KEPT;
    // Equal times must not be parted: what is added later at that time would be out of order.
    while (cut > 0 && this.bottomTimes[cut - 1] === this.bottomTimes[cut]) cut--;
    if (cut === 0) {
      this.growBottom();
      return;
    }
    this.bottomEnd = this.bottomTimes[cut - 1];
    for (let i = 0; i < cut; i++) this.addAbove(this.bottom[i]);
    this.bottom.copyWithin(0, cut, this.bottomSize);
    this.bottomTimes.copyWithin(0, cut, this.bottomSize);
    this.bottomSize -= cut;
  }

  /** Brings the next events down into an empty bottom. */
  private refill(): void {
    while (this.bottomSize === 0) {
      if (this.bucket === this.bucketsEnd) this.buildRung();
      else this.sortBucket();
    }
  }

  private sortBucket(): void {
    const list = this.bucket++;
    this.bottomEnd = this.rungStart + (this.bucket - 1) * this.width;
    // The last bucket is the end of the rung: what is added from here on goes to the top.
    if (this.bucket === this.bucketsEnd) this.rungEnd = -Infinity;
    this.bringDown(list);
  }

  /** Spreads the top over a new rung, whose farthest stay up; or brings it down whole where it is small. */
  private buildRung(): void {
    const count = this.topSize;
    if (count <= BOTTOM_KEPT) {
      this.topSize = 0;
      this.bottomEnd = Infinity;
      this.bringDown(TOP);
      return;
    }
    const soonest = this.sampleTop();
    // The nearer half of the events tells how dense they are; a few far ones must not. The rung has a
    // bucket for each event, and reaches as far again as the median.
    const median = this.sample[this.sampled >> 1];
    const buckets = count + 1;
    if (this.firsts.length <= buckets + 1) {
      const grown = new Int32Array(2 * (buckets + 2)).fill(NONE);
      grown[TOP] = this.firsts[TOP];
      this.firsts = grown;
    }
    this.width = Math.max(1, Math.ceil((2 * (median - soonest)) / count));
    this.rungStart = soonest;
    this.rungEnd = soonest + buckets * this.width;
    this.bucket = 1;
    this.bucketsEnd = 1 + buckets;
    this.bottomEnd = soonest;
    let id = this.firsts[TOP];
    this.firsts[TOP] = NONE;
    this.topSize = 0;
    while (id !== NONE) {
      const following = this.next[id];
      this.addAbove(id);
      id = following;
    }
  }

  /** Sorts a sample of the times in the top into `sample`. Returns the soonest of all. */
  private sampleTop(): number {
    const stride = Math.ceil(this.topSize / SAMPLE_MAX);
    let soonest = Infinity;
    let position = 0;
    this.sampled = 0;
    for (let id = this.firsts[TOP]; id !== NONE; id = this.next[id]) {
      const time = this.times[id];
      if (time < soonest) soonest = time;
      if (position++ % stride === 0) this.sample[this.sampled++] = time;
    }
    this.sample.subarray(0, this.sampled).sort();
    return soonest;
  }

  /** Sorts a whole list into the bottom. */
  private bringDown(list: number): void {
    let id = this.firsts[list];
    this.firsts[list] = NONE;
    let count = 0;
    for (let other = id; other !== NONE; other = this.next[other]) count++;
    if (count > INSERTION_MAX) {
      this.bringDownMany(id, count);
      return;
    }
    while (this.bottomSize + count >= this.bottom.length) this.growBottom();
    while (id !== NONE) {
      const following = this.next[id];
      this.sink(id);
      id = following;
    }
  }

  private bringDownMany(first: number, count: number): void {
    const { times, orders } = this;
    const ids = new Int32Array(count);
    for (let i = 0, id = first; i < count; i++, id = this.next[id]) ids[i] = id;
    ids.sort((a, b) => times[b] - times[a] || orders[b] - orders[a]);
    while (this.bottomSize + count >= this.bottom.length) this.growBottom();
    for (const id of ids) {
      this.bottomTimes[this.bottomSize] = times[id];
      this.bottom[this.bottomSize++] = id;
      this.place[id] = IN_BOTTOM;
    }
  }

  private growBottom(): void {
    if (this.bottomSize + 2 * BOTTOM_MAX < this.bottom.length) return;
    const bottom = new Int32Array(this.bottom.length * 2);
    bottom.set(this.bottom);
    this.bottom = bottom;
    const times = new Float64Array(this.bottomTimes.length * 2);
    times.set(this.bottomTimes);
    this.bottomTimes = times;
  }
}
