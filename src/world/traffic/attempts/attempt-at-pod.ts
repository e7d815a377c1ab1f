/** The part of a try that takes place at the pod: its queue, its service, its answer. */
import {
  APPLICATION,
  CALL_FAILED,
  FORGOTTEN,
  NODE_RESTARTED,
  PROCESS_ENDED,
  QUEUE_FULL,
  SHED,
} from '../../../contract/failures.ts';
import type { ErrorCause } from '../../../contract/plan.ts';
import { CALLS, QUEUE, SERVICE } from '../../../contract/result.ts';
import type { Hop } from '../ways/network.ts';
import { CALLING, QUEUED, SERVED, TO_CLIENT } from './attempt-stage.ts';
import { AttemptInTime } from './attempt-in-time.ts';

export abstract class AttemptAtPod extends AttemptInTime {
  /** Takes a place in the pod's queue. */
  enqueued(): void {
    this.stage = QUEUED;
  }

  /** A worker takes the request: `demandNs` from now it is served. */
  beginService(demandNs: number): void {
    const { now } = this.queue;
    this.parts[QUEUE] += now - this.since;
    this.since = now;
    this.stage = SERVED;
    this.queue.scheduleEntry(this.entry, now + demandNs);
  }

  /** A worker takes the request: it gets CPU time first, after which it waits for `restNs` until it is served. */
  beginOnCpu(restNs: number, _cpuNs: number): void {
    const { now } = this.queue;
    this.parts[QUEUE] += now - this.since;
    this.since = now;
    this.stage = SERVED;
    this.restNs = restNs;
  }

  /** A worker takes the request of a pod that calls others, which sees to its work piece by piece. */
  takenUp(): void {
    this.spendAtPod(QUEUE);
    this.stage = SERVED;
  }

  /** A piece of that work is done. */
  workDone(): void {
    this.spendAtPod(SERVICE);
  }

  /** The pod waits for what it has called. */
  awaitsCalls(): void {
    this.stage = CALLING;
  }

  /** It does so no more. */
  callsEnded(): void {
    this.spendAtPod(CALLS);
    this.stage = SERVED;
  }

  /** Its deadline is over, and the pod gives it up. */
  givenUp(): void {
    this.reason = this.whatItWaitsFor();
  }

  /** A call has failed, and the request with it. */
  callFailed(): void {
    if (this.stage === CALLING) this.callsEnded();
    this.reason = CALL_FAILED;
  }

  /** The pod answers: null for success. */
  respond(answer: ErrorCause | null): void {
    const { now } = this.queue;
    if (this.stage === SERVED) this.parts[SERVICE] += now - this.since;
    else if (this.stage === QUEUED) this.parts[QUEUE] += now - this.since;
    else if (this.stage === CALLING) this.parts[CALLS] += now - this.since;
    this.since = now;
    this.answer = answer;
    if (answer === '500') this.reason = APPLICATION;
    this.stage = TO_CLIENT;
    this.connection!.serving--;
    this.cross(this.connection!.hop);
  }

  /** The pod's process is gone, and the request with it: its RST goes back to the client. */
  resetByPod(): void {
    this.queue.cancel(this);
    this.reason = PROCESS_ENDED;
    this.respond('reset');
  }

  /** The pod knows no such connection ('reset'), or has no room for the request. */
  turnedAway(answer: 'reset' | '503'): void {
    const { orphaned, reason } = this.connection!;
    if (answer === '503') this.reason = QUEUE_FULL;
    else if (orphaned) this.reason = NODE_RESTARTED;
    else this.reason = reason === FORGOTTEN ? FORGOTTEN : PROCESS_ENDED;
    this.respond(answer);
  }

  /** The pod sheds it, as it has waited too long, or others have. */
  shed(): void {
    this.reason = SHED;
    this.respond('503');
  }

  /** Its time up to now went into this part. */
  private spendAtPod(part: number): void {
    const { now } = this.queue;
    this.parts[part] += now - this.since;
    this.since = now;
  }

  /** Crosses the network: what takes no time happens at once. */
  protected cross(hop: Hop): void {
    if (hop.isImmediate) this.fire();
    else hop.carry(this.entry);
  }
}
