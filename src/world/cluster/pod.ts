/**
 * A pod: a server with workers and a queue, and a process that starts, serves, drains, dies.
 *
 * `state` is the truth at this instant. What the rest of the cluster believes of it travels through the
 * control plane, and arrives later.
 *
 * Left out: probes, CPU limits, warm-up after a start.
 */
import { assert } from '../../base/assert.ts';
import type { PlannedPod, PlannedWorkload } from '../../contract/plan.ts';
import { QUEUE } from '../../contract/result.ts';
import type { Hints } from '../../kube/endpoint.ts';
import { AttemptLine } from '../traffic/attempt-line.ts';
import type { Attempt } from '../traffic/attempt.ts';
import type { PodLoads } from '../measure/pod-loads.ts';
import { StepArea } from '../measure/step-area.ts';
import type { World } from '../world.ts';
import { AcceptQueue } from './accept-queue.ts';

/**
 * Starting: the container runs and does not listen yet. Running: it serves. Draining: after SIGTERM,
 * it finishes what it has begun and takes no new connections. Down: the process has died and will be
 * started again, the address is there. Gone: so is the address.
 */
export type PodState = 'Starting' | 'Running' | 'Draining' | 'Down' | 'Gone';

/** What a pod is made of; what is left out is nothing. */
export type PodFacts = Pick<PlannedPod, 'name' | 'ip' | 'node'> & Partial<PlannedPod>;

export class Pod {
  readonly name: string;
  readonly ip: string;
  /** Its number in the world. */
  readonly index: number;
  /** Index of its node. */
  readonly node: number;
  /** Index of its workload, and what that says of its pods. */
  readonly workload: number;
  readonly plan: PlannedWorkload;

  state: PodState = 'Starting';
  /** It has a deletion timestamp. */
  terminating: boolean;
  /** How often its process has died. */
  deaths: number = 0;
  /** Hints of a fixed EndpointSlice; null: none. */
  readonly hints: Hints | null;
  /** Why a serving process may not be Ready: faults that have it unready now, and the script. */
  private unreadyFaults = 0;
  private heldUnready = false;

  private readonly world: World;
  private readonly waiting: AttemptLine = new AttemptLine();
  /** Requests with a worker. */
  private readonly working: Set<Attempt> | null;
  private readonly concurrency: number;
  private readonly queueLimit: number;
  /** Null: connections are accepted at once. */
  readonly acceptQueue: AcceptQueue | null;

  // For averages over time.
  private readonly loads: PodLoads;
  readonly readiness: StepArea = new StepArea();
  /** Its part of the shared time of each Service that it backs, by membership. */
  private readonly fair: readonly StepArea[];
  /** Its position among the pods behind each Service that it backs, by membership. */
  private readonly rows: number[];

  constructor(world: World, workload: number, facts: PodFacts) {
    this.world = world;
    this.name = facts.name;
    this.ip = facts.ip;
    this.node = facts.node;
    this.terminating = facts.terminating ?? false;
    this.hints = facts.hints ?? null;
    this.index = world.pods.length;
    this.workload = workload;
    this.plan = world.plan.workloads[workload];
    this.concurrency = this.plan.concurrency;
    this.queueLimit = this.plan.queueLimit ?? Infinity;
    const { backlog, concurrency } = this.plan;
    this.acceptQueue = backlog === null ? null : new AcceptQueue(concurrency, backlog);
    this.loads = world.loads;
    this.loads.addPod();
    this.rows = this.plan.memberships.map(({ service }) => world.podsBehind(service).length);
    this.fair = this.plan.memberships.map(() => new StepArea());
    // Only who can die needs to know what dies with it.
    this.working = world.podsCanDie ? new Set() : null;
  }

  /** Whether new connections are accepted. */
  get isListening(): boolean {
    return this.state === 'Running';
  }

  /** Whether nobody answers at its address any more. */
  get isGone(): boolean {
    return this.state === 'Gone';
  }

  /** Requests at the pod, waiting or served. */
  get inFlight(): number {
    return this.loads.inFlight(this.index);
  }

  /** The Ready condition, in truth. */
  get isReady(): boolean {
    return this.state === 'Running' && this.unreadyFaults === 0 && !this.heldUnready;
  }

  /** Its position among the pods behind a Service that it backs. */
  rowIn(service: number): number {
    return this.rows[this.membershipIn(service)];
  }

  /** Which of its memberships is that in a Service. */
  membershipIn(service: number): number {
    const { memberships } = this.plan;
    let i = 0;
    while (memberships[i].service !== service) i++;
    return i;
  }

