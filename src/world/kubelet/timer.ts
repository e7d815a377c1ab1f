/** An event that does what it was last told to do, once: for a concern that has one next step at a time. */
import { PHASE_CONTROL, SimEvent } from '../../engine/event-queue.ts';
import type { EventQueue } from '../../engine/event-queue.ts';

export class Timer extends SimEvent {
  private readonly queue: EventQueue;
  private act: () => void = nothing;

  constructor(queue: EventQueue) {
    super(queue);
    this.queue = queue;
  }

  /** Does `act` in `delay` ns, and not what it was told before. */
  after(delay: number, act: () => void): void {
    this.stop();
    this.act = act;
    this.queue.schedule(this, this.queue.now + delay, PHASE_CONTROL);
  }

  get isPending(): boolean {
    return this.queue.isPending(this);
  }

  stop(): void {
    this.queue.cancel(this);
  }

  override fire(): void {
    this.act();
  }
}

const nothing = (): void => {};
