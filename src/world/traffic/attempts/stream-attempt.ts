/** An attempt over TCP: what is lost on the way is sent again by the kernel that sent it, until that gives up. */
import { ANSWERED_IN_VAIN, LOST, SENT_IN_VAIN, TO_POD } from './attempt-stage.ts';
import { Attempt } from './attempt.ts';
import { nextRetransmission, RETRIES_END_NS } from '../connections/retransmission.ts';

export class StreamAttempt extends Attempt {
  /** Nobody has it any more, and the client gives up what it was sent over. */
  protected override leaveLost(): void {
    const connection = this.connection!;
    connection.use.abandon(connection);
    connection.inFlight--;
    if (connection.isClosed) connection.settled();
    else connection.use.stray(connection, false);
  }

  /** The request has not got through: the client's kernel sends it again. */
  protected override missedPod(): void {
    const connection = this.connection!;
    if (connection.requestsHeldSince < 0) connection.requestsHeldSince = this.since;
    const since = connection.requestsHeldSince;
    const at = nextRetransmission(since, this.queue.now);
    this.stage = SENT_IN_VAIN;
    // Never past the end of its patience, which it may have reached before the request was sent.
    this.queue.schedule(this, Math.max(this.queue.now, Math.min(at, since + RETRIES_END_NS)));
  }

  protected override sendAgain(): void {
    const connection = this.connection!;
    if (this.queue.now < connection.requestsHeldSince + RETRIES_END_NS) {
      this.stage = TO_POD;
      this.cross(connection.hop);
      return;
    }
    // ETIMEDOUT: the connection is of no use to anybody.
    connection.retiring = true;
    this.settle('timeout');
    this.leave();
    this.conclude('timeout');
  }

  /** The answer has not got through: the pod's kernel sends it again, until it gives up. */
  protected override missedClient(): void {
    const connection = this.connection!;
    if (connection.answersHeldSince < 0) connection.answersHeldSince = this.since;
    const at = nextRetransmission(connection.answersHeldSince, this.queue.now);
    if (at === Infinity) {
      this.stage = LOST;
      return;
    }
    this.stage = ANSWERED_IN_VAIN;
    this.queue.schedule(this, at);
  }
}
