/** A TCP connection that tells the request which it is opened for what becomes of its SYN. */
import type { TraceStep } from '../../contract/trace.ts';
import type { ServiceRules, Verdict } from '../../proxy/data-plane.ts';
import type { NodeProxy } from '../control/node-proxy.ts';
import { TcpConnection } from '../traffic/connections/tcp-connection.ts';
import { callerPlace, nodePlace } from './places.ts';
import { reasonName, type RequestLog } from './request-log.ts';
import { answerTo, questionOf } from './verdict.ts';

export class TracedTcpConnection extends TcpConnection {
  private wasRemembered = false;

  protected override begin(): void {
    const { number: connection, sourcePort: port } = this;
    this.note({ what: 'opens', connection, port, udp: false });
    super.begin();
  }

  protected override decide(): Verdict {
    const { log } = this;
    const { proxy } = this.gate;
    if (log === null || proxy === null) return super.decide();
    proxy.keepUp();
    const { service } = this.replica.client;
    const question = questionOf(this.world, this.gate, this, service)!;
    this.wasRemembered = false;
    const verdict = super.decide();
    const isRemembered = this.wasRemembered;
    log.decidedAt = this.world.queue.now;
    const answer = answerTo(question, this, { verdict, isRemembered });
    log.add(this.initiator!, log.decidedAt, nodePlace(this.world, proxy.node), answer);
    return verdict;
  }

  protected override isRemembered(rules: ServiceRules, proxy: NodeProxy, now: number): boolean {
    this.wasRemembered = super.isRemembered(rules, proxy, now);
    return this.wasRemembered;
  }

  protected override retransmit(reason: number): void {
    super.retransmit(reason);
    const nextNs = this.awaitsSyn ? this.entry.at : null;
    this.note({ what: 'synLost', reason: reasonName(reason)!, nextNs });
  }

  private get log(): RequestLog | null {
    return this.world.tracer!.logOf(this.initiator);
  }

  private note(step: TraceStep): void {
    this.log?.add(this.initiator!, this.world.queue.now, callerPlace(this.replica), step);
  }
}
