/**
 * A pod as a server: so many workers, and a line before them, first come first served. Requests of a workload that
 * calls others come and go with their frames (traffic/calls/call-frame.ts), and may give their worker back meanwhile.
 */
import type { ErrorCause, PlannedRevision, PlannedWorkload } from '../../contract/plan.ts';
import { QUEUE } from '../../contract/result.ts';
import type { PodCpu } from '../cpu/pod-cpu.ts';
import { Pace } from '../kubelet/pace.ts';
import { ProbeLine } from '../kubelet/probe-line.ts';
import type { PodLoads } from '../measure/pod-loads.ts';
import { AttemptLine } from '../traffic/attempts/attempt-line.ts';
import type { Attempt } from '../traffic/attempts/attempt.ts';
import type { WorkloadCalls } from '../traffic/calls/workload-calls.ts';
import { sheddingOf, type Shedding } from '../traffic/defences/shedding.ts';
import type { World } from '../world.ts';
import type { PodFacts, PodState } from './pod-facts.ts';

export abstract class PodServer {
  readonly name: string;
  readonly ip: string;
  /** Its number in the world. */
  readonly index: number;
  /** Index of its node. */
  readonly node: number;
  /** Index of its workload, and what that says of its pods. */
  readonly workload: number;
  readonly plan: PlannedWorkload;

  /** The revision of the template that it was made of; null: as the plan's workload says. */
  readonly revision: PlannedRevision | null;

  state: PodState = 'Pending';
  /** Probes that wait for a worker. */
  readonly probesInLine: ProbeLine = new ProbeLine();
  /** Null: its requests need no CPU time. */
  readonly cpu: PodCpu | null;

  protected readonly world: World;
  protected readonly pace: Pace;
  protected readonly loads: PodLoads;
  /** Since SIGTERM, kept connections are closed as they fall idle. */
  protected closesConnections: boolean = false;
  protected readonly concurrency: number;
  protected readonly queueLimit: number;
  protected readonly waiting: AttemptLine = new AttemptLine();
  /** Null: it sheds nothing by how long requests wait. */
  private shedding: Shedding | null;
  private readonly errorRate: number;
  /** Requests that a worker has taken, and that do not wait for another; null: nobody needs to know. */
  private readonly working: Set<Attempt> | null;
  /** Whether a request may leave in the instant in which a worker takes it. */
  private readonly mayEndAtOnce: boolean;
  /** Workers that are about to take those that wait. */
  private freeWorkers = 0;
  private isHandingOver = false;

  constructor(world: World, workload: number, facts: PodFacts) {
    this.world = world;
    this.name = facts.name;
    this.ip = facts.ip;
    this.node = facts.node;
    this.revision = facts.revision ?? null;
    this.index = world.pods.length;
    this.workload = workload;
    this.plan = world.plan.workloads[workload];
    this.pace = new Pace(this.plan, this.revision);
    this.errorRate = this.revision?.errorRate ?? this.plan.errorRate;
    this.concurrency = this.plan.concurrency;
    this.queueLimit = this.plan.queueLimit ?? Infinity;
    this.mayEndAtOnce = this.plan.calls !== null || world.hasDeadlines;
    this.shedding = this.plan.shedding === null ? null : sheddingOf(this.plan.shedding);
    this.cpu = world.processors.cpuOf(this);
    this.loads = world.loads;
    this.loads.addPod();
    // Only who can die needs to know what dies with it.
    this.working = world.podsCanDie ? new Set() : null;
  }

  /** How many times as long as drawn the service takes of a request whose turn is now. */
  get slowdown(): number {
    return this.pace.at(this.world.queue.now);
  }

  /** Requests at the pod, waiting or served. */
  get inFlight(): number {
    return this.loads.inFlight(this.index);
  }

  /** A request arrives over an established connection. */
  accept(attempt: Attempt): void {
    const connection = attempt.connection!;
    // A process that has been started again knows nothing of the connections of the one before.
    if (
      (this.state !== 'Running' && this.state !== 'Draining') ||
      connection.peerClosed ||
      connection.orphaned
    ) {
      attempt.turnedAway('reset');
      return;
    }
    const { now } = this.world.queue;
    const { loads, index } = this;
    attempt.replica.client.book!.arrived(attempt.row, attempt.windows);
    if (loads.busy(index) < this.concurrency) {
      loads.add(index, 1, 1, now);
      this.noteMaximum();
      this.begin(attempt);
    } else if (this.shedding !== null && this.shedding.refuses(this.waiting, now)) {
      attempt.shed();
    } else if (this.waiting.length < this.queueLimit) {
      loads.add(index, 1, 0, now);
      this.noteMaximum();
      attempt.enqueued();
      this.waiting.push(attempt);
      if (this.shedding !== null) this.shedding.joined(this.waiting, now);
    } else {
      attempt.turnedAway('503');
    }
  }

  /** A request has had its service. */
  finish(attempt: Attempt): void {
    if (attempt.frame !== null) {
      attempt.frame.worked();
      return;
    }
    if (this.working !== null) this.working.delete(attempt);
    this.workerFreed(-1);
    this.reply(attempt, null, attempt.arrivedAt);
  }

