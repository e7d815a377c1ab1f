/**
 * What a TCP connection and a UDP socket of a client pod have in common: the look-up of the target's name, a
 * source port, the requests in flight, and its end. It is the event of its own next change.
 */
import {
  NAME_UNRESOLVED,
  NODE_DOWN,
  NO_REASON,
  OUT_OF_PORTS,
  PARTITION,
} from '../../../contract/failures.ts';
import type { ErrorCause } from '../../../contract/plan.ts';
import { SimEvent } from '../../../engine/event-queue.ts';
import { connectionId } from '../../../engine/trajectory.ts';
import type { Endpoint } from '../../../kube/endpoint.ts';
import { FORWARDED, UNROUTED, type Verdict } from '../../../proxy/data-plane.ts';
import type { Pod } from '../../cluster/pod.ts';
import type { NameWaiter } from '../../dns/name-waiter.ts';
import type { World } from '../../world.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { Replica } from '../replica.ts';
import type { Gate } from '../ways/gate.ts';
import type { ConnectionUse } from './connection-use.ts';
import type { Hop } from '../ways/network.ts';
import type { Origin } from './script.ts';

/** Stages that connections of both protocols have. */
export const CLOSED = 0;
/** The client pod looks up the address of its target: nothing has been sent. */
export const RESOLVING = 1;
/** It carries requests. */
export const ESTABLISHED = 2;
/** A definite failure is on its way back: its cause is in `failure`. */
export const FAILING = 3;

export abstract class Connection extends SimEvent implements NameWaiter {
  abstract readonly isUdp: boolean;

  // What the data plane decided last.
  sourceIp: number = 0;
  sourcePort: number = 0;
  endpoint: Endpoint | null = null;
  proxyCost: number = 0;
  verdict: Verdict = FORWARDED;

  /** What a script says of it; null: no script has opened it. */
  origin: Origin | null = null;
  /** The pool, or whatever else has opened it. */
  use!: ConnectionUse;
  replica!: Replica;
  gate!: Gate;
  hop!: Hop;
  pod: Pod | null = null;
  /** The pod's row in the books of the Service. */
  row: number = 0;
  /** The attempt that it was opened for, while that waits for it. */
  initiator: Attempt | null = null;
  /** Requests sent over it. */
  requests: number = 0;
  /** Requests sent and not yet answered, as the client counts; and of those, the ones at the pod. */
  inFlight: number = 0;
  serving: number = 0;
  openedAt: number = 0;
  /** How many times as old as others of its pool it may become. */
  patience: number = 1;
  /** No new requests: it closes when the last answer is in. */
  retiring: boolean = false;
  /** The pod has closed its side, or the node has lost the way to it. */
  peerClosed: boolean = false;
  /** An answer was a RST. */
  wasReset: boolean = false;
  /** The pod's side went with its node, without a word: what comes there next meets a RST. */
  orphaned: boolean = false;
  /** Since when (ns) requests, or answers, are sent again and again without getting through; -1: they get through. */
  requestsHeldSince: number = -1;
  answersHeldSince: number = -1;
  /** Its number in the order of opening; -1: not opened yet, the client looks up the target. */
  number: number = -1;
  /** What has gone wrong with it so far: an index into FAILURE_REASONS, or NO_REASON. */
  reason: number = NO_REASON;

  protected readonly world: World;
  protected stage: number = CLOSED;
  protected failure: ErrorCause = 'refused';

  constructor(world: World) {
    super(world.queue, 2, 0);
    this.world = world;
  }

  get isEstablished(): boolean {
    return this.stage === ESTABLISHED;
  }

  get isClosed(): boolean {
    return this.stage === CLOSED;
  }

  /** Has a port now: may end within the call, as `up` or `failed` of its use. */
  protected abstract begin(): void;
  /** The source port is not needed any more. */
  protected abstract leavePort(now: number): void;
  /** The node where it met rules learns what it can of the end. */
  protected abstract leaveNode(now: number): void;
  /** A packet has come in: `resume` is asked later how long ago. */
  abstract heard(): void;
  /** The first packet after a silence leaves: the node may have forgotten the flow. */
  abstract resume(): void;
  /** The pod closes its side. */
  abstract closeByPeer(): void;

