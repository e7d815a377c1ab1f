/**
 * A TCP connection of a client pod: verdict of the node where it meets rules, handshake, and what becomes of
 * it. The verdict falls once, here; the requests that it carries never ask again.
 *
 * What it waits for is an answer to its SYN, its idle timeout, or the other side's FIN. Deadlines of the
 * handshake are compared when its next step is known rather than scheduled. A SYN that nobody answers is sent
 * again, to the same pod for as long as the node remembers the flow.
 *
 * Left out: packets lost by congestion. Those that a dead node or a partition swallows are sent again.
 */
import {
  BACKLOG_FULL,
  FORGOTTEN,
  ICMP_LIMITED,
  NO_REASON,
  NO_ENDPOINTS,
  NO_SERVICE,
  NOT_LISTENING,
  POD_GONE,
  SLOW_NETWORK,
  UNROUTED_AWAY,
} from '../../../contract/failures.ts';
import type { ErrorCause } from '../../../contract/plan.ts';
import { LAST_TCP_STATES } from '../../../proxy/conntrack.ts';
import {
  ABANDONED,
  CLOSED_BY_CLIENT,
  CLOSED_BY_SERVER,
  DROPPED,
  FORWARDED,
  REJECTED,
  RESET,
  UNROUTED,
  type Flow,
  type FlowEnd,
  type ServiceRules,
  type Verdict,
} from '../../../proxy/data-plane.ts';
import type { AcceptQueue } from '../../cluster/accept-queue.ts';
import type { Pod } from '../../cluster/pod.ts';
import type { NodeProxy } from '../../control/node-proxy.ts';
import { Connection, ESTABLISHED, FAILING } from './connection.ts';
import { hearsOfMissingPod, hearsOfRejection } from './icmp-errors.ts';
import { nextRetransmission } from './retransmission.ts';
import { whyDropped } from './dropped.ts';

/** The SYN is on its way to the pod. */
const SYN_SENT = 4;
/** The SYN-ACK is on its way back. */
const SYN_ACK = 5;
/** Nobody will answer the SYN; the client will send it again. */
const SYN_UNANSWERED = 6;
/** The pod is gone, and the node that looks for it has no answer yet. */
const UNREACHED = 7;
/** The pod has closed the connection, and the client is about to learn it. */
const PEER_CLOSED = 8;

export class TcpConnection extends Connection implements Flow {
  readonly isUdp: boolean = false;
  slot: number = -1;
  seenAt: number = 0;

  private deadline = 0;
  private retransmissions = 0;
  /** Deaths of the pod's process before it took a place in the accept queue; -1: it has none. */
  private admittedAfter = -1;
  protected rules: ServiceRules | null = null;

  /** Whether nobody answers its SYN, and another will be sent. */
  protected get awaitsSyn(): boolean {
    return this.stage === SYN_UNANSWERED;
  }

  protected override begin(): void {
    this.deadline = this.openedAt + this.replica.client.handshakeLimit;
    this.retransmissions = 0;
    this.seenAt = this.openedAt;
    this.slot = -1;
    this.sendSyn();
  }

  override fire(): void {
    switch (this.stage) {
      case SYN_SENT:
        this.synArrives();
        break;
      case SYN_ACK:
        this.synAckArrives();
        break;
      case FAILING:
        this.fail(this.failure);
        break;
      case SYN_UNANSWERED:
        this.sendSyn();
        break;
      case UNREACHED:
        this.unreached();
        break;
      case ESTABLISHED:
        // The only thing an established connection waits for by itself.
        this.use.idledOut(this);
        break;
      default:
        this.finArrives();
    }
  }

  protected override leavePort(now: number): void {
    const { ports } = this.replica;
    // Who closes first keeps the port in TIME_WAIT.
    const isFirst = this.isEstablished && !this.peerClosed && !this.wasReset;
    if (isFirst) ports!.rest(this.sourcePort, now);
    else ports!.release(this.sourcePort, now);
  }

  override heard(): void {
    this.seenAt = this.world.queue.now;
  }

  /**
   * What conntrack has forgotten is decided anew, in the middle of the stream (nf_conntrack_tcp_loose), and unless
   * that comes to the same pod by chance, whoever gets it answers RST. ipvs answers that itself.
   */
  override resume(): void {
    const { rules, endpoint } = this;
    const { proxy } = this.gate;
    if (rules === null || proxy === null || endpoint === null) return;
    proxy.keepUp();
    const { now } = this.world.queue;
    if (proxy.plane.usesConntrack) {
      if (now - this.seenAt <= proxy.tcpEstablishedTimeout) return;
      rules.close(this, now, ABANDONED);
    } else if (rules.passes(this, now)) {
      return;
    }
    if (proxy.conntrack !== null) proxy.conntrack.remove();
    this.rules = null;
    this.peerClosed = !proxy.plane.usesConntrack || this.decide() !== FORWARDED;
    if (this.endpoint?.address !== endpoint.address) this.peerClosed = true;
    if (this.peerClosed) this.reason = FORGOTTEN;
  }

