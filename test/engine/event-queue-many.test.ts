/** Many events at one instant: they fire in order, and adding one more costs no more than the first did. */
import { describe, expect, it } from 'vitest';
import { EventQueue, SimEvent } from '../../src/engine/event-queue.ts';

class Noted extends SimEvent {
  private readonly log: number[];
  private readonly number: number;

  constructor(queue: EventQueue, log: number[], number: number) {
    super(queue);
    this.log = log;
    this.number = number;
  }

  override fire(): void {
    this.log.push(this.number);
  }
}

describe('two hundred thousand events at one instant', () => {
  it('fire in the order of their scheduling, before the one that comes after', () => {
    const queue = new EventQueue();
    const log: number[] = [];
    const count = 200_000;
    queue.schedule(new Noted(queue, log, count), 1001);
    // Sorting each into the others would take this some minutes.
    for (let i = 0; i < count; i++) queue.schedule(new Noted(queue, log, i), 1000);
    queue.run(Infinity, Infinity);
    expect(log).toEqual(Array.from({ length: count + 1 }, (_, i) => i));
  });

  it('leave room for those that are scheduled meanwhile, sooner and later', () => {
    const queue = new EventQueue();
    const log: number[] = [];
    const count = 1000;
    for (let i = 0; i < count; i++) {
      const first = new Noted(queue, log, i);
      queue.schedule(first, 1000);
    }
    // Half of them have fired when others come in at the same instant and at later ones.
    queue.run(count / 2, Infinity);
    queue.schedule(new Noted(queue, log, count + 1), 1005);
    queue.schedule(new Noted(queue, log, count), 1000);
    queue.run(Infinity, Infinity);
    expect(log).toEqual(Array.from({ length: count + 2 }, (_, i) => i));
  });
});
