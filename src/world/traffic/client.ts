/**
 * A client: its pods (replicas) and what they have in common, from the arrival of a request to its end.
 */
import type { ErrorCause, PlannedClient } from '../../contract/plan.ts';
import { RETRY } from '../../contract/result.ts';
import { createSampler, type Sampler } from '../../engine/distributions/sampler.ts';
import type { DelayLine } from '../../engine/event-queue.ts';
import { KeyedStream } from '../../engine/keyed-stream.ts';
import type { RandomStream } from '../../engine/random.ts';
import { requestId } from '../../engine/trajectory.ts';
import { mayErr } from '../cluster/may-err.ts';
import type { Pod } from '../cluster/pod.ts';
import type { Names } from '../dns/resolver.ts';
import { StepArea } from '../measure/step-area.ts';
import { ClientTally } from '../measure/client-tally.ts';
import type { ServiceBook } from '../measure/service-book.ts';
import { traced, type AttemptClass } from '../trace/traced-attempt.ts';
import type { World } from '../world.ts';
import { Arrivals } from './arrivals/arrivals.ts';
import type { CallBranch } from './calls/call-branch.ts';
import { CallDraws } from './calls/call-draws.ts';
import type { AttemptState } from './attempts/attempt-state.ts';
import { RequestKeys } from './balancing/request-keys.ts';
import { shortestMemory } from './connections/node-memory.ts';
import { ConnectionScript } from './connections/script.ts';
import type { Attempt } from './attempts/attempt.ts';
import { DatagramAttempt } from './attempts/datagram-attempt.ts';
import { Dealing } from './dealing.ts';
import { Replica } from './replica.ts';
import { Sessions } from './sessions.ts';
import type { RequestWaiter } from './request-waiter.ts';
import { intermediaryOf } from './mesh/intermediary-of.ts';
import type { Intermediary } from './ways/intermediary.ts';
import { Network } from './ways/network.ts';
import { Hedging } from './defences/hedging.ts';
import { Retries } from './defences/retries.ts';
import { StreamAttempt } from './attempts/stream-attempt.ts';

export class Client {
  readonly plan: PlannedClient;
  readonly index: number;
  readonly network: Network;
  readonly retries: Retries;
  /** Null: a request is sent once more only when it has failed. */
  readonly hedging: Hedging | null;
  readonly tally: ClientTally;
  /** Circuit breakers of its pods that are open. */
  readonly openCircuits: StepArea = new StepArea();
  /** The books of the Service that it calls, shared with that Service's other clients; null: none. */
  readonly book: ServiceBook | null;
  /** Service that it calls: index into the plan's, or -1. */
  readonly service: number;
  /** ServicePort that it calls, by its number in the world, or -1. */
  readonly servicePort: number;
  /** Whether it makes requests of its own: not those of pods that serve others. */
  readonly isCaller: boolean;
  /** Whether anything limits the time of its attempts. */
  readonly limitsAttempts: boolean;
  /** How long an attempt may take; null: for ever. */
  readonly timeoutLine: DelayLine | null;
  /** How long a handshake may take, ns: the client's own limit or, without one, the kernel's. */
  readonly handshakeLimit: number;
  readonly limitsHandshake: boolean;
  /** Whether the run is long enough for a node to forget a connection that is idle. */
  readonly marksSilence: boolean;
  /** The name of its target; null: none that has to be looked up. */
  readonly names: Names | null;
  /** Null: nobody hashes its requests. */
  readonly keys: RequestKeys | null;
  /** The proxy that it calls by; null: it calls the target itself. */
  readonly intermediary: Intermediary | null;
  /** What the proxy in the pod that serves takes for a request; null: there is none. */
  readonly serverTime: Sampler | null;
  /** Workloads behind the target: a request has a demand for each, the same whichever pod serves it. */
  readonly demandCount: number;
  /** By workload: which of a request's demands is for its pods; -1: none. */
  readonly demandSlots: Int32Array;

