/**
 * An attempt that writes down what happens to it. Before each step that leaves a stage, the time since the last one is
 * accounted for by that stage alone: not by the books that the attempt itself keeps, which must come to the same.
 */
import type { ErrorCause } from '../../contract/plan.ts';
import type { LatencyPart } from '../../contract/result.ts';
import type { TracePlace, TraceStep } from '../../contract/trace.ts';
import type { EventQueue } from '../../engine/event-queue.ts';
import {
  AT_NODE,
  AT_PROXY,
  AT_SERVER_PROXY,
  BACKING_OFF,
  CALLING,
  CONNECTING,
  FROM_PROXY,
  HELD,
  PROXY_BACKING_OFF,
  QUEUED,
  SERVED,
  TO_CLIENT,
  TO_POD,
  TO_PROXY,
  WAITING,
} from '../traffic/attempts/attempt-stage.ts';
import type { Attempt } from '../traffic/attempts/attempt.ts';
import type { Host } from '../traffic/balancing/host.ts';
import type { Client } from '../traffic/client.ts';
import type { Connection } from '../traffic/connections/connection.ts';
import type { StreamAttempt } from '../traffic/attempts/stream-attempt.ts';
import { DISTANCES, type Hop } from '../traffic/ways/network.ts';
import { arrivalStep, connectionStep, pickedStep, waitStep } from './attempt-steps.ts';
import { callerPlace, clientPlace, nodePlace, podPlace, serverProxyPlace } from './places.ts';
import { isWithClient, partOf } from './part-of-stage.ts';
import { reasonName, type RequestLog } from './request-log.ts';
import { TracedCpu } from './traced-cpu.ts';
import { TracedUdpSocket } from './traced-udp-socket.ts';

export type AttemptClass = new (queue: EventQueue, client: Client) => Attempt;

