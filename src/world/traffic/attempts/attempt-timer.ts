/** The limit that a client sets to one attempt. */
import { SimEvent, type EventQueue } from '../../../engine/event-queue.ts';
import type { Attempt } from './attempt.ts';

/** Fires when the time that the client allows an attempt is over. */
export class AttemptTimer extends SimEvent {
  private readonly attempt: Attempt;

  constructor(queue: EventQueue, attempt: Attempt) {
    super(queue);
    this.attempt = attempt;
  }

  override fire(): void {
    this.attempt.timedOut();
  }
}
