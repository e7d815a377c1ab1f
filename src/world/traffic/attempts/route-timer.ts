/** The limit that a proxy sets to a request, its own retries included. */
import { SimEvent, type EventQueue } from '../../../engine/event-queue.ts';
import type { AttemptAtProxy } from './attempt-at-proxy.ts';

/** Fires when the time that a proxy allows a request is over. */
export class RouteTimer extends SimEvent {
  private readonly attempt: AttemptAtProxy;

  constructor(queue: EventQueue, attempt: AttemptAtProxy) {
    super(queue);
    this.attempt = attempt;
  }

  override fire(): void {
    this.attempt.routeTimedOut();
  }
}
