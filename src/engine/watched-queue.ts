/** An event queue that says what fires, in order: for holding two runs against each other. */
import { EventQueue, type SimEvent } from './event-queue.ts';
import type { Slot } from './ladder.ts';

/** An event that has fired. */
export interface FiredEvent {
  /** Its number in the order of firing, from 1, and when, ns. */
  readonly number: number;
  readonly at: number;
  /** Its number for the trajectory, and its class. */
  readonly id: number;
  readonly kind: string;
}

export class WatchedQueue extends EventQueue {
  private events: FiredEvent[] = [];

  /** What has fired since this was last asked. */
  take(): readonly FiredEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }

  protected override fire(slot: Slot<SimEvent>): void {
    const { at, owner } = slot;
    this.events.push({
      number: this.fired + 1,
      at,
      id: owner.id,
      kind: owner.constructor.name,
    });
    super.fire(slot);
  }
}
