/**
 * What a try of a request knows of the request, of itself, and of where its time has gone: whatever ended at `now`
 * began at `since`.
 */
import {
  CONCURRENCY_LIMIT,
  HANDSHAKE,
  IN_CALLS,
  IN_INGRESS,
  IN_SERVICE,
  MAY_RETRY,
  NAME_UNRESOLVED,
  NO_REASON,
  POOL_EXHAUSTED,
  QUEUEING,
  SLOW_NETWORK,
} from '../../../contract/failures.ts';
import type { ErrorCause } from '../../../contract/plan.ts';
import {
  CALLS,
  CONNECT,
  DNS,
  LATENCY_PARTS,
  NETWORK,
  POOL,
  PROXY,
  QUEUE,
  SERVICE,
} from '../../../contract/result.ts';
import { SimEvent, type EventQueue } from '../../../engine/event-queue.ts';
import type { Pod } from '../../cluster/pod.ts';
import { NO_WINDOWS, type OpenWindows } from '../../measure/open-windows.ts';
import {
  ANSWERED_IN_VAIN,
  AT_PROXY,
  AT_SERVER_PROXY,
  BACKING_OFF,
  CALLING,
  CONNECTING,
  HELD,
  IDLE,
  LOST,
  QUEUED,
  RESOLVING,
  SENT_IN_VAIN,
  SERVED,
  WAITING,
  type Stage,
} from './attempt-stage.ts';
import type { Attempt } from './attempt.ts';
import type { Client } from '../client.ts';
import type { Replica } from '../replica.ts';
import type { Host } from '../balancing/host.ts';
import type { ConnectionSource } from '../connections/connection-use.ts';
import type { Connection } from '../connections/connection.ts';
import type { CallFrame } from '../calls/call-frame.ts';
import type { HedgedRequest } from '../defences/hedged-request.ts';
import type { RequestWaiter } from '../request-waiter.ts';

export abstract class AttemptState extends SimEvent {
  protected readonly client: Client;
  protected readonly queue: EventQueue;

  // What belongs to the request.
  request: number = 0;
  due: number = 0;
  /** The request of a client of the file that it is for, by its number among that client's, and its place in the tree of calls. */
  root: number = 0;
  position: number = 0;
  /** When its time is over, all tries included, ns; Infinity: never. */
  deadlineAt: number = Infinity;
  /** Service demand at a pod of each workload behind the target (by the client's demand slots), ns. */
  readonly demands: Float64Array;
  /** Uniform in [0, 1), new for every try: it fails at a pod whose error rate is above it. */
  luck: number = 1;
  /** Attempts of the request so far, this one included. */
  tries: number = 1;
  /** Windows in which the request was due. */
  windows: OpenWindows = NO_WINDOWS;
  replica!: Replica;
  /** What a balancer that hashes goes by, 32 bits. */
  key: number = 0;
  /** Whoever waits for its end; null: nobody does, as with requests that arrive on their own. */
  waiter: RequestWaiter | null = null;

  // What belongs to this try.
  protected stage: Stage = WAITING;
  protected startedAt: number = 0;
  protected since: number = 0;
  /**
   * Time of the request by cause, in ns, by LATENCY_PARTS: earlier tries and their backoffs are in RETRY, the rest
   * is of this try, or of the one that has failed while it backs off.
   */
  readonly parts: Float64Array = new Float64Array(LATENCY_PARTS.length);
  /** Where it looks for a connection. */
  use!: ConnectionSource;
  /** The endpoint that a balancer has dealt it to; null: none, or that has been told what became of it. */
  host: Host | null = null;
  connection: Connection | null = null;
  /** Endpoints that tries of the request were dealt to, where somebody wants to know; null: nobody ever has. */
  private dealt: Host[] | null = null;
  /** The pod that the request was sent to, by this try or the one it lives on from. */
  pod: Pod | null = null;
  /** The pod's row in the books of the Service. The connection may lead to another pod by the time that this one answers. */
  row: number = 0;
  /** The connection that the client opens for this try. */
  dial: Connection | null = null;
  /** Neighbours in the line it stands in: for a connection, or at the pod. */
  ahead: Attempt | null = null;
  behind: Attempt | null = null;
  /** The client gave up; the pod does not know. */
  abandoned: boolean = false;
  /** What the pod calls for it; null: nothing, or it has not begun. */
  frame: CallFrame | null = null;
  /** What the pod answered; null: success. */
  protected answer: ErrorCause | null = null;
  /** Why it has failed: an index into FAILURE_REASONS; and why it was not tried again: into RETRY_ENDS. */
  reason: number = NO_REASON;
  retryEnd: number = MAY_RETRY;
  /** Null: no other try of its request is under way with it, nor will be. */
  hedge: HedgedRequest | null = null;
  /** The guard of its pod has let it through, and waits for its end. */
  isGuarded: boolean = false;
  /** Its number among the tries of its pod under way, as its concurrency limit counts them, and since when (ns); 0: it does not. */
  slot: number = 0;
  slotSince: number = -0;
  /** Its service beyond CPU time, ns. */
  protected restNs: number = -0;

