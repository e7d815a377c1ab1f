/** The limit that a client sets to one attempt. */
import { SimEvent, type EventQueue } from '../../../engine/event-queue.ts';
import type { AttemptAtProxy } from './attempt-at-proxy.ts';

/** Fires when the time that the client allows an attempt is over. */
export class AttemptTimer extends SimEvent {
  private readonly attempt: AttemptAtProxy;

  constructor(queue: EventQueue, attempt: AttemptAtProxy) {
    super(queue);
    this.attempt = attempt;
  }

  override fire(): void {
    this.attempt.timedOut();
  }
}
