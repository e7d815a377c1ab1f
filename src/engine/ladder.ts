/**
 * The pending events of a run in their total order: a ladder queue (Tang, Goh, Thng: "Ladder queue", ACM TOMACS
 * 15(3), 2005) with one rung.
 *
 * The soonest events stand sorted in the *bottom*, an array that is popped from its end: for the
 * tens of events that most runs have pending, nothing is faster, and there is nothing else. When
 * there are more, later ones wait unsorted, in the buckets of a *rung* about an event wide each, and beyond
 * that in the *top*; a bucket is sorted into the bottom when its turn comes. So adding and taking cost the
 * same whether hundreds or hundreds of thousands are pending.
 */

/** More in the bottom than this, and the later ones are moved up. */
const BOTTOM_MAX = 48;
/** How many stay when that happens, and how few above mean that all come down again. */
const BOTTOM_KEPT = 16;
/** A bucket with more than this is sorted by the library instead of by insertion. */
const INSERTION_MAX = 64;
/** Times that the width of the buckets is judged by. */
const SAMPLE_MAX = 64;

/**
 * The place of one thing in a queue. All queue code meets this one class, whatever the thing is, so
 * that it compiles to plain loads and stores.
 */
export class Slot<Owner> {
  readonly owner: Owner;
  /** For use by whoever made it. */
  readonly group: number;
  /** Its key: time in whole ns, then order. Set while it is in no queue. */
  // Not small integers, so that both fields hold doubles from the start.
  at: number = -0;
  order: number = -0;
  /** The list it waits in, and its neighbours there; for use by the queue that holds it. */
  list: SlotList<Owner> | null = null;
  ahead: Slot<Owner> | null = null;
  behind: Slot<Owner> | null = null;
  /** Whether it stands in a ladder. */
  held: boolean = false;

  constructor(owner: Owner, group: number = 0) {
    this.owner = owner;
    this.group = group;
  }
}

/** A doubly linked list of slots. */
export class SlotList<Owner> {
  first: Slot<Owner> | null = null;
  last: Slot<Owner> | null = null;
  length: number = 0;

  push(slot: Slot<Owner>): void {
    const { last } = this;
    slot.list = this;
    slot.ahead = last;
    slot.behind = null;
    if (last === null) this.first = slot;
    else last.behind = slot;
    this.last = slot;
    this.length++;
  }

  remove(slot: Slot<Owner>): void {
    const { ahead, behind } = slot;
    if (ahead === null) this.first = behind;
    else ahead.behind = behind;
    if (behind === null) this.last = ahead;
    else behind.ahead = ahead;
    slot.list = null;
    this.length--;
  }
}

export class Ladder<Owner> {
  /** Slots held. */
  size: number = 0;

  /** Latest first. */
  private readonly bottom: Slot<Owner>[] = [];
  private bottomSize = 0;
  /** Everything before this key, by time and then order, is in the bottom, and nothing else. */
  private bottomEnd = Infinity;
  private bottomEndOrder = -0;
  /** The bottom is moved up when it grows beyond this. */
  private bottomMax = BOTTOM_MAX;

  private readonly top: SlotList<Owner> = new SlotList();
  /** The rung: bucket b holds `width` ns from rungStart + b × width on; all whole numbers. */
  private readonly rung: SlotList<Owner>[] = [];
  private bucket = 0;
  private buckets = 0;
  private rungStart = 0;
  private rungEnd = -Infinity;
  private width = 1;
  private readonly sample: Float64Array = new Float64Array(SAMPLE_MAX);

  /** Adds a slot that is not held. */
  add(slot: Slot<Owner>): void {
    this.size++;
    slot.held = true;
    const { at } = slot;
    if (at < this.bottomEnd || (at === this.bottomEnd && slot.order < this.bottomEndOrder)) {
      this.sink(slot);
      if (this.bottomSize > this.bottomMax) this.lift();
    } else {
      this.addAbove(slot);
    }
  }

  /** The soonest slot; null where nothing is held. */
  first(): Slot<Owner> | null {
    if (this.bottomSize === 0) {
      if (this.size === 0) return null;
      this.refill();
    }
    return this.bottom[this.bottomSize - 1];
  }

  /** Takes the soonest out, which `first` has just named. */
  take(slot: Slot<Owner>): void {
    this.bottomSize--;
    this.size--;
    slot.held = false;
  }

  /** Takes out a slot that is held. */
  remove(slot: Slot<Owner>): void {
    if (slot.list === null) this.removeFromBottom(slot);
    else slot.list.remove(slot);
    slot.held = false;
    this.size--;
  }

  /** Sorts a slot into the bottom. */
  private sink(slot: Slot<Owner>): void {
    const { bottom } = this;
    const { at: time } = slot;
    let at = this.bottomSize++;
    while (at > 0) {
      const other = bottom[at - 1];
      if (other.at > time || (other.at === time && other.order > slot.order)) break;
      bottom[at] = other;
      at--;
    }
    bottom[at] = slot;
  }

