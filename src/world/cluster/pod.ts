/**
 * A pod: a server with workers and a queue, and a process that starts, serves, drains, dies. Its kubelet
 * (src/world/kubelet/) says when.
 *
 * `state` is the truth at this instant. What the rest of the cluster believes of it travels through the
 * control plane, and arrives later.
 */
import { assert } from '../../base/assert.ts';
import type {
  PlannedPod,
  PlannedRevision,
  PlannedTermination,
  PlannedWorkload,
} from '../../contract/plan.ts';
import { QUEUE } from '../../contract/result.ts';
import type { Hints } from '../../kube/endpoint.ts';
import { AttemptLine } from '../traffic/attempt-line.ts';
import type { Attempt } from '../traffic/attempt.ts';
import type { PodLoads } from '../measure/pod-loads.ts';
import { StepArea } from '../measure/step-area.ts';
import type { World } from '../world.ts';
import { PodWorker } from '../kubelet/pod-worker.ts';
import { warmUpFactor } from '../kubelet/warm-up.ts';
import { AcceptQueue } from './accept-queue.ts';

/**
 * Pending: no container has run yet. Starting: the container runs and does not listen yet. Running: it serves.
 * Draining: after SIGTERM, it finishes what it has begun and takes no new connections. Down: the process has died,
 * the address is there. Gone: so is the address.
 */
export type PodState = 'Pending' | 'Starting' | 'Running' | 'Draining' | 'Down' | 'Gone';

/** Since when a process serves that has done so for long when the run starts. */
const FROM_THE_START = -1;

