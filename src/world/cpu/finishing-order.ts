/**
 * The threads of one cgroup, by the progress at which each is done with its CPU time; among equals, by arrival. A
 * binary heap in flat arrays, which allocates nothing once it has grown.
 */
import type { Thread } from './thread.ts';

export class FinishingOrder {
  size: number = 0;
  private finishes: Float64Array = new Float64Array(8);
  private numbers: Float64Array = new Float64Array(8);
  private readonly threads: Thread[] = [];
  private arrivals = 0;

  /** The progress at which the next one is done, ns of CPU time; there must be one. */
  get first(): number {
    return this.finishes[0];
  }

  push(thread: Thread, finish: number): void {
    const { threads } = this;
    if (this.size === this.finishes.length) this.grow();
    const number = this.arrivals++;
    let at = this.size++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.finishes[above] <= finish) break;
      this.move(above, at);
      at = above;
    }
    threads[at] = thread;
    this.finishes[at] = finish;
    this.numbers[at] = number;
  }

  /** Takes out the next one that is done. */
  pop(): Thread {
    const { threads, finishes, numbers } = this;
    const first = threads[0];
    const last = --this.size;
    const finish = finishes[last];
    const number = numbers[last];
    let at = 0;
    for (let below = 1; below < last; below = 2 * at + 1) {
      if (below + 1 < last && this.comesBefore(below + 1, finishes[below], numbers[below])) below++;
      if (!this.comesBefore(below, finish, number)) break;
      this.move(below, at);
      at = below;
    }
    threads[at] = threads[last];
    finishes[at] = finish;
    numbers[at] = number;
    return first;
  }

  clear(): void {
    this.size = 0;
    this.threads.length = 0;
  }

  private comesBefore(at: number, finish: number, number: number): boolean {
    const own = this.finishes[at];
    return own < finish || (own === finish && this.numbers[at] < number);
  }

  private move(from: number, to: number): void {
    this.threads[to] = this.threads[from];
    this.finishes[to] = this.finishes[from];
    this.numbers[to] = this.numbers[from];
  }

  private grow(): void {
    this.finishes = doubled(this.finishes);
    this.numbers = doubled(this.numbers);
  }
}

function doubled(array: Float64Array): Float64Array {
  const larger = new Float64Array(2 * array.length);
  larger.set(array);
  return larger;
}
