/**
 * A pod: a server with workers and a queue (pod-server.ts), and a process that starts, serves, drains, dies. Its kubelet
 * (src/world/kubelet/) says when.
 *
 * `state` is the truth at this instant. What the rest of the cluster believes of it travels through the
 * control plane, and arrives later.
 */
import { assert } from '../../base/assert.ts';
import type { PlannedProbe, PlannedTermination } from '../../contract/plan.ts';
import type { Hints } from '../../kube/endpoint.ts';
import { ReadyTime } from '../measure/ready-time.ts';
import type { World } from '../world.ts';
import { Condition } from '../kubelet/condition.ts';
import { probesAnything } from '../kubelet/container-probes.ts';
import { PodWorker } from '../kubelet/pod-worker.ts';
import type { ProbeCheck } from '../kubelet/probe-check.ts';
import { AcceptQueue } from './accept-queue.ts';
import { PodServer } from './pod-server.ts';
import type { PodFacts, PodState, ProbeAnswer } from './pod-facts.ts';

export class Pod extends PodServer {
  /** Its node is dead: nothing there answers anybody. */
  isSilent: boolean = false;
  /** It has a deletion timestamp. */
  terminating: boolean;
  /** How often its process has died. */
  deaths: number = 0;
  /** Hints of a fixed EndpointSlice; null: none. */
  readonly hints: Hints | null;
  private readonly condition: Condition;
  /** Made when there is something to do for it. */
  private worker: PodWorker | null = null;
  /** Null: connections are accepted at once. */
  readonly acceptQueue: AcceptQueue | null;

  // For averages over time.
  readonly readiness: ReadyTime;
  /** Its position among the pods behind each Service that it backs, by membership. */
  private readonly rows: number[];

  constructor(world: World, workload: number, facts: PodFacts) {
    super(world, workload, facts);
    this.terminating = facts.terminating ?? false;
    this.hints = facts.hints ?? null;
    this.condition = new Condition(this.plan.probes, this.revision?.ready ?? true);
    const { backlog, concurrency } = this.plan;
    this.acceptQueue = backlog === null ? null : new AcceptQueue(concurrency, backlog);
    this.rows = this.plan.memberships.map(({ service }) => world.podsBehind(service).length);
    this.readiness = new ReadyTime(world, this.plan.memberships);
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

  /** How often its container has been started again. */
  get restarts(): number {
    return this.worker === null ? 0 : this.worker.restarts;
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
    const lost = this.dropAll();
    this.probesInLine.fail();
    for (const attempt of lost) {
      if (this.isSilent) attempt.lostWithNode();
      else attempt.resetByPod();
    }
    this.world.connections.forEachTo(this, (connection) => {
      if (this.isSilent) connection.orphaned = true;
      else connection.closeByPeer();
    });
    if (!this.isSilent) this.world.calls[this.workload]?.processEnded(this);
  }

  /** The pod's process and address are gone for good. */
  vanish(): void {
    if (this.state === 'Gone') return;
    this.die();
    this.become('Gone');
    this.world.calls[this.workload]?.podGone(this);
    this.world.controlPlane.podChanged(this);
  }

  protected override drained(): void {
    if (this.state === 'Draining' && this.inFlight === 0) this.kubelet.processExits();
  }

  private get kubelet(): PodWorker {
    return (this.worker ??= new PodWorker(this.world, this));
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