  readonly replicas: Replica[];
  readonly dealing: Dealing;
  /** Null: what arrives are requests. */
  readonly sessions: Sessions | null;
  readonly arrivals: Arrivals;
  /** By the slots of demands. */
  readonly demands: readonly Sampler[];
  readonly world: World;
  /** What the request that is due now demands of every pod, ns, as a trace says; -1: it is drawn. */
  givenDemand: number = -1;
  /** Null where no pod behind the target errs. */
  private readonly luck: RandomStream | null;
  /** Of tries after the first: a stream of their own, so that retries leave other requests' luck alone. */
  private readonly retryLuck: RandomStream | null;
  private readonly keyDraws: RandomStream;
  /** What a call draws, by the request that it is for; null: requests draw in the order in which they are due. */
  private readonly draws: CallDraws | null;
  /** Its place in the trees of calls that begin with its requests, and how many of these there were. */
  private readonly position: number;
  private roots = 0;
  /** Replicas that are pods of the plan's workloads, by their numbers. */
  private readonly byPod: (Replica | undefined)[] = [];
  /** What its requests are. */
  private readonly attempts: AttemptClass;
  private readonly idleAttempts: Attempt[] = [];
  /** All that were ever made. */
  private readonly madeAttempts: Attempt[] = [];

  constructor(world: World, plan: PlannedClient, index: number) {
    this.world = world;
    this.plan = plan;
    this.index = index;
    this.isCaller = plan.origin === null;
    const stream = (concern: string): RandomStream =>
      world.stream(`client/${plan.name}/${concern}`);
    const { queue } = world;
    const { target } = plan;
    this.service = target.kind === 'unknownAddress' ? -1 : target.service;
    this.servicePort =
      target.kind === 'servicePort' ? world.servicePort(target.service, target.port) : -1;
    this.network = new Network(queue, world.plan, world.seed, plan.name);
    this.intermediary = intermediaryOf(world, this, stream);
    this.serverTime =
      plan.mesh === null ? null : createSampler(plan.mesh.proxyTime.server, stream('server-proxy'));
    const attempts = plan.protocol === 'UDP' ? DatagramAttempt : StreamAttempt;
    this.attempts = world.tracer === null ? attempts : traced(attempts);
    this.retries = new Retries(plan.retry, stream('retry'));
    this.tally = new ClientTally(world.plan.windows.length, this.isCaller);
    this.book = this.service < 0 ? null : world.bookOf(this.service);
    this.timeoutLine = plan.timeout === null ? null : queue.line(plan.timeout);
    this.limitsAttempts =
      plan.timeout !== null || plan.deadline !== null || (!this.isCaller && world.hasDeadlines);
    const { synTimeout } = world.plan.network;
    this.marksSilence = plan.protocol === 'TCP' && world.horizon > shortestMemory(world.plan);
    this.limitsHandshake = plan.connectTimeout !== null;
    this.handshakeLimit = Math.min(plan.connectTimeout ?? Infinity, synTimeout);
    this.names = plan.resolver === null ? null : world.dns!.namesOf(plan, plan.resolver);

    const behind = world.plan.workloads
      .map((workload, i) => ({ workload, i }))
      .filter(({ workload }) => workload.memberships.some((m) => m.service === this.service));
    this.demandCount = behind.length;
    this.demandSlots = new Int32Array(world.plan.workloads.length).fill(-1);
    behind.forEach(({ i }, slot) => (this.demandSlots[i] = slot));
    this.demands = behind.map(({ workload }) =>
      createSampler(workload.serviceTime, stream(`demand/${workload.namespace}/${workload.name}`)),
    );
    this.hedging =
      plan.hedge === null
        ? null
        : new Hedging(
            this,
            queue,
            plan.hedge,
            behind.map(({ workload }) =>
              createSampler(
                workload.serviceTime,
                stream(`hedge-demand/${workload.namespace}/${workload.name}`),
              ),
            ),
          );
    const errs = behind.some(({ i }) => mayErr(world.plan, i));
    this.luck = errs ? stream('luck') : null;
    this.retryLuck = errs ? stream('retry-luck') : null;
    const key = plan.balancer?.key ?? null;
    this.keys = key === null ? null : new RequestKeys(key);
    this.keyDraws = stream('key');
    this.position = new KeyedStream(world.seed, `client/${plan.name}/root`).word;
    this.draws = this.isCaller ? null : new CallDraws(world, this, behind, errs);
    this.replicas = this.isCaller
      ? plan.replicas.map(({ ip, node }) => new Replica(world, this, ip, node ?? -1))
      : [];
    const isInTurn = plan.arrival.kind === 'constant';
    this.dealing = new Dealing(this.replicas, world.nodes, stream('replica'), isInTurn);
    this.sessions = plan.session === null ? null : new Sessions(world, this, plan.session);
    this.arrivals = new Arrivals(
      queue,
      this,
      {
        arrivals: stream('arrival'),
        phases: stream('arrival-phases'),
        openTrace: world.openTrace,
      },
      world.horizon,
    );
    this.arrivals.proceed();
    if (plan.arrival.kind === 'script') new ConnectionScript(world, this, plan.arrival).proceed();
  }

