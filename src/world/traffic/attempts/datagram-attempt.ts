/**
 * An attempt over UDP: its request is one datagram, and so is the answer. Each is decided by the node as it leaves;
 * where it is lost, on the way or at the server, nobody tells the client, which waits until its time is over.
 */
import { assert } from '../../../base/assert.ts';
import {
  ICMP_LIMITED,
  NO_ENDPOINTS,
  NO_SERVICE,
  NOT_LISTENING,
  POD_GONE,
  PROCESS_ENDED,
  QUEUE_FULL,
  SHED,
  UNROUTED_AWAY,
} from '../../../contract/failures.ts';
import { PROXY } from '../../../contract/result.ts';
import { FORWARDED, REJECTED, UNROUTED, type Verdict } from '../../../proxy/data-plane.ts';
import { AT_NODE, LOST, TO_POD } from './attempt-stage.ts';
import { Attempt } from './attempt.ts';
import type { Connection } from '../connections/connection.ts';
import { whyDropped } from '../connections/dropped.ts';
import { hearsOfClosedPort, hearsOfRejection } from '../connections/icmp-errors.ts';
import type { UdpSocket } from '../connections/udp-socket.ts';

export class DatagramAttempt extends Attempt {
  override send(connection: Connection): void {
    const socket = connection as UdpSocket;
    this.leaveConnect(0);
    this.connection = socket;
    socket.requests++;
    socket.inFlight++;
    const { world } = this.client;
    const verdict = socket.send();
    if (verdict === FORWARDED) {
      this.pod = socket.pod;
      this.row = socket.row;
    } else if (verdict === REJECTED && hearsOfRejection(world, this.replica, socket.gate.proxy!)) {
      this.answer = 'refused';
      this.reason = socket.gate.rules() === null ? NO_SERVICE : NO_ENDPOINTS;
    } else {
      this.reason = this.whySwallowed(socket, verdict);
      this.stage = LOST;
      return;
    }
    this.stage = AT_NODE;
    if (socket.proxyCost > 0) this.queue.schedule(this, this.queue.now + socket.proxyCost);
    else this.passNode();
  }

  override fire(): void {
    if (this.stage === AT_NODE) this.passNode();
    else super.fire();
  }

  protected override leaveLost(): void {
    this.connection!.inFlight--;
    this.connection!.use.release(this.connection!, false);
  }

  /** A datagram is sent once. */
  protected override sendAgain(): void {
    assert(false, 'a datagram was sent again');
  }

  protected override missedPod(): void {
    this.stage = LOST;
  }

  protected override missedClient(): void {
    this.stage = LOST;
  }

  /** The process dies with the request. */
  override resetByPod(): void {
    this.queue.cancel(this);
    this.reason = PROCESS_ENDED;
    this.lostAtPod();
  }

  /** A pod that is there says that its port is closed; a server that is full drops what comes. */
  override turnedAway(answer: 'reset' | '503'): void {
    const { pod, replica, client } = this;
    if (answer === '503') this.reason = QUEUE_FULL;
    else this.reason = pod!.isGone ? POD_GONE : NOT_LISTENING;
    if (answer === 'reset' && !pod!.isGone) {
      if (hearsOfClosedPort(client.world, replica, pod!)) {
        this.respond('refused');
        return;
      }
      this.reason = ICMP_LIMITED;
    }
    this.lostAtPod();
  }

  /** A server that sheds load drops what it sheds. */
  override shed(): void {
    this.reason = SHED;
    this.lostAtPod();
  }

  /** Why the node has let a datagram disappear. */
  private whySwallowed({ gate }: UdpSocket, verdict: Verdict): number {
    if (verdict === UNROUTED) return UNROUTED_AWAY;
    return verdict === REJECTED ? ICMP_LIMITED : whyDropped(gate, this.queue.now);
  }

  protected override arriveAtClient(): void {
    if (this.answer !== 'refused') (this.connection as UdpSocket).answered();
    super.arriveAtClient();
  }

  /** The rules of the node are done with the datagram. */
  private passNode(): void {
    const { now } = this.queue;
    this.parts[PROXY] += now - this.since;
    this.since = now;
    if (this.answer !== null) {
      this.arriveAtClient();
    } else {
      this.stage = TO_POD;
      this.cross(this.connection!.hop);
    }
  }
}
