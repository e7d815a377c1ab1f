/** One call that a pod makes for a request: `times` rounds of `fanOut` requests at once. */
import type { ErrorCause } from '../../../contract/plan.ts';
import { scramble } from '../../../base/scramble.ts';
import type { OpenWindows } from '../../measure/open-windows.ts';
import { NO_WINDOWS } from '../../measure/open-windows.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { Replica } from '../replica.ts';
import type { RequestWaiter } from '../request-waiter.ts';
import type { CallFrame } from './call-frame.ts';
import type { Call, WorkloadCalls } from './workload-calls.ts';

export class CallBranch implements RequestWaiter {
  /** Who waits for it; null: nobody any more. */
  frame: CallFrame | null = null;

  // What its next request begins with.
  /** The request of a client of the file that all this is for, and the place in the tree of its calls. */
  root: number = 0;
  position: number = 0;
  windows: OpenWindows = NO_WINDOWS;
  /** The try that it is made for. */
  caller!: Attempt;
  /** When the time is over of the request that it is made for, ns; Infinity: never, or that does not matter to it. */
  deadlineAt: number = Infinity;

  private readonly calls: WorkloadCalls;
  private call!: Call;
  private replica!: Replica;
  private base = 0;
  private round = 0;
  private underWay = 0;

  constructor(calls: WorkloadCalls) {
    this.calls = calls;
  }

  /** Makes the first round for the request that `frame` serves. May end within the call. */
  begin(frame: CallFrame, call: Call, attempt: Attempt): void {
    this.frame = frame;
    this.call = call;
    this.replica = call.client.replicaIn(frame.pod);
    this.caller = attempt;
    this.root = attempt.root;
    this.base = childPosition(attempt, call.place);
    this.windows = attempt.windows;
    this.deadlineAt = call.plan.propagateDeadline ? attempt.deadlineAt : Infinity;
    this.round = 0;
    this.makeRound();
  }

  requestEnded(cause: ErrorCause | null): void {
    const { plan } = this.call;
    this.underWay--;
    if (cause !== null && plan.onError === 'Fail') this.frame?.callFailed(cause);
    if (this.underWay > 0) return;
    const { frame } = this;
    if (frame !== null && frame.goesOn && this.round < plan.times) {
      this.makeRound();
      return;
    }
    this.frame = null;
    this.calls.freeBranch(this);
    if (frame !== null) frame.branchEnded(this);
  }

  private makeRound(): void {
    const { client, plan } = this.call;
    const { fanOut } = plan;
    const first = this.round++ * fanOut;
    // All of them before any ends.
    this.underWay = fanOut;
    for (let i = 0; i < fanOut; i++) {
      this.position = scramble(this.base + first + i);
      client.issueCall(this.replica, this);
    }
  }
}

/** Where the requests of a call begin in the tree below a try: a word that tells them from all others. */
export function childPosition({ position, tries }: Attempt, place: number): number {
  return (scramble((position + Math.imul(tries, 0x9e3779b1)) | 0) + place) | 0;
}