  /** A request is due now, at one of the client's pods. */
  issue(): void {
    const number = this.dealing.next();
    const replica = number < 0 ? null : this.replicas[number];
    if (this.sessions === null) this.issueFrom(replica, null);
    else this.sessions.begin(replica);
  }

  /**
   * A request is due now at a pod of the client, which starts its first attempt; null: none is up, and it fails at once.
   * May end within the call.
   */
  issueFrom(replica: Replica | null, waiter: RequestWaiter | null): void {
    const { world } = this;
    const attempt = this.takeNew(waiter);
    attempt.root = this.roots++;
    attempt.position = this.position;
    const { demands } = this;
    if (this.givenDemand >= 0) attempt.demands.fill(this.givenDemand);
    else for (let i = 0; i < demands.length; i++) attempt.demands[i] = demands[i].next();
    if (this.luck !== null) attempt.luck = this.luck.next();
    attempt.windows = world.measurement.issued(this.tally);
    attempt.replica = replica ?? this.replicas[0];
    if (this.keys !== null) attempt.key = this.keys.of(attempt.replica, this.keyDraws);
    this.retries.requested();
    if (replica === null) attempt.neverStarts();
    else this.begin(attempt);
  }

  /** A call is due now at a pod of the workload that makes it. May end within the call. */
  issueCall(replica: Replica, call: CallBranch): void {
    const { world } = this;
    const attempt = this.takeNew(call);
    attempt.root = call.root;
    attempt.position = call.position;
    if (call.deadlineAt < attempt.deadlineAt) attempt.deadlineAt = call.deadlineAt;
    attempt.replica = replica;
    this.draws!.draw(attempt);
    attempt.windows = world.measurement.called(this.tally, call.windows);
    world.callsUnderWay++;
    this.retries.requested();
    world.tracer?.called(call.caller, attempt);
    this.begin(attempt);
  }

  private begin(first: Attempt): void {
    if (this.hedging === null) first.start();
    else this.hedging.begin(first);
  }

  /** A request that is due now, of which nothing has been drawn. */
  private takeNew(waiter: RequestWaiter | null): Attempt {
    const { world } = this;
    const { now } = world.queue;
    const attempt = this.take();
    attempt.request = world.issued++;
    attempt.id = requestId(attempt.request);
    attempt.due = now;
    attempt.tries = 1;
    attempt.triesByProxies = 0;
    attempt.parts[RETRY] = 0;
    attempt.waiter = waiter;
    const { deadline } = this.plan;
    attempt.deadlineAt = deadline === null ? Infinity : now + deadline;
    return attempt;
  }

  /** The client in a pod that makes its requests. */
  replicaIn(pod: Pod): Replica {
    let replica = this.byPod[pod.index];
    if (replica === undefined) {
      replica = new Replica(this.world, this, pod.ip, pod.node, pod);
      this.byPod[pod.index] = replica;
      this.replicas.push(replica);
    }
    return replica;
  }

