/**
 * Schedulers that take the first server of the list with the least of some load. The kernel walks the
 * list at every pick; here a tree keeps the minimum, and the pick is the same. Changes are noted, and brought into the
 * tree at the next pick: one by one, or all anew where they are many, as when entries expire together.
 *
 * The kernel compares loads divided by weights as products of integers, without rounding. Quotients of doubles order them
 * alike: equal fractions give equal quotients, and unequal ones differ as long as
 * load × weight stays below 2^53.
 */
import { FirstMinimum } from './first-minimum.ts';
import type { RealServer, Scheduler, Source } from './scheduler.ts';

/** The load by which a scheduler compares servers; Infinity: takes no connection now. */
export type LoadOf = (server: RealServer) => number;

/** Above so many changes, or one for every eight servers, building the tree anew is cheaper. */
const MIN_CHANGES = 4;
const CHANGES_SHIFT = 3;

export class LeastLoaded implements Scheduler {
  protected readonly list: readonly RealServer[];
  private readonly loadOf: LoadOf;
  private readonly minimum: FirstMinimum = new FirstMinimum();
  /** The tree is to be built anew. */
  private isStale = true;
  /** Servers whose load has changed since the last pick: so many of `changed`. */
  private changed: Int32Array = new Int32Array(0);
  private changes = 0;

  constructor(list: readonly RealServer[], loadOf: LoadOf) {
    this.list = list;
    this.loadOf = loadOf;
  }

  pick(_source: Source): number {
    if (this.isStale) this.rebuild();
    else if (this.changes > 0) this.update();
    return this.minimum.first();
  }

  inserted(_index: number): void {
    this.isStale = true;
  }

  removed(_index: number): void {
    this.isStale = true;
  }

  weighed(index: number): void {
    this.counted(index);
  }

  counted(index: number): void {
    if (this.isStale) return;
    if (this.changes === this.changed.length) this.isStale = true;
    else this.changed[this.changes++] = index;
  }

  private update(): void {
    const { list, minimum, changed } = this;
    for (let i = 0; i < this.changes; i++) {
      const index = changed[i];
      minimum.set(index, this.loadOf(list[index]));
    }
    this.changes = 0;
  }

  private rebuild(): void {
    const { list, minimum } = this;
    minimum.reset(list.length);
    for (let i = 0; i < list.length; i++) minimum.put(i, this.loadOf(list[i]));
    minimum.settle();
    const worthwhile = Math.max(MIN_CHANGES, list.length >> CHANGES_SHIFT);
    if (this.changed.length !== worthwhile) this.changed = new Int32Array(worthwhile);
    this.changes = 0;
    this.isStale = false;
  }
}
