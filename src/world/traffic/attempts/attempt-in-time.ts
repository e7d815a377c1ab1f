/** The time that a try may take: the client's timeout, of each try anew, and the deadline of its request, of all of them. */
import { AttemptState } from './attempt-state.ts';
import { AttemptTimer } from './attempt-timer.ts';

export abstract class AttemptInTime extends AttemptState {
  private timer: AttemptTimer | null = null;

  /** Its time is over. */
  abstract timedOut(): void;

  /** Whether the deadline is over. */
  get isTooLate(): boolean {
    return this.deadlineAt <= this.queue.now;
  }

  /** A try begins: its time is over after the timeout or with the deadline, whichever comes first. */
  protected startTimer(): void {
    const { deadlineAt, queue } = this;
    const { plan, timeoutLine } = this.client;
    if (timeoutLine === null && deadlineAt === Infinity) return;
    this.timer ??= new AttemptTimer(queue, this);
    if (timeoutLine !== null && queue.now + plan.timeout! < deadlineAt) {
      queue.scheduleIn(timeoutLine, this.timer);
    } else {
      queue.schedule(this.timer, deadlineAt);
    }
  }

  protected stopTimer(): void {
    if (this.timer !== null) this.queue.cancel(this.timer);
  }

  /** Where it is not the client that has lost patience, the client's goes on. */
  protected handTimerTo(successor: AttemptInTime): void {
    const { timer } = this;
    if (timer === null || !this.queue.isPending(timer)) return;
    const { at } = timer.entry;
    this.queue.cancel(timer);
    successor.timer ??= new AttemptTimer(this.queue, successor);
    this.queue.schedule(successor.timer, at);
  }
}