  /** A request of a pod that calls others has had all that it gets; `hasWorker`: it leaves one. */
  complete(
    attempt: Attempt,
    failure: ErrorCause | null,
    hasWorker: boolean,
    arrivedAt: number,
  ): void {
    if (this.working !== null) this.working.delete(attempt);
    if (hasWorker) this.workerFreed(-1);
    else this.loads.add(this.index, -1, 0, this.world.queue.now);
    this.reply(attempt, failure, arrivedAt);
  }

  /** A worker has no more to do for a request, which stays here (0) or leaves (-1): it takes the next. */
  workerFreed(inFlight: 0 | -1): void {
    const { now } = this.world.queue;
    if (this.probesInLine.length > 0) this.probesInLine.turn();
    if (this.mayEndAtOnce) {
      this.loads.add(this.index, inFlight, 0, now);
      this.handOver();
      return;
    }
    const next = this.next(now);
    this.loads.add(this.index, inFlight, next === null ? -1 : 0, now);
    if (next !== null) this.begin(next);
  }

  /** Takes whoever is next out of the line, after those that are shed; null: nobody is left. */
  private next(now: number): Attempt | null {
    const { shedding, waiting } = this;
    if (shedding !== null) return shedding.next(waiting, now, this.shed);
    return waiting.length === 0 ? null : waiting.shift();
  }

  private readonly shed = (attempt: Attempt): void => {
    this.loads.add(this.index, -1, 0, this.world.queue.now);
    if (this.probesInLine.length > 0) this.probesInLine.turn();
    attempt.frame?.forsake();
    attempt.shed();
  };

  /** The same where a request may end as it begins: a loop, or a long line of those would be a deep stack of calls. */
  private handOver(): void {
    this.freeWorkers++;
    if (this.isHandingOver) return;
    this.isHandingOver = true;
    const { now } = this.world.queue;
    while (this.freeWorkers > 0) {
      this.freeWorkers--;
      const next = this.next(now);
      if (next === null) this.loads.add(this.index, 0, -1, now);
      else this.begin(next);
    }
    this.isHandingOver = false;
  }

  /** A request that has waited for calls without a worker takes one to go on, or lines up for it. */
  tookUpAgain(attempt: Attempt): boolean {
    const { index, loads } = this;
    if (loads.busy(index) < this.concurrency) {
      loads.add(index, 0, 1, this.world.queue.now);
      return true;
    }
    if (this.working !== null) this.working.delete(attempt);
    attempt.enqueued();
    this.waiting.push(attempt);
    return false;
  }

  /** A worker does so much for a request, ns. */
  work(attempt: Attempt, demandNs: number): void {
    if (this.cpu === null) attempt.beginService(demandNs);
    else this.cpu.begin(attempt, demandNs);
  }

  /** Nobody here waits any more for what its requests have called. */
  forsakeCalls(): void {
    if (this.plan.calls === null || this.working === null) return;
    for (const attempt of this.working) attempt.frame?.forsake();
    for (let a = this.waiting.first; a !== null; a = a.behind) a.frame?.forsake();
  }

  private reply(attempt: Attempt, failure: ErrorCause | null, arrivedAt: number): void {
    const { now } = this.world.queue;
    const connection = attempt.connection!;
    const queueNs = attempt.parts[QUEUE];
    const { book } = attempt.replica.client;
    // One that is given up at its deadline was not served.
    if (failure !== 'deadlineExceeded') {
      book!.served(attempt.row, attempt.windows, queueNs, now - arrivedAt);
    }
    // Told before the answer: without delays, the connection may serve somebody else by the time that is in.
    if (this.closesConnections) connection.closeByPeer();
    attempt.respond(failure ?? (attempt.luck < this.errorRate ? '500' : null));
    if (this.state === 'Draining') this.drained();
  }

  private noteMaximum(): void {
    this.loads.noteArrival(this.index, this.world.measurement.current);
  }

  private begin(attempt: Attempt): void {
    if (this.working !== null) this.working.add(attempt);
    if (attempt.isTooLate) {
      // Its client has given up at its deadline: nobody reads the answer.
      attempt.frame?.forsake();
      attempt.givenUp();
      this.complete(attempt, 'deadlineExceeded', true, this.world.queue.now);
      return;
    }
    if (attempt.frame !== null) {
      attempt.frame.resume();
      return;
    }
    const demand = attempt.demands[attempt.replica.client.demandSlots[this.workload]];
    const demandNs = this.pace.isPlain ? demand : Math.round(demand * this.slowdown);
    const { calls } = this;
    if (calls === null) this.work(attempt, demandNs);
    else calls.takeFrame().begin(attempt, demandNs);
  }

  /** All requests that are here, which have no worker and no place in the line any more. */
  protected dropAll(): readonly Attempt[] {
    this.cpu?.clear();
    this.forsakeCalls();
    // The process may end with a request that leaves as its turn comes.
    this.freeWorkers = 0;
    if (this.plan.shedding !== null) this.shedding = sheddingOf(this.plan.shedding);
    const lost = [...this.working!];
    this.working!.clear();
    while (this.waiting.length > 0) lost.push(this.waiting.shift());
    const { loads, index } = this;
    loads.add(index, -this.inFlight, -loads.busy(index), this.world.queue.now);
    return lost;
  }

  /** A request has left the pod, which was to finish what it had. */
  protected abstract drained(): void;

  /** What its workload calls; null: nothing. */
  private get calls(): WorkloadCalls | null {
    return this.world.calls[this.workload];
  }
}