/** A class of attempts that are traced, where they are of a request that is. */
export function traced(attempts: AttemptClass): AttemptClass {
  // What the two classes do not share is overridden by both of them.
  const Base = attempts as typeof StreamAttempt;
  return class extends Base {
    override start(): void {
      const { log } = this;
      if (log === null) return super.start();
      if (this.tries === 1) {
        log.begin(this.client.world, this);
      } else {
        this.spend(log);
        this.note(log, { what: 'try' });
      }
      super.start();
    }

    override goOn(): void {
      const { log } = this;
      if (log !== null && this.stage === HELD) this.spend(log);
      super.goOn();
      if (log !== null && log === this.log) this.noteWait(log);
    }

    override held(): void {
      super.held();
      if (this.log === null) return;
      const { held, places } = this.replica.guard!;
      this.note(this.log, { what: 'held', ahead: held - 1, places });
    }

    override refused(cause: ErrorCause, reason: number): void {
      if (this.log !== null) this.note(this.log, { what: 'notSent', reason: reasonName(reason)! });
      super.refused(cause, reason);
    }

    override neverStarts(): void {
      this.log?.begin(this.client.world, this);
      super.neverStarts();
    }

    override connecting(dial: Connection): void {
      this.spend(this.log);
      super.connecting(dial);
    }

    override resolving(): void {
      super.resolving();
      if (this.log !== null) this.noteAtCaller(this.log, { what: 'lookup' });
    }

    override resolved(): void {
      this.spend(this.log);
      if (this.log !== null) this.noteAtCaller(this.log, { what: 'resolved' });
      super.resolved();
    }

    override awaitsEndpoint(endpoints: number): void {
      super.awaitsEndpoint(endpoints);
      if (this.log !== null) this.noteAtCaller(this.log, { what: 'waitsForEndpoint', endpoints });
    }

    override dealtTo(host: Host): void {
      const { log } = this;
      if (log !== null) this.noteAtCaller(log, pickedStep(this.client, host));
      super.dealtTo(host);
    }

    override send(connection: Connection): void {
      const { log } = this;
      if (connection instanceof TracedUdpSocket) connection.sender = log === null ? null : this;
      if (log !== null) this.noteConnection(log, connection);
      super.send(connection);
    }

    override fire(): void {
      const { log } = this;
      if (log === null) return super.fire();
      const { stage } = this;
      this.spend(log);
      if (stage === TO_PROXY) this.noteAtCaller(log, { what: 'passes' });
      super.fire();
      if (stage === AT_PROXY) this.noteWait(log);
    }

    override beginService(demandNs: number): void {
      this.noteStart(demandNs, 0);
      super.beginService(demandNs);
    }

    override beginOnCpu(restNs: number, cpuNs: number): void {
      const { log, pod } = this;
      if (log !== null) {
        this.noteStart(restNs + cpuNs, cpuNs);
        if (pod!.cpu instanceof TracedCpu) pod!.cpu.watch(this);
      }
      super.beginOnCpu(restNs, cpuNs);
    }

    override takenUp(): void {
      this.spend(this.log);
      super.takenUp();
    }

    override workDone(): void {
      this.spend(this.log);
      super.workDone();
    }

    override callsEnded(): void {
      const { log } = this;
      if (log !== null) {
        this.spend(log);
        this.noteAt(log, podPlace(this.pod!), { what: 'called' });
      }
      super.callsEnded();
    }

    override cpuSpent(): void {
      const { log, pod } = this;
      if (log !== null) {
        if (pod!.cpu instanceof TracedCpu) pod!.cpu.unwatch(this);
        this.noteAt(log, podPlace(pod!), { what: 'cpuSpent' });
        if (this.restNs === 0) this.spend(log);
      }
      super.cpuSpent();
    }

    override respond(answer: ErrorCause | null): void {
      this.spend(this.log);
      super.respond(answer);
    }

    override connectFailed(connection: Connection, cause: ErrorCause): void {
      const reason = reasonName(connection.reason);
      if (this.log !== null) this.noteAtCaller(this.log, { what: 'connectFailed', cause, reason });
      super.connectFailed(connection, cause);
    }

    override timedOut(): void {
      const reason = reasonName(this.whatItWaitsFor());
      if (this.log !== null) this.note(this.log, { what: 'timedOut', reason });
      super.timedOut();
    }

    protected override tryAgainAtProxy(backoffNs: number, cause: ErrorCause): void {
      const { log } = this;
      super.tryAgainAtProxy(backoffNs, cause);
      const reason = reasonName(this.reason);
      if (log !== null) this.noteAtCaller(log, { what: 'retries', cause, reason, backoffNs });
    }

    protected override goOnAtProxy(): void {
      if (this.log !== null) this.noteAtCaller(this.log, { what: 'try' });
      super.goOnAtProxy();
    }

    override routeTimedOut(): void {
      const reason = reasonName(this.whatItWaitsFor());
      if (this.log !== null) this.noteAtCaller(this.log, { what: 'timedOut', reason });
      super.routeTimedOut();
    }

    override diesWithClient(cause: 'nodeDown' | 'cancelled'): void {
      if (this.log !== null) this.note(this.log, { what: 'clientDied' });
      super.diesWithClient(cause);
    }

    protected override leave(): Attempt {
      // What is left on its way through a node counts as the network's.
      this.spend(this.log, this.stage === AT_NODE ? 'network' : partOf(this.stage));
      return super.leave();
    }

    protected override leaveConnect(proxyNs: number): void {
      const { caller, log } = this;
      if (log !== null && this.hedge === null && this.stage === CONNECTING) {
        log.spendOnConnect(proxyNs, this.queue.now, {
          attempt: this.tries,
          client: callerPlace(caller),
          node: this.nodePlace,
        });
      } else {
        this.spend(log);
      }
      super.leaveConnect(proxyNs);
    }

    protected override cross(hop: Hop): void {
      const { log } = this;
      if (log !== null) this.noteDeparture(log, hop);
      super.cross(hop);
    }

    protected override crossed(): void {
      const { log, stage } = this;
      super.crossed();
      if (log === null) return;
      const { client, pod } = this;
      if (stage === TO_POD && client.serverTime !== null) {
        this.noteAt(log, serverProxyPlace(client, pod!), { what: 'passes' });
      } else if (stage === TO_POD || stage === AT_SERVER_PROXY) this.noteArrival(log);
      else if (stage === TO_CLIENT || stage === AT_NODE) {
        this.noteAtCaller(log, { what: 'received', answer: this.answer });
      }
    }

    protected override missedPod(): void {
      super.missedPod();
      this.noteLoss('request');
    }

    protected override missedClient(): void {
      super.missedClient();
      this.noteLoss('answer');
    }

    protected override lostAtPod(): void {
      const { log, pod } = this;
      if (log !== null) {
        this.noteAt(log, podPlace(pod!), { what: 'vanished', reason: reasonName(this.reason) });
      }
      super.lostAtPod();
    }

    override cancel(): Attempt {
      if (this.log !== null) this.note(this.log, { what: 'cancelled' });
      return super.cancel();
    }

    override endHedged(cause: ErrorCause | null, tries: number): void {
      const { log } = this;
      if (log !== null) {
        log.adopt(
          this.parts,
          { attempt: this.tries, place: clientPlace(this.replica) },
          this.startedAt,
        );
      }
      super.endHedged(cause, tries);
    }

    protected override fail(cause: ErrorCause): void {
      const { log, request } = this;
      const reason = reasonName(this.reason);
      const isHedged = this.hedge !== null;
      if (isHedged && log !== null) this.note(log, { what: 'failed', cause, reason });
      super.fail(cause);
      if (isHedged) return;
      // One that has ended may be another request by now.
      if (log === null || this.request !== request || this.stage !== BACKING_OFF) return;
      const backoffNs = this.entry.at - this.queue.now;
      this.note(log, { what: 'retries', cause, reason, backoffNs });
    }

    private get log(): RequestLog | null {
      return this.client.world.tracer!.logOf(this);
    }

    /** Its service time as it was drawn, ns. */
    private get drawnNs(): number {
      return this.demands[this.client.demandSlots[this.pod!.workload]];
    }

    /** Where it meets rules: its client's own node, or the one that it comes in by. */
    private get nodePlace(): TracePlace {
      const proxy = (this.connection ?? this.dial)?.gate?.proxy ?? null;
      return proxy === null ? callerPlace(this.caller) : nodePlace(this.client.world, proxy.node);
    }

    private get place(): TracePlace {
      switch (this.stage) {
        case QUEUED:
        case SERVED:
        case CALLING:
          return podPlace(this.pod!);
        case AT_SERVER_PROXY:
          return serverProxyPlace(this.client, this.pod!);
        case AT_NODE:
          return this.nodePlace;
        default:
          return isWithClient(this.stage) ? clientPlace(this.replica) : callerPlace(this.caller);
      }
    }

    /** Its time up to now went into what its stage waits for. */
    private spend(log: RequestLog | null, part: LatencyPart = partOf(this.stage)): void {
      // Of tries side by side, the one that ends the request says where the time went.
      if (log === null || this.abandoned || this.hedge !== null) return;
      const { stage, tries } = this;
      const attempt = stage === BACKING_OFF || stage === PROXY_BACKING_OFF ? tries - 1 : tries;
      log.spend(part, this.queue.now, { attempt, place: this.place });
    }

    private note(log: RequestLog, step: TraceStep): void {
      this.noteAt(log, clientPlace(this.replica), step);
    }

    /** Whoever looks for a connection for it does something. */
    private noteAtCaller(log: RequestLog, step: TraceStep): void {
      this.noteAt(log, callerPlace(this.caller), step);
    }

    private noteAt(log: RequestLog, place: TracePlace, step: TraceStep): void {
      log.add(this, this.queue.now, place, step);
    }

    /** It stands in the line for a connection. */
    private noteWait(log: RequestLog): void {
      if (this.stage !== WAITING) return;
      this.noteAtCaller(log, waitStep(this.client, this));
    }

    private noteConnection(log: RequestLog, connection: Connection): void {
      const isOwn = this.dial === connection;
      if (isOwn && connection.isUdp) return;
      this.noteAtCaller(log, connectionStep(connection, isOwn, this.queue.now));
    }

    private noteDeparture(log: RequestLog, hop: Hop): void {
      const { caller, pod, stage } = this;
      const distance = hop.distance < 0 ? 'by another node' : DISTANCES[hop.distance];
      if (stage === TO_POD) {
        this.noteAtCaller(log, { what: 'sent', to: podPlace(pod!), distance });
      } else if (stage === TO_PROXY) {
        this.note(log, { what: 'sent', to: callerPlace(caller), distance });
      } else {
        const from = stage === FROM_PROXY ? callerPlace(caller) : podPlace(pod!);
        const { answer } = this;
        const reason = answer === null ? null : reasonName(this.reason);
        this.noteAt(log, from, { what: 'responded', answer, reason });
      }
    }

    private noteArrival(log: RequestLog): void {
      const pod = this.pod!;
      this.noteAt(log, podPlace(pod), arrivalStep(this.client, pod));
    }

    private noteStart(serviceNs: number, cpuNs: number): void {
      const { log } = this;
      if (log === null) return;
      this.spend(log);
      const { drawnNs } = this;
      this.noteAt(log, podPlace(this.pod!), { what: 'started', drawnNs, serviceNs, cpuNs });
    }

    private noteLoss(packet: 'request' | 'answer'): void {
      if (this.log === null) return;
      const againNs = this.queue.isPending(this) ? this.entry.at : null;
      const reason = reasonName(this.reason);
      this.noteAtCaller(this.log, { what: 'lost', packet, reason, againNs });
    }
  };
}