  /** The node where it met rules has lost all that it knew. */
  abstract forgetRules(): void;

  /** Whether packets pass between the client and the pod, by the node where they meet rules: to that, where there is no pod. */
  get reachesPod(): boolean {
    const { pod } = this;
    if (!this.reachesGate) return false;
    return pod === null || this.world.nodes.canReach(this.gateNode, pod.node);
  }

  /** The same, to that node. */
  protected get reachesGate(): boolean {
    return this.world.nodes.canReach(this.replica.node, this.gateNode);
  }

  /** Why they do not: an index into FAILURE_REASONS. */
  whyNotReached(): number {
    const { nodes } = this.world;
    const isDown =
      nodes.isDown(this.gateNode) || (this.pod !== null && nodes.isDown(this.pod.node));
    return isDown ? NODE_DOWN : PARTITION;
  }

  private get gateNode(): number {
    const { proxy } = this.gate;
    return proxy === null ? this.replica.node : proxy.node;
  }

  /** connect(), for an attempt or, null, to have it: may end within the call, as `begin` says. */
  open(use: ConnectionUse, replica: Replica, initiator: Attempt | null): void {
    this.use = use;
    this.replica = replica;
    this.sourceIp = this.origin === null ? replica.address : this.origin.address;
    this.initiator = initiator;
    this.number = -1;
    this.requests = 0;
    this.inFlight = 0;
    this.serving = 0;
    this.retiring = false;
    this.peerClosed = false;
    this.wasReset = false;
    this.orphaned = false;
    this.requestsHeldSince = -1;
    this.answersHeldSince = -1;
    this.reason = NO_REASON;
    this.pod = null;
    this.endpoint = null;
    this.proxyCost = 0;
    this.sourcePort = -1;
    const { resolver } = use.route;
    if (resolver === null || resolver.isFresh) {
      this.connect();
    } else {
      this.stage = RESOLVING;
      if (initiator !== null) initiator.resolving();
      resolver.resolve(this);
    }
  }

  resolved(): void {
    if (this.initiator !== null) this.initiator.resolved();
    this.connect();
  }

  unresolved(): void {
    this.reason = NAME_UNRESOLVED;
    this.fail('dns');
  }

  /** The client closes. */
  close(): void {
    const { world } = this;
    const { now } = world.queue;
    const isDealt = this.replica.ports !== null && this.sourcePort >= 0;
    if (isDealt && (this.origin === null || this.origin.port < 0)) this.leavePort(now);
    world.queue.cancel(this);
    if (this.stage === RESOLVING) this.use.route.resolver!.forget(this);
    else this.leaveNode(now);
    this.stage = CLOSED;
    if (this.number >= 0) {
      world.connectionsClosed++;
      if (this.requests > 1) world.sharedConnections.ended(this);
      if (world.records.connections !== null) world.records.connection(this, now);
    }
    if (this.inFlight === 0) world.connections.free(this);
  }

  /** Answers of an abandoned attempt came in: a closed connection that waited for them can go. */
  settled(): void {
    if (this.stage === CLOSED && this.inFlight === 0) this.world.connections.free(this);
  }

  private withoutPort(): void {
    this.verdict = UNROUTED;
    this.reason = OUT_OF_PORTS;
    this.fail('noPorts');
  }

  protected fail(cause: ErrorCause): void {
    this.stage = FAILING;
    this.failure = cause;
    this.use.failed(this, cause);
  }

  /** The address of the target is known. */
  private connect(): void {
    const { replica, world } = this;
    const { now } = world.queue;
    const gate = this.use.route.gateOfNext();
    if (gate === null) return this.unresolved();
    this.gate = gate;
    this.number = world.connectionsOpened++;
    this.id = connectionId(this.number);
    this.openedAt = now;
    this.sourcePort = 0;
    if (this.origin !== null && this.origin.port >= 0) {
      this.sourcePort = this.origin.port;
      if (this.origin.isPortTaken) return this.withoutPort();
    } else if (replica.ports !== null) {
      this.sourcePort = replica.ports.acquire(now);
      if (this.sourcePort < 0) return this.withoutPort();
    }
    this.begin();
  }
}
