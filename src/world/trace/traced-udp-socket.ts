/** A UDP socket that tells the request which it sends what the node makes of the datagram. */
import type { Verdict } from '../../proxy/data-plane.ts';
import type { Attempt } from '../traffic/attempts/attempt.ts';
import { UdpSocket } from '../traffic/connections/udp-socket.ts';
import { callerPlace, nodePlace } from './places.ts';
import { answerTo, questionOf } from './verdict.ts';

export class TracedUdpSocket extends UdpSocket {
  /** Whose request it sends next; null: of one that is not traced. */
  sender: Attempt | null = null;

  override send(): Verdict {
    const { gate, sender, world } = this;
    const { proxy } = gate;
    const log = world.tracer!.logOf(sender);
    if (sender === null || log === null || proxy === null) return super.send();
    proxy.keepUp();
    const { now } = world.queue;
    const { service } = this.replica.client;
    const question = questionOf(world, gate, this.flow, service)!;
    const isKnown = this.flow.isKnown;
    const verdict = super.send();
    const isRemembered = isKnown && this.flow.isKnown && this.flow.begunAt < now;
    const answer = answerTo(question, this.flow, { verdict, isRemembered });
    log.add(sender, now, nodePlace(world, proxy.node), answer);
    return verdict;
  }

  protected override begin(): void {
    const { initiator, number: connection, replica, sourcePort: port, world } = this;
    const log = world.tracer!.logOf(initiator);
    log?.add(initiator!, world.queue.now, callerPlace(replica), {
      what: 'opens',
      connection,
      port,
      udp: true,
    });
    super.begin();
  }
}