/** What a pod is made of; what is left out is nothing. */
export type PodFacts = Pick<PlannedPod, 'name' | 'ip' | 'node'> &
  Partial<PlannedPod> & { readonly revision?: PlannedRevision | null };

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

  /** The revision of the template that it was made of; null: as the plan's workload says. */
  readonly revision: PlannedRevision | null;

  state: PodState = 'Pending';
  /** Its node is dead: nothing there answers anybody. */
  isSilent: boolean = false;
  /** It has a deletion timestamp. */
  terminating: boolean;
  /** How often its process has died. */
  deaths: number = 0;
  /** Hints of a fixed EndpointSlice; null: none. */
  readonly hints: Hints | null;
  /** Why a serving process may not be Ready: faults that have it unready now, and the script. */
  private unreadyFaults = 0;
  private heldUnready = false;
  /** Since SIGTERM, kept connections are closed as they fall idle. */
  private closesConnections = false;

  private readonly world: World;
  /** Of service times, by faults. */
  private factor = 1;
  /** When its process began to serve, ns. */
  private servesSince = FROM_THE_START;
  /** Whether requests take as long as drawn. */
  private isPlain: boolean;
  /** Made when there is something to do for it. */
  private worker: PodWorker | null = null;
  private readonly errorRate: number;
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
    this.revision = facts.revision ?? null;
    this.index = world.pods.length;
    this.workload = workload;
    this.plan = world.plan.workloads[workload];
    this.isPlain = this.slowdown === 1;
    this.errorRate = this.revision?.errorRate ?? this.plan.errorRate;
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

  /** Whether a container of it runs. */
  get hasProcess(): boolean {
    return this.state === 'Starting' || this.state === 'Running' || this.state === 'Draining';
  }

  /** By how much its requests take longer than as drawn: for its revision, a fault, and a process that is new. */
  get slowdown(): number {
    const { warmUp } = this.plan;
    const bySelf = this.factor * (this.revision?.slowdown ?? 1);
    if (warmUp === null || this.servesSince === FROM_THE_START) return bySelf;
    return bySelf * warmUpFactor(warmUp, this.world.queue.now - this.servesSince);
  }

  /** How often its container has been started again. */
  get restarts(): number {
    return this.worker === null ? 0 : this.worker.restarts;
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
    if (this.closesConnections) connection.closeByPeer();
    attempt.respond(attempt.luck < this.errorRate ? '500' : null);
    if (this.state === 'Draining' && this.inFlight === 0) this.kubelet.processExits();
  }

  /** The run starts with the pod serving, and with everybody knowing whether it is ready. */
  serveFromStart(ready: boolean): void {
    this.state = 'Running';
    this.heldUnready = !ready;
    if (ready) this.noteReadiness(1);
  }

  /** It has been bound to its node, whose kubelet starts it. */
  start(): void {
    this.kubelet.start();
  }

  /** The API server accepts its deletion; where that is forced, its object is gone with that. */
  delete(force: boolean = false): void {
    if (this.state === 'Gone') return;
    this.kubelet.delete(force);
  }

  /** Its process dies, and is started again: by the kubelet's back-off or, after `lasts` ns, so that it serves at once. */
  crash(lasts: number | null): void {
    this.kubelet.crash(lasts);
  }

  /** Its service times are multiplied by `factor`; by 1/factor, they are as before. */
  slow(factor: number): void {
    this.factor *= factor;
    // What is undone must not leave a rest.
    if (Math.abs(this.factor - 1) < 1e-9) this.factor = 1;
    this.isPlain = false;
  }

  /** Its node dies, and all processes with it. */
  nodeLost(): void {
    if (this.state === 'Gone' || this.isSilent) return;
    this.isSilent = true;
    this.kubelet.nodeLost();
  }

  /** Its node has booted again, and its kubelet. */
  nodeReturned(): void {
    if (!this.isSilent) return;
    this.isSilent = false;
    this.kubelet.nodeReturned();
  }

  /** The container runs, and does not listen yet. */
  containerStarts(): void {
    this.closesConnections = false;
    this.become('Starting');
  }

  /** The process serves (again). */
  run(): void {
    assert(this.state !== 'Gone', `pod ${this.name} was started after it was gone`);
    if (this.plan.warmUp !== null) {
      this.servesSince = this.world.queue.now;
      this.isPlain = false;
    }
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

  /** SIGTERM: it takes no new connections and exits when what it has begun is finished, or it goes on as before. */
  drain({ process, closesConnections }: PlannedTermination): void {
    if (closesConnections) this.closeConnections();
    if (process === 'Serve') return;
    this.become('Draining');
    if (this.inFlight === 0) this.kubelet.processExits();
  }

  /** The process dies: everything it was doing is reset. It may be started again. */
  die(): void {
    if (!this.hasProcess) return;
    this.become('Down');
    this.deaths++;
    const { now } = this.world.queue;
    const lost = [...this.working!];
    this.working!.clear();
    while (this.waiting.length > 0) lost.push(this.waiting.shift());
    const { loads, index } = this;
    loads.add(index, -this.inFlight, -loads.busy(index), now);
    if (this.isSilent) {
      for (const attempt of lost) attempt.lostWithNode();
      this.world.connections.forEachTo(this, (connection) => {
        connection.orphaned = true;
      });
      return;
    }
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

  private get kubelet(): PodWorker {
    return (this.worker ??= new PodWorker(this.world, this));
  }

  private closeConnections(): void {
    this.closesConnections = true;
    this.world.connections.forEachTo(this, (connection) => {
      if (connection.serving === 0 && connection.requests > 0) connection.closeByPeer();
    });
  }

  private noteMaximum(): void {
    this.loads.noteMaximum(this.index, this.world.measurement.current);
  }

  private begin(attempt: Attempt): void {
    if (this.working !== null) this.working.add(attempt);
    const demand = attempt.demands[attempt.replica.client.demandSlots[this.workload]];
    attempt.beginService(this.isPlain ? demand : this.slowed(demand));
  }

  private slowed(demand: number): number {
    const { slowdown } = this;
    return Math.round(demand * slowdown);
  }

  private become(state: PodState): void {
    const wasListening = this.isListening;
    this.changeReadiness(() => {
      this.state = state;
    });
    const { isListening, index, world } = this;
    if (isListening !== wasListening) world.staleView.podTakes(index, isListening, world.queue.now);
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
