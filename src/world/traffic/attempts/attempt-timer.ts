/** The limit that a client sets to one attempt. */
import { SimEvent, type EventQueue } from '../../../engine/event-queue.ts';
import type { AttemptInTime } from './attempt-in-time.ts';

/** Fires when the time that the client allows an attempt is over. */
export class AttemptTimer extends SimEvent {
  private readonly attempt: AttemptInTime;

  constructor(queue: EventQueue, attempt: AttemptInTime) {
    super(queue);
    this.attempt = attempt;
  }

  override fire(): void {
    this.attempt.timedOut();
  }
}
