/**
 * Schedulers that take the first server of the list with the least of some load. The kernel walks the
 * list at every pick; here the loads are kept so that their first minimum is at hand, and the pick is the same.
 *
 * The kernel compares loads divided by weights as products of integers, without rounding. Quotients of doubles order them
 * alike: equal fractions give equal quotients, and unequal ones differ as long as
 * load × weight stays below 2^53.
 */
import { FirstMinimum } from './first-minimum.ts';
import type { RealServer, Scheduler, Source } from './scheduler.ts';

/** The load by which a scheduler compares servers; Infinity: takes no connection now. */
export type LoadOf = (weight: number, active: number, inactive: number) => number;

export class LeastLoaded implements Scheduler {
  readonly goesBySource: boolean = false;
  protected readonly list: readonly RealServer[];
  private readonly loadOf: LoadOf;
  private readonly minimum: FirstMinimum = new FirstMinimum();
  /** All loads are to be worked out anew. */
  private isStale = true;

  constructor(list: readonly RealServer[], loadOf: LoadOf) {
    this.list = list;
    this.loadOf = loadOf;
  }

  pick(_source: Source): number {
    if (this.isStale) this.rebuild();
    return this.minimum.first();
  }

  inserted(_index: number): void {
    this.isStale = true;
  }

  removed(_index: number): void {
    this.isStale = true;
  }

  weighed(index: number): void {
    const { weight, active, inactive } = this.list[index];
    this.counted(index, weight, active, inactive);
  }

  counted(index: number, weight: number, active: number, inactive: number): void {
    if (!this.isStale) this.minimum.set(index, this.loadOf(weight, active, inactive));
  }

  private rebuild(): void {
    const { list, minimum } = this;
    minimum.reset(list.length);
    this.isStale = false;
    for (let i = 0; i < list.length; i++) this.weighed(i);
  }
}
