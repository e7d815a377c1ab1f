/**
 * A pod: a server with workers and a queue, and a process that starts, serves, drains, dies. Its kubelet
 * (src/world/kubelet/) says when.
 *
 * `state` is the truth at this instant. What the rest of the cluster believes of it travels through the
 * control plane, and arrives later.
 */
import { assert } from '../../base/assert.ts';
import type {
  PlannedProbe,
  PlannedRevision,
  PlannedTermination,
  PlannedWorkload,
} from '../../contract/plan.ts';
import { QUEUE } from '../../contract/result.ts';
import type { Hints } from '../../kube/endpoint.ts';
import { sheddingOf, type Shedding } from '../traffic/defences/shedding.ts';
import { AttemptLine } from '../traffic/attempts/attempt-line.ts';
import type { Attempt } from '../traffic/attempts/attempt.ts';
import type { PodLoads } from '../measure/pod-loads.ts';
import { ReadyTime } from '../measure/ready-time.ts';
import type { PodCpu } from '../cpu/pod-cpu.ts';
import type { World } from '../world.ts';
import { Condition } from '../kubelet/condition.ts';
import { probesAnything } from '../kubelet/container-probes.ts';
import { Pace } from '../kubelet/pace.ts';
import { PodWorker } from '../kubelet/pod-worker.ts';
import type { ProbeCheck } from '../kubelet/probe-check.ts';
import { ProbeLine } from '../kubelet/probe-line.ts';
import { AcceptQueue } from './accept-queue.ts';
import type { PodFacts, PodState, ProbeAnswer } from './pod-facts.ts';

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
  /** Probes that wait for a worker. */
  readonly probesInLine: ProbeLine = new ProbeLine();
  private readonly condition: Condition;
  /** Since SIGTERM, kept connections are closed as they fall idle. */
  private closesConnections = false;

  private readonly world: World;
  private readonly pace: Pace;
  /** Made when there is something to do for it. */
  private worker: PodWorker | null = null;
  private readonly errorRate: number;
  private readonly waiting: AttemptLine = new AttemptLine();
  /** Requests with a worker. */
  private readonly working: Set<Attempt> | null;
  private readonly concurrency: number;
  private readonly queueLimit: number;
  /** Null: it sheds nothing by how long requests wait. */
  private shedding: Shedding | null;
  /** Null: its requests need no CPU time. */
  readonly cpu: PodCpu | null;
  /** Null: connections are accepted at once. */
  readonly acceptQueue: AcceptQueue | null;

  // For averages over time.
  private readonly loads: PodLoads;
  readonly readiness: ReadyTime;
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
    this.condition = new Condition(this.plan.probes, this.revision?.ready ?? true);
    this.pace = new Pace(this.plan, this.revision);
    this.errorRate = this.revision?.errorRate ?? this.plan.errorRate;
    this.concurrency = this.plan.concurrency;
    this.queueLimit = this.plan.queueLimit ?? Infinity;
    this.shedding = this.plan.shedding === null ? null : sheddingOf(this.plan.shedding);
    this.cpu = world.processors.cpuOf(this);
    const { backlog, concurrency } = this.plan;
    this.acceptQueue = backlog === null ? null : new AcceptQueue(concurrency, backlog);
    this.loads = world.loads;
    this.loads.addPod();
    this.rows = this.plan.memberships.map(({ service }) => world.podsBehind(service).length);
    this.readiness = new ReadyTime(world, this.plan.memberships);
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

  /** How many times as long as drawn the service takes of a request whose turn is now. */
  get slowdown(): number {
    return this.pace.at(this.world.queue.now);
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
    return this.condition.isReady(this.hasProcess, this.isListening);
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
    const { now } = this.world.queue;
    if (this.working !== null) this.working.delete(attempt);
    if (this.probesInLine.length > 0) this.probesInLine.turn();
    const next = this.next(now);
    this.loads.add(this.index, -1, next === null ? -1 : 0, now);
    if (next !== null) this.begin(next);
    const connection = attempt.connection!;
    const queueNs = attempt.parts[QUEUE];
    const { book } = attempt.replica.client;
    book!.served(attempt.row, attempt.windows, queueNs, now - attempt.arrivedAt);
    // Told before the answer: without delays, the connection may serve somebody else by the time that is in.
    if (this.closesConnections) connection.closeByPeer();
    attempt.respond(attempt.luck < this.errorRate ? '500' : null);
    if (this.state === 'Draining' && this.inFlight === 0) this.kubelet.processExits();
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
    attempt.shed();
  };

  /** The run starts with the pod serving, and with everybody knowing whether it is ready. */
  serveFromStart(ready: boolean): void {
    this.state = 'Running';
    this.condition.assume(ready);
    if (probesAnything(this.plan.probes)) this.kubelet.keepRunning();
    if (ready) this.readiness.add(1, !this.terminating);
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
    this.pace.slow(factor);
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
    this.changeReadiness(() => {
      this.condition.reset();
      this.state = 'Starting';
    });
  }

  /** The process serves (again). */
  run(): void {
    assert(this.state !== 'Gone', `pod ${this.name} was started after it was gone`);
    this.pace.begin(this.world.queue.now);
    this.become('Running');
  }

  /** A fault begins (1) or ends (-1) that makes it unready. */
  addUnreadyFault(step: 1 | -1): void {
    this.changeReadiness(() => {
      this.condition.faults += step;
    });
  }

  /** The script holds it unready, or lets it go. */
  holdUnready(held: boolean): void {
    this.changeReadiness(() => {
      this.condition.isHeld = held;
    });
  }

  /** Its startup probe has succeeded, or it has none and its container runs. */
  foundStarted(): void {
    this.changeReadiness(() => {
      this.condition.hasStarted = true;
    });
  }

  /** What its readiness probe says from now on. */
  foundReady(passes: boolean): void {
    this.changeReadiness(() => {
      this.condition.passes = passes;
    });
  }

  /** What a probe meets now. */
  answerTo(handler: PlannedProbe['handler']): ProbeAnswer {
    const { acceptQueue, state } = this;
    if (handler === 'exec') {
      return state === 'Running' || state === 'Draining' ? 'success' : 'failure';
    }
    if (!this.isListening) return 'failure';
    if (acceptQueue !== null && acceptQueue.isFull(this.deaths)) return 'none';
    if (handler === 'tcpSocket' || this.loads.busy(this.index) < this.concurrency) return 'success';
    return this.waiting.length < this.queueLimit ? 'in turn' : 'failure';
  }

  /** A probe waits for its turn, behind the requests that wait now. */
  joinProbes(check: ProbeCheck): void {
    this.probesInLine.join(check, this.waiting.length);
  }

  /** It gets a deletion timestamp: no new connection is owed to it, though it goes on serving. */
  markTerminating(): void {
    if (this.isReady && !this.terminating) this.readiness.share(-1);
    this.terminating = true;
  }

  /** SIGTERM: it takes no new connections and exits when what it has begun is finished, or it goes on as before. */
  drain({ process, closesConnections }: PlannedTermination): void {
    this.closesConnections = closesConnections;
    if (closesConnections) this.world.connections.closeIdleTo(this);
    if (process === 'Serve') return;
    this.become('Draining');
    if (this.inFlight === 0) this.kubelet.processExits();
  }

  /** The process dies: everything it was doing is reset. It may be started again. */
  die(): void {
    if (!this.hasProcess) return;
    this.become('Down');
    this.deaths++;
    this.cpu?.clear();
    if (this.plan.shedding !== null) this.shedding = sheddingOf(this.plan.shedding);
    const { now } = this.world.queue;
    const lost = [...this.working!];
    this.working!.clear();
    while (this.waiting.length > 0) lost.push(this.waiting.shift());
    const { loads, index } = this;
    loads.add(index, -this.inFlight, -loads.busy(index), now);
    this.probesInLine.fail();
    for (const attempt of lost) {
      if (this.isSilent) attempt.lostWithNode();
      else attempt.resetByPod();
    }
    this.world.connections.forEachTo(this, (connection) => {
      if (this.isSilent) connection.orphaned = true;
      else connection.closeByPeer();
    });
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

  private noteMaximum(): void {
    this.loads.noteArrival(this.index, this.world.measurement.current);
  }

  private begin(attempt: Attempt): void {
    if (this.working !== null) this.working.add(attempt);
    const demand = attempt.demands[attempt.replica.client.demandSlots[this.workload]];
    const demandNs = this.pace.isPlain ? demand : Math.round(demand * this.slowdown);
    if (this.cpu === null) attempt.beginService(demandNs);
    else this.cpu.begin(attempt, demandNs);
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
    this.readiness.add(after ? 1 : -1, !this.terminating);
    this.world.controlPlane.podChanged(this);
  }
}
