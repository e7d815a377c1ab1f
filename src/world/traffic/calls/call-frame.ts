/**
 * A request at a pod that calls other Services: its own work, split at the points of its calls, and the calls. The pod
 * goes on when the last call of a step has ended, and answers at once when one fails that matters.
 *
 * A request whose deadline is over is given up at the next of these points (gRPC cancels the context of a handler, which
 * learns of it when it looks); its calls have no more time than it has, so that they end by then.
 *
 * Left out: work of the pod while it waits; limits of what one request has under way; handlers that are interrupted.
 */
import type { ErrorCause } from '../../../contract/plan.ts';
import type { Pod } from '../../cluster/pod.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { CallBranch } from './call-branch.ts';
import { childPosition } from './call-branch.ts';
import type { WorkloadCalls } from './workload-calls.ts';

/** Causes that say of a call that it took too long. */
const TOO_LONG: readonly ErrorCause[] = ['timeout', 'connectTimeout', 'deadlineExceeded', '504'];

export class CallFrame {
  pod!: Pod;
  /** When the request reached the pod, ns. */
  arrivedAt: number = 0;
  private readonly calls: WorkloadCalls;
  private attempt!: Attempt;
  /** Service demand, and how much of it has been begun, ns. */
  private demandNs = 0;
  private begunNs = 0;
  private step = 0;
  private hasWorker = false;
  private readonly branches: CallBranch[] = [];
  /** Calls of a step are being made: one may end before the next is made. */
  private isCalling = false;
  private failure: ErrorCause | null = null;

  constructor(calls: WorkloadCalls) {
    this.calls = calls;
  }

  /** A worker takes the request. */
  begin(attempt: Attempt, demandNs: number): void {
    attempt.frame = this;
    this.attempt = attempt;
    this.pod = attempt.pod!;
    this.demandNs = demandNs;
    this.begunNs = 0;
    this.step = 0;
    this.hasWorker = true;
    this.failure = null;
    attempt.takenUp();
    this.arrivedAt = attempt.arrivedAt;
    this.goOn();
  }

  /** Whether no call of it has failed so far. */
  get goesOn(): boolean {
    return this.failure === null;
  }

  /** The work up to the next point is done. */
  worked(): void {
    this.attempt.workDone();
    this.goOn();
  }

  /** It has lined up for a worker to go on, and has one. */
  resume(): void {
    this.hasWorker = true;
    this.attempt.takenUp();
    this.goOn();
  }

  /** A call has ended badly, and the request with it. */
  callFailed(cause: ErrorCause): void {
    if (this.failure !== null) return;
    this.failure = TOO_LONG.includes(cause) ? '504' : '502';
    if (!this.isCalling) this.giveUp();
  }

  /** A call has ended. */
  branchEnded(branch: CallBranch): void {
    const { branches } = this;
    const at = branches.indexOf(branch);
    branches[at] = branches[branches.length - 1];
    branches.pop();
    if (branches.length > 0 || this.isCalling) return;
    this.attempt.callsEnded();
    this.goOn();
  }

  /** Whoever made the calls has ended: nobody waits for them. */
  forsake(): void {
    for (const branch of this.branches) branch.frame = null;
    this.branches.length = 0;
    this.attempt.frame = null;
    this.calls.freeFrame(this);
  }

  /** Does what comes next: work, calls, or the answer. */
  private goOn(): void {
    const { attempt, pod } = this;
    const { steps } = this.calls;
    for (;;) {
      if (attempt.isTooLate) {
        attempt.givenUp();
        this.answer('deadlineExceeded');
        return;
      }
      const isLast = this.step === steps.length;
      const workNs = isLast ? this.demandNs : Math.round(this.demandNs * steps[this.step].at);
      if (workNs > this.begunNs) {
        if (!this.hasWorker && !pod.tookUpAgain(attempt)) return;
        this.hasWorker = true;
        const work = workNs - this.begunNs;
        this.begunNs = workNs;
        pod.work(attempt, work);
        return;
      }
      if (isLast) {
        this.answer(null);
        return;
      }
      this.makeCalls(this.step++);
      if (this.failure !== null) {
        this.giveUp();
        return;
      }
      if (this.branches.length > 0) {
        this.wait();
        return;
      }
    }
  }

  private makeCalls(step: number): void {
    const { attempt, branches, calls } = this;
    this.isCalling = true;
    for (const call of calls.steps[step].calls) {
      if (!this.isMade(call.plan.probability, call.place)) continue;
      const branch = calls.takeBranch();
      branches.push(branch);
      branch.begin(this, call, attempt);
    }
    this.isCalling = false;
  }

  private isMade(probability: number, place: number): boolean {
    if (probability === 1) return true;
    const { attempt, calls } = this;
    return calls.chance.at(attempt.root, childPosition(attempt, place - 1)).next() < probability;
  }

  private wait(): void {
    this.attempt.awaitsCalls();
    if (!this.calls.releases || !this.hasWorker) return;
    this.hasWorker = false;
    this.pod.workerFreed(0);
  }

  /** A call that matters has failed: the pod answers, and no other call is made. */
  private giveUp(): void {
    this.attempt.callFailed();
    this.answer(this.failure);
  }

  private answer(answer: ErrorCause | null): void {
    const { attempt, hasWorker, pod, arrivedAt } = this;
    this.forsake();
    pod.complete(attempt, answer, hasWorker, arrivedAt);
  }
}
