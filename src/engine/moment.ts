/** An event that does one thing: for what happens rarely, where a class of its own would say no more. */
import { PHASE_CONTROL, SimEvent, type EventQueue } from './event-queue.ts';

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

/** Does `act` once, at `instant` (ns), before requests of that instant. Nothing calls it off. */
export function doAt(queue: EventQueue, instant: number, act: () => void): void {
  queue.schedule(new Moment(queue, act), instant, PHASE_CONTROL);
}
