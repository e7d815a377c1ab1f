/** An event that does one thing: for what happens rarely, where a class of its own would say no more. */
import { SimEvent, type EventQueue } from './event-queue.ts';

export class Moment extends SimEvent {
  private readonly act: () => void;

  constructor(queue: EventQueue, act: () => void) {
    super(queue);
    this.act = act;
  }

  override fire(): void {
    this.act();
  }
}