  constructor(queue: EventQueue, client: Client) {
    super(queue, 1, 0);
    this.queue = queue;
    this.client = client;
    this.demands = new Float64Array(client.demandCount);
  }

  /** The pod that it was sent to, or would have been with the connection that was opened for it. */
  get meantFor(): Pod | null {
    return this.pod ?? this.dial?.pod ?? null;
  }

  /** When it reached the pod, while it waits there or is served. */
  get arrivedAt(): number {
    return this.since - this.parts[QUEUE];
  }

  /** Whether the client waits for its outcome, and of those: whether it waits at the client, for a connection or to try again. */
  get isUnderWay(): boolean {
    return this.stage !== IDLE && !this.abandoned;
  }

  get isAtClient(): boolean {
    const { stage } = this;
    return (
      stage === WAITING ||
      stage === RESOLVING ||
      stage === CONNECTING ||
      stage === BACKING_OFF ||
      stage === HELD
    );
  }

  /** Whether a try of the request has been dealt to this endpoint. */
  hasTried(host: Host): boolean {
    return this.dealt !== null && this.dealt.includes(host);
  }

  remember(host: Host): void {
    if (this.dealt === null) this.dealt = [];
    if (this.tries === 1) this.dealt.length = 0;
    this.dealt.push(host);
  }

  /** It is in nobody's hands. */
  rest(): void {
    this.stage = IDLE;
  }

  /** What the tries so far have taken is in RETRY: the next one begins with nothing. */
  protected forgetParts(): void {
    const { parts } = this;
    parts[DNS] = 0;
    parts[POOL] = 0;
    parts[CONNECT] = 0;
    parts[PROXY] = 0;
    parts[NETWORK] = 0;
    parts[QUEUE] = 0;
    parts[SERVICE] = 0;
    parts[CALLS] = 0;
  }

  /** Ends the try's wait for a connection; `proxyNs` of it went into rules. */
  protected leaveConnect(proxyNs: number): void {
    const { now } = this.queue;
    const waited = now - this.since;
    if (this.stage === CONNECTING) {
      this.parts[PROXY] += proxyNs;
      this.parts[CONNECT] += waited - proxyNs;
    } else if (this.stage === RESOLVING) {
      this.parts[DNS] += waited;
    } else {
      this.parts[POOL] += waited;
    }
    this.since = now;
  }

  /** What it has waited for was the network, or the proxy that it was with. */
  protected crossed(): void {
    const { now } = this.queue;
    const { stage } = this;
    this.parts[stage === AT_PROXY || stage === AT_SERVER_PROXY ? PROXY : NETWORK] +=
      now - this.since;
    this.since = now;
  }

  /** What the time goes into of a try that is on its way or at the pod. */
  protected partWhereItIs(): number {
    switch (this.stage) {
      case QUEUED:
        return QUEUE;
      case SERVED:
        return SERVICE;
      case CALLING:
        return CALLS;
      case AT_SERVER_PROXY:
        return PROXY;
      default:
        return NETWORK;
    }
  }

  /** What it has come to by now, as a reason: an index into FAILURE_REASONS. */
  protected whatItWaitsFor(): number {
    const { dial } = this;
    switch (this.stage) {
      case WAITING:
        return POOL_EXHAUSTED;
      case HELD:
        return CONCURRENCY_LIMIT;
      case RESOLVING:
        return NAME_UNRESOLVED;
      case CONNECTING:
        return dial !== null && dial.reason !== NO_REASON ? dial.reason : HANDSHAKE;
      case AT_PROXY:
      case AT_SERVER_PROXY:
        return IN_INGRESS;
      case QUEUED:
        return QUEUEING;
      case SERVED:
        return IN_SERVICE;
      case CALLING:
        return IN_CALLS;
      case LOST:
      case SENT_IN_VAIN:
      case ANSWERED_IN_VAIN:
        return this.reason;
      default:
        return SLOW_NETWORK;
    }
  }

  /** What belongs to the request, for another try of it. */
  copyRequestTo(other: AttemptState): void {
    other.request = this.request;
    other.id = this.id;
    other.due = this.due;
    other.root = this.root;
    other.position = this.position;
    other.deadlineAt = this.deadlineAt;
    other.demands.set(this.demands);
    other.luck = this.luck;
    other.tries = this.tries;
    other.windows = this.windows;
    other.replica = this.replica;
    other.key = this.key;
    other.waiter = this.waiter;
    other.dealt = this.dealt === null ? null : [...this.dealt];
  }

  /** The same, and what belongs to this try. */
  protected inheritTo(successor: AttemptState): void {
    this.copyRequestTo(successor);
    successor.parts.set(this.parts);
    successor.dealt = this.dealt;
    this.dealt = null;
    successor.isGuarded = this.isGuarded;
    successor.slot = this.slot;
    successor.slotSince = this.slotSince;
    this.isGuarded = false;
    this.slot = 0;
  }
}