  /** The process of such a pod has ended, and with it its requests; its kernel closes their connections. */
  callerEnds(pod: Pod): void {
    const replica = this.byPod[pod.index];
    if (replica === undefined) return;
    this.endAttempts((attempt) => attempt.replica === replica, 'cancelled');
    replica.processEnded();
  }

  /** Such a pod is gone for good, whose process has ended. */
  callerGone(pod: Pod): void {
    const replica = this.byPod[pod.index];
    if (replica === undefined) return;
    replica.podGone();
    this.replicas.splice(this.replicas.indexOf(replica), 1);
    this.byPod[pod.index] = undefined;
  }

  /** A request has ended: with success, or with the cause of its last attempt's failure. */
  ended(attempt: Attempt, cause: ErrorCause | null): void {
    const { world } = this;
    if (cause === null) world.succeeded++;
    else world.failed++;
    if (!this.isCaller) world.callsUnderWay--;
    world.tracer?.ended(attempt, cause);
    world.measurement.ended(this.tally, attempt, cause);
    if (attempt.windows.interval !== null && world.records.wantsRequests) {
      world.records.request(attempt, cause);
    }
    const { waiter } = attempt;
    this.free(attempt);
    if (waiter !== null) waiter.requestEnded(cause);
  }

  /** Whether a pod errs is chance anew for each try: the luck of one after the first. */
  drawLuckOfRetry(attempt: AttemptState): void {
    if (this.draws !== null) this.draws.drawLuckOfRetry(attempt);
    else attempt.luck = this.retryLuck === null ? 1 : this.retryLuck.next();
  }

  /** An attempt that somebody waits for: one that has been used before may have been abandoned then. */
  take(): Attempt {
    const attempt = this.idleAttempts.pop() ?? this.make();
    attempt.abandoned = false;
    return attempt;
  }

  free(attempt: Attempt): void {
    attempt.rest();
    this.idleAttempts.push(attempt);
  }

  /**
   * A node goes down, or is back. With it go the client pods there, and all that they were about; their part of the
   * arrivals goes to the others.
   */
  nodeChanged(node: number): void {
    const { nodes } = this.world;
    if (nodes.isDown(node)) this.loseProxies(node);
    if (this.replicas.every((replica) => replica.node !== node)) return;
    this.dealing.survey();
    if (!nodes.isDown(node)) return;
    this.endAttempts((attempt) => attempt.replica.node === node, 'nodeDown');
    for (const replica of this.replicas) if (replica.node === node) replica.nodeLost();
  }

  /** A node has gone down with proxies that the client calls by, and what they were about. */
  private loseProxies(node: number): void {
    const proxies = this.intermediary?.proxiesOn(node) ?? [];
    if (proxies.length === 0) return;
    this.visitAttempts(
      (attempt) => attempt.isWithProxyOn(node),
      (attempt) => attempt.proxyDies(),
    );
    for (const proxy of proxies) proxy.nodeLost();
  }

  /** Whether a proxy has requests of the client under way. */
  hasRequestsWith(proxy: Replica): boolean {
    return this.madeAttempts.some((attempt) => attempt.isUnderWay && attempt.caller === proxy);
  }

  /** Those that wait for connections first, so that nobody opens any for them. */
  private endAttempts(
    isMeant: (attempt: Attempt) => boolean,
    cause: 'nodeDown' | 'cancelled',
  ): void {
    const end = (attempt: Attempt): void => attempt.diesWithClient(cause);
    this.visitAttempts((attempt) => isMeant(attempt) && attempt.isAtClient, end);
    this.visitAttempts(isMeant, end);
  }

  /** Visits those under way that are meant, as they are when their turn comes. */
  private visitAttempts(
    isMeant: (attempt: Attempt) => boolean,
    visit: (attempt: Attempt) => void,
  ): void {
    const made = [...this.madeAttempts];
    for (const attempt of made) if (attempt.isUnderWay && isMeant(attempt)) visit(attempt);
  }

  private make(): Attempt {
    const made = new this.attempts(this.world.queue, this);
    this.madeAttempts.push(made);
    return made;
  }
}