  /** The client learns it one crossing later. */
  override closeByPeer(): void {
    if (this.peerClosed || this.orphaned || !this.isEstablished) return;
    this.peerClosed = true;
    if (this.inFlight > 0) return;
    const { queue } = this.world;
    queue.cancel(this);
    this.stage = PEER_CLOSED;
    this.travel();
  }

  override forgetRules(): void {
    this.rules = null;
    // Packets of a flow that it does not know go wherever it decides now, and whoever gets them answers RST.
    if (this.isEstablished) this.orphaned = true;
  }

  private sendSyn(): void {
    if (this.world.nodes.hasCuts && !this.reachesGate) {
      if (this.rules === null) this.verdict = DROPPED;
      this.retransmit(this.whyNotReached());
      return;
    }
    this.verdict = this.decide();
    switch (this.verdict) {
      case FORWARDED:
        this.hop = this.gate.hopTo(this.pod!.node);
        this.cross(SYN_SENT, this.proxyCost);
        break;
      case REJECTED:
        this.reason = this.gate.rules() === null ? NO_SERVICE : NO_ENDPOINTS;
        if (hearsOfRejection(this.world, this.origin ?? this.replica, this.gate.proxy!)) {
          this.failLater('refused', this.proxyCost + this.gate.roundTrip());
        } else {
          this.retransmit(ICMP_LIMITED);
        }
        break;
      case DROPPED:
        this.retransmit(whyDropped(this.gate, this.world.queue.now));
        break;
      case UNROUTED:
        // Where rules come with the first sync of a node that has booted, a later SYN may find them.
        if (this.gate.proxy?.isBlank === true) {
          this.retransmit(UNROUTED_AWAY);
          return;
        }
        this.reason = UNROUTED_AWAY;
        this.failLater('connectTimeout', Infinity);
    }
  }

  /** The next step of the handshake is one crossing away, unless the client gives up before. */
  private cross(stage: typeof SYN_SENT | typeof SYN_ACK, extra: number): void {
    if (extra === 0 && !this.replica.client.limitsHandshake) {
      this.stage = stage;
      this.travel();
      return;
    }
    const { queue } = this.world;
    const at = queue.now + extra + this.hop.delay();
    if (at > this.deadline) {
      if (this.reason === NO_REASON) this.reason = SLOW_NETWORK;
      this.failLater('connectTimeout', Infinity);
    } else {
      this.stage = stage;
      queue.scheduleEntry(this.entry, at);
    }
  }

  /** Crosses the network: what takes no time happens at once. */
  private travel(): void {
    if (this.hop.isImmediate) this.fire();
    else this.hop.carry(this.entry);
  }

  /** Nobody answers this SYN: the next is due, unless the client gives up before. */
  protected retransmit(reason: number): void {
    const { queue, plan } = this.world;
    this.reason = reason;
    let at: number;
    do {
      at = this.openedAt + (plan.network.synRetransmissions[this.retransmissions++] ?? Infinity);
    } while (at <= queue.now);
    this.seenAt = queue.now;
    if (at >= this.deadline) {
      this.failLater('connectTimeout', Infinity);
    } else {
      this.stage = SYN_UNANSWERED;
      queue.schedule(this, at);
    }
  }

  /** Asks the node where rules are met, which remembers a flow that it has forwarded, and decides others (again). */
  protected decide(): Verdict {
    const { proxy } = this.gate;
    const { now } = this.world.queue;
    if (proxy === null) return UNROUTED;
    proxy.keepUp();
    if (this.rules !== null) {
      if (this.isRemembered(this.rules, proxy, now)) return FORWARDED;
      this.rules = null;
    }
    const rules = this.gate.rules();
    if (rules === null) return this.gate.verdictWithoutRules;
    const verdict = proxy.admit(this, rules);
    if (verdict !== FORWARDED) return verdict;
    this.rules = rules;
    this.pod = this.world.pods[this.endpoint!.pod];
    this.row = this.pod.rowIn(this.replica.client.service);
    return FORWARDED;
  }

