/**
 * Weighted round robin (net/netfilter/ipvs/ip_vs_wrr.c): passes over the list with a threshold that sinks
 * from the largest weight in steps of the greatest common divisor; each pass takes the servers whose weight reaches it.
 * Every change of the list or of a weight goes back to the head, at a threshold left over from before.
 */
import { greatestCommonDivisor } from './greatest-common-divisor.ts';
import type { RealServer, Scheduler, Source } from './scheduler.ts';

export class WeightedRoundRobin implements Scheduler {
  readonly goesBySource: boolean = false;
  private readonly list: readonly RealServer[];
  /** Index of the server picked last; -1: the list's head. */
  private pointer = -1;
  /** The threshold: a server needs this weight in the current pass. */
  private current = 0;
  /** The threshold of the first pass of a cycle; 0: no server has a weight. */
  private highest = 0;
  private step = 1;

  constructor(list: readonly RealServer[]) {
    this.list = list;
  }

  pick(_source: Source): number {
    if (this.highest === 0) return -1;
    // The threshold is never above the largest weight, so that a whole cycle always meets a server.
    for (;;) {
      const at = this.nextFrom(this.pointer + 1);
      if (at >= 0) {
        this.pointer = at;
        return at;
      }
      this.pointer = -1;
      this.current -= this.step;
      if (this.current <= 0) this.current = this.highest;
    }
  }

  inserted(_index: number): void {
    this.restart();
  }

  removed(_index: number): void {
    this.restart();
  }

  weighed(_index: number): void {
    this.restart();
  }

  counted(): void {
    // Counts do not matter.
  }

  /** The first server from `index` on whose weight reaches the threshold; -1: none. */
  private nextFrom(index: number): number {
    const { list, current } = this;
    for (let at = index; at < list.length; at++) {
      if (list[at].weight >= current) return at;
    }
    return -1;
  }

  private restart(): void {
    let largest = 0;
    for (const { weight } of this.list) if (weight > largest) largest = weight;
    const step = greatestCommonDivisor(this.list.map(({ weight }) => weight)) || 1;
    this.pointer = -1;
    this.step = step;
    this.highest = largest === 0 ? 0 : largest - (step - 1);
    if (this.current > this.highest || this.current === 0) this.current = this.highest;
    else if (step > 1) this.current = Math.floor(this.current / step) * step + 1;
  }
}