  private removeFromBottom(slot: Slot<Owner>): void {
    const at = this.bottom.indexOf(slot);
    this.bottom.copyWithin(at, at + 1, this.bottomSize);
    this.bottomSize--;
  }

  private addAbove(slot: Slot<Owner>): void {
    if (slot.at < this.rungEnd) {
      const bucket = Math.floor((slot.at - this.rungStart) / this.width);
      // What was lifted from the bottom may belong to a bucket that is done already.
      this.rung[bucket < this.bucket ? this.bucket : bucket].push(slot);
    } else {
      this.top.push(slot);
    }
  }

  /** The bottom has grown too long: all but its soonest go up. */
  private lift(): void {
    const { bottom } = this;
    const cut = this.bottomSize - BOTTOM_KEPT;
    this.endBottomBefore(bottom[cut - 1]);
    this.bottomMax = BOTTOM_MAX;
    for (let i = 0; i < cut; i++) this.addAbove(bottom[i]);
    bottom.copyWithin(0, cut, this.bottomSize);
    this.bottomSize -= cut;
  }

  /** Brings the next slots down into an empty bottom. */
  private refill(): void {
    while (this.bottomSize === 0) {
      if (this.bucket === this.buckets) this.buildRung();
      else this.sortBucket();
    }
  }

  private sortBucket(): void {
    const list = this.rung[this.bucket++];
    this.endBottomAt(this.rungStart + this.bucket * this.width);
    // The last bucket is the end of the rung: what is added from here on goes to the top.
    if (this.bucket === this.buckets) this.rungEnd = -Infinity;
    this.bringDown(list);
  }

  /** Spreads the top over a new rung, whose farthest stay up; or brings it down whole where it is small. */
  private buildRung(): void {
    const { top, rung } = this;
    const count = top.length;
    if (count <= BOTTOM_KEPT) {
      this.endBottomAt(Infinity);
      this.bringDown(top);
      return;
    }
    const { soonest, median } = this.surveyTop();
    // The nearer half of the times tells how dense they are; a few far ones must not. The rung has a
    // bucket for each slot, and reaches as far again as the median.
    this.width = Math.max(1, Math.ceil((2 * (median - soonest)) / count));
    this.buckets = count + 1;
    while (rung.length < this.buckets) rung.push(new SlotList());
    this.bucket = 0;
    this.rungStart = soonest;
    this.rungEnd = soonest + this.buckets * this.width;
    this.endBottomAt(soonest);
    let slot = top.first;
    top.first = null;
    top.last = null;
    top.length = 0;
    while (slot !== null) {
      const next: Slot<Owner> | null = slot.behind;
      this.addAbove(slot);
      slot = next;
    }
  }

  /** The soonest time in the top, and about the median. */
  private surveyTop(): { soonest: number; median: number } {
    const stride = Math.ceil(this.top.length / SAMPLE_MAX);
    let soonest = Infinity;
    let position = 0;
    let sampled = 0;
    for (let slot = this.top.first; slot !== null; slot = slot.behind) {
      if (slot.at < soonest) soonest = slot.at;
      if (position++ % stride === 0) this.sample[sampled++] = slot.at;
    }
    this.sample.subarray(0, sampled).sort();
    return { soonest, median: this.sample[sampled >> 1] };
  }

  /** Sorts a whole list into the bottom. */
  private bringDown(list: SlotList<Owner>): void {
    const { length } = list;
    let slot = list.first;
    list.first = null;
    list.last = null;
    list.length = 0;
    if (length > INSERTION_MAX) {
      this.bringDownSorted(slot!);
      return;
    }
    while (slot !== null) {
      const next: Slot<Owner> | null = slot.behind;
      slot.list = null;
      this.sink(slot);
      slot = next;
    }
  }

  private bringDownSorted(first: Slot<Owner>): void {
    const slots: Slot<Owner>[] = [];
    for (let slot: Slot<Owner> | null = first; slot !== null; slot = slot.behind) slots.push(slot);
    slots.sort((a, b) => b.at - a.at || b.order - a.order);
    for (const slot of slots) {
      slot.list = null;
      this.bottom[this.bottomSize++] = slot;
    }
    // A bottom this long is for taking from only: what comes after its last goes above.
    this.endBottomBefore(slots[0]);
    this.bottomEndOrder++;
    this.bottomMax = 2 * this.bottomSize;
  }

  private endBottomAt(time: number): void {
    this.bottomEnd = time;
    this.bottomEndOrder = -0;
    this.bottomMax = BOTTOM_MAX;
  }

  private endBottomBefore(slot: Slot<Owner>): void {
    this.bottomEnd = slot.at;
    this.bottomEndOrder = slot.order;
  }
}