  /** Whether a SYN that is sent again still finds the flow's entries. Those that it does not find are gone. */
  protected isRemembered(rules: ServiceRules, { conntrack }: NodeProxy, now: number): boolean {
    if (conntrack !== null && conntrack.hasForgottenSyn(now - this.seenAt)) {
      rules.close(this, now, ABANDONED);
      conntrack.remove();
      return false;
    }
    if (rules.passes(this, now)) return true;
    if (conntrack !== null) conntrack.remove();
    return false;
  }

  private synArrives(): void {
    const { pod, world } = this;
    if (world.nodes.hasCuts && !this.reachesPod) {
      this.retransmit(this.whyNotReached());
    } else if (pod!.isGone) {
      this.missesPod();
    } else if (!pod!.isListening) {
      this.reason = NOT_LISTENING;
      this.failLater('refused', this.hop.delay());
    } else if (pod!.acceptQueue !== null && !this.isAdmitted(pod!, pod!.acceptQueue)) {
      this.retransmit(BACKLOG_FULL);
    } else {
      this.replica.client.book!.connected(this.row, world.measurement.current);
      this.cross(SYN_ACK, 0);
    }
  }

  private synAckArrives(): void {
    if (this.world.nodes.hasCuts && !this.reachesPod) {
      this.retransmit(this.whyNotReached());
      return;
    }
    this.stage = ESTABLISHED;
    this.use.up(this);
  }

  /** The pod's FIN, unless it is lost on the way and sent again. */
  private finArrives(): void {
    const { nodes, queue } = this.world;
    if (nodes.hasCuts && !this.reachesPod) {
      if (this.answersHeldSince < 0) this.answersHeldSince = queue.now;
      const at = nextRetransmission(this.answersHeldSince, queue.now);
      if (at < Infinity) queue.schedule(this, at);
      return;
    }
    this.use.lost(this);
  }

  private isAdmitted({ deaths }: Pod, queue: AcceptQueue): boolean {
    // One whose SYN-ACK was lost has its place.
    if (this.admittedAfter === deaths) return true;
    const isAdmitted = queue.admit(deaths);
    if (isAdmitted) this.admittedAfter = deaths;
    return isAdmitted;
  }

  /** The SYN has come to where the pod was. */
  private missesPod(): void {
    const { answer, after } = this.world.plan.network.podGone;
    const { queue } = this.world;
    this.reason = POD_GONE;
    if (answer === 'none') {
      this.retransmit(POD_GONE);
    } else if (queue.now + after > this.deadline) {
      this.failLater('connectTimeout', Infinity);
    } else {
      this.stage = UNREACHED;
      queue.schedule(this, queue.now + after);
    }
  }

  /** The pod's node has no way to it, and says so unless it has told the client too often. */
  private unreached(): void {
    if (hearsOfMissingPod(this.world, this.origin ?? this.replica, this.pod!.node))
      this.fail('unreachable');
    else this.retransmit(ICMP_LIMITED);
  }

  private failLater(cause: ErrorCause, delay: number): void {
    const { queue } = this.world;
    this.stage = FAILING;
    if (delay === 0) {
      this.fail(cause);
      return;
    }
    const at = queue.now + delay;
    this.failure = at > this.deadline ? 'connectTimeout' : cause;
    // The deadline may be over by now: a hop can take longer than the client or the kernel waits.
    queue.schedule(this, Math.max(queue.now, Math.min(at, this.deadline)));
  }

  /** Whoever forwarded the first packet has its entry, and learns how the flow ended. */
  protected override leaveNode(now: number): void {
    const { rules } = this;
    if (this.admittedAfter >= 0) {
      this.pod!.acceptQueue!.leave(this.admittedAfter);
      this.admittedAfter = -1;
    }
    if (rules === null) return;
    this.rules = null;
    const end = this.howItEnds();
    const proxy = this.gate.proxy!;
    proxy.keepUp();
    rules.close(this, now, end);
    const { conntrack } = proxy;
    if (conntrack === null) return;
    // A RST that is the only answer to a SYN takes the entry along (nf_conntrack_proto_tcp.c).
    if (this.stage === FAILING && this.failure === 'refused') conntrack.remove();
    else conntrack.close(now, LAST_TCP_STATES[end]);
  }

  private howItEnds(): FlowEnd {
    if (this.stage === ESTABLISHED || this.stage === PEER_CLOSED) {
      if (this.wasReset) return RESET;
      if (this.peerClosed) return CLOSED_BY_SERVER;
      // An answer that comes to a closed socket meets a RST.
      return this.inFlight > 0 ? RESET : CLOSED_BY_CLIENT;
    }
    // The SYN of a client that has left: a pod's answer meets a RST, and a pod that is gone gives none.
    return this.pod!.isGone ? ABANDONED : RESET;
  }
}