  /** Its part of a Service's time, of which each ready pod would have got `shared` ns since the start of the run. */
  fairUpTo(service: number, shared: number): number {
    return this.fair[this.membershipIn(service)].upTo(shared);
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
    } else if (this.waiting.length < this.queueLimit) {
      loads.add(index, 1, 0, now);
      this.noteMaximum();
      attempt.enqueued();
      this.waiting.push(attempt);
    } else {
      attempt.turnedAway('503');
    }
  }

  /** A request has had its service. */
  finish(attempt: Attempt): void {
    const { now } = this.world.queue;
    if (this.working !== null) this.working.delete(attempt);
    if (this.waiting.length > 0) {
      this.loads.add(this.index, -1, 0, now);
      this.begin(this.waiting.shift());
    } else {
      this.loads.add(this.index, -1, -1, now);
    }
    const connection = attempt.connection!;
    const queueNs = attempt.parts[QUEUE];
    const { book } = attempt.replica.client;
    book!.served(attempt.row, attempt.windows, queueNs, now - attempt.arrivedAt);
    // Told before the answer: without delays, the connection may serve somebody else by the time that is in.
    const draining = this.state === 'Draining';
    if (draining) connection.closeByPeer();
    attempt.respond(attempt.luck < this.plan.errorRate ? '500' : null);
    if (draining && this.inFlight === 0) this.vanish();
  }

  /** The run starts with the pod serving, and with everybody knowing whether it is ready. */
  serveFromStart(ready: boolean): void {
    this.state = 'Running';
    this.heldUnready = !ready;
    if (ready) this.noteReadiness(1);
  }

  /** The process serves (again). */
  run(): void {
    assert(this.state !== 'Gone', `pod ${this.name} was started after it was gone`);
    this.become('Running');
  }

  /** A fault begins (1) or ends (-1) that makes it unready. */
  addUnreadyFault(step: 1 | -1): void {
    this.changeReadiness(() => {
      this.unreadyFaults += step;
    });
  }

  /** The script holds it unready, or lets it go. */
  holdUnready(held: boolean): void {
    this.changeReadiness(() => {
      this.heldUnready = held;
    });
  }

  /** It gets a deletion timestamp: no new connection is owed to it, though it goes on serving. */
  markTerminating(): void {
    if (this.isReady && !this.terminating) this.noteShare(-1);
    this.terminating = true;
  }

  /** SIGTERM: no new connections; idle ones are closed; what has begun is finished. */
  drain(): void {
    if (this.state === 'Gone') return;
    if (this.state !== 'Running') {
      this.vanish();
      return;
    }
    this.become('Draining');
    this.world.connections.forEachTo(this, (connection) => {
      if (connection.serving === 0 && connection.requests > 0) connection.closeByPeer();
    });
    if (this.inFlight === 0) this.vanish();
  }

  /** The process dies: everything it was doing is reset. It may be started again. */
  die(): void {
    if (this.state === 'Gone' || this.state === 'Down') return;
    this.become('Down');
    this.deaths++;
    const { now } = this.world.queue;
    const lost = [...this.working!];
    this.working!.clear();
    while (this.waiting.length > 0) lost.push(this.waiting.shift());
    const { loads, index } = this;
    loads.add(index, -this.inFlight, -loads.busy(index), now);
    for (const attempt of lost) attempt.resetByPod();
    this.world.connections.forEachTo(this, (connection) => connection.closeByPeer());
  }

  /** The pod's process and address are gone for good. */
  vanish(): void {
    if (this.state === 'Gone') return;
    this.die();
    this.become('Gone');
    this.world.controlPlane.podChanged(this);
  }

  private noteMaximum(): void {
    this.loads.noteMaximum(this.index, this.world.measurement.current);
  }

  private begin(attempt: Attempt): void {
    if (this.working !== null) this.working.add(attempt);
    attempt.beginService(attempt.demands[attempt.replica.client.demandSlots[this.workload]]);
  }

  private become(state: PodState): void {
    this.changeReadiness(() => {
      this.state = state;
    });
  }

  /** Makes a change and, where it changed whether the pod is Ready, lets the kubelet know. */
  private changeReadiness(change: () => void): void {
    const before = this.isReady;
    change();
    const after = this.isReady;
    if (before === after) return;
    this.noteReadiness(after ? 1 : -1);
    this.world.controlPlane.podChanged(this);
  }

  /** It has become ready (1) or unready (-1) now. */
  private noteReadiness(step: 1 | -1): void {
    this.readiness.add(step, this.world.queue.now);
    if (!this.terminating) this.noteShare(step);
  }

  /** From now on the time of its Services is shared with it (1), or no longer (-1). */
  private noteShare(step: 1 | -1): void {
    const { now } = this.world.queue;
    this.plan.memberships.forEach(({ service }, i) => {
      const time = this.world.sharedTimeOf(service);
      this.fair[i].add(step, time.upTo(now));
      time.add(step, now);
    });
  }
}
