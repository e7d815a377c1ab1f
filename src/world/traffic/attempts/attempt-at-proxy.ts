/**
 * The part of a try that takes place at proxies: one between the client and its connections, which may try again by
 * itself, and one in the pod that serves. What a proxy has tried in vain counts as a try of its own.
 */
import { CONCURRENCY_LIMIT, NODE_DOWN, NO_HEALTHY_ENDPOINTS } from '../../../contract/failures.ts';
import type { ErrorCause } from '../../../contract/plan.ts';
import { RETRY } from '../../../contract/result.ts';
import { asAnswered, IN_LINE, OUTSIDE, PASSED_ON, type RouterPlace } from '../mesh/router.ts';
import type { Replica } from '../replica.ts';
import type { Intermediary } from '../ways/intermediary.ts';
import { AttemptAtBalancer } from './attempt-at-balancer.ts';
import {
  AT_PROXY,
  BACKING_OFF,
  FROM_PROXY,
  HELD,
  PROXY_BACKING_OFF,
  TO_PROXY,
  WAITING,
} from './attempt-stage.ts';
import type { Attempt } from './attempt.ts';
import { RouteTimer } from './route-timer.ts';

export abstract class AttemptAtProxy extends AttemptAtBalancer {
  /** Whose connections it takes: its client pod, or a proxy. */
  caller!: Replica;
  /** Tries of the request that proxies made by themselves; and of those, the ones of the proxy that has it now. */
  triesByProxies: number = 0;
  private triesHere = 0;
  /** Where it is with the router of the proxy. */
  protected routed: RouterPlace = OUTSIDE;
  private isRetrying = false;
  private routeTimer: RouteTimer | null = null;

  /** Looks for a connection of `caller`. */
  protected abstract acquire(): void;
  /** Leaves the try, wherever it is. Returns that in which the request lives on. */
  protected abstract leave(): Attempt;
  /** The client has its answer. */
  protected abstract end(cause: ErrorCause | null): void;

  /** Goes to the proxy that the client calls by. */
  protected callProxy(intermediary: Intermediary): void {
    const { replica } = this;
    const proxy = intermediary.proxyOf(replica);
    if (proxy === null) {
      this.caller = replica;
      this.reason = NO_HEALTHY_ENDPOINTS;
      this.end('503');
      return;
    }
    this.caller = proxy;
    this.stage = TO_PROXY;
    const hop = intermediary.hopTo(replica, proxy);
    if (hop === null) this.fire();
    else this.cross(hop);
  }

  protected reachProxy(intermediary: Intermediary): void {
    this.crossed();
    this.stage = AT_PROXY;
    this.queue.schedule(this, this.queue.now + intermediary.time());
  }

  protected passProxy(): void {
    this.crossed();
    const { router } = this.caller;
    if (router !== null) {
      this.triesHere = 0;
      router.requested();
      const { timeoutLine } = router;
      if (timeoutLine !== null) {
        this.routeTimer ??= new RouteTimer(this.queue, this);
        this.queue.scheduleIn(timeoutLine, this.routeTimer);
      }
    }
    this.passOn();
  }

  /** Looks for a connection of the proxy's, if that lets it. */
  private passOn(): void {
    this.stage = WAITING;
    const { router } = this.caller;
    if (router !== null) {
      if (!router.enter()) {
        this.reason = CONCURRENCY_LIMIT;
        this.answerFromProxy('503');
        return;
      }
      this.routed = IN_LINE;
    }
    this.acquire();
  }

  /** The connection that the router has waited for is there. */
  protected passedOn(): void {
    this.routed = PASSED_ON;
    this.caller.router!.passedOn();
  }

  /** The proxy learns what became of the request: it tries again, or answers the client. */
  protected concludeAtProxy(cause: ErrorCause | null): void {
    const { router } = this.caller;
    if (router === null) {
      this.sendFromProxy(cause);
      return;
    }
    this.leaveRouter();
    // Where there is nobody to send it to, trying again is no use.
    const isFinal = cause === null || this.reason === NO_HEALTHY_ENDPOINTS;
    const backoff = isFinal ? -1 : router.backoffBefore(this.triesHere + 1, cause);
    if (backoff >= 0) this.tryAgainAtProxy(backoff, cause!);
    else this.answerFromProxy(asAnswered(cause));
  }

  /** The node of the proxy has died, and the connection to it: its client tells from a reset. */
  proxyDies(): void {
    const { hedge } = this;
    hedge?.leaves(this);
    const successor: AttemptAtProxy = this.leave();
    successor.reason = NODE_DOWN;
    successor.end('reset');
    hedge?.left(successor);
  }

  /** Whether a proxy has it that is no pod of the client, on this node. */
  isWithProxyOn(node: number): boolean {
    const { caller, stage } = this;
    if (stage === BACKING_OFF || stage === HELD) return false;
    return caller !== this.replica && caller.node === node;
  }

  /** The time that the proxy allows the request is over. */
  routeTimedOut(): void {
    this.reason = this.whatItWaitsFor();
    this.settle('504');
    const { hedge } = this;
    hedge?.leaves(this);
    const successor: AttemptAtProxy = this.leave();
    successor.answerFromProxy('504');
    hedge?.left(successor);
  }

  protected goOnAtProxy(): void {
    const { now } = this.queue;
    this.parts[RETRY] += now - this.since;
    this.startedAt = now;
    this.since = now;
    this.passOn();
  }

  /** It leaves the proxy that has it, if one has. */
  protected leaveProxy(): void {
    if (this.routeTimer !== null) this.queue.cancel(this.routeTimer);
    if (this.routed !== OUTSIDE || this.isRetrying) this.leaveRouter();
  }

  /** What has been waited for since a failure was for nothing. */
  protected leaveProxyBackoff(): void {
    const { now } = this.queue;
    this.queue.cancel(this);
    this.parts[RETRY] += now - this.since;
    this.startedAt = now;
    this.since = now;
  }

  protected override inheritTo(successor: AttemptAtProxy): void {
    super.inheritTo(successor);
    successor.caller = this.caller;
    successor.triesByProxies = this.triesByProxies;
  }

  private leaveRouter(): void {
    const router = this.caller.router!;
    router.leave(this.routed);
    this.routed = OUTSIDE;
    if (this.isRetrying) router.countRetry(-1);
    this.isRetrying = false;
  }

  /** The proxy tries again after a failure. */
  protected tryAgainAtProxy(backoff: number, _cause: ErrorCause): void {
    const { now } = this.queue;
    this.triesHere++;
    this.triesByProxies++;
    this.tries++;
    this.client.drawLuckOfRetry(this);
    this.isRetrying = true;
    this.caller.router!.countRetry(1);
    this.parts[RETRY] += now - this.startedAt;
    this.forgetParts();
    this.startedAt = now;
    this.since = now;
    this.connection = null;
    this.pod = null;
    this.dial = null;
    this.answer = null;
    this.stage = PROXY_BACKING_OFF;
    this.queue.schedule(this, now + backoff);
  }

  private answerFromProxy(answer: ErrorCause | null): void {
    if (this.routeTimer !== null) this.queue.cancel(this.routeTimer);
    this.sendFromProxy(answer);
  }

  /** The answer leaves the proxy. */
  private sendFromProxy(answer: ErrorCause | null): void {
    this.answer = answer;
    this.stage = FROM_PROXY;
    const hop = this.client.intermediary!.hopTo(this.replica, this.caller);
    if (hop === null) this.fire();
    else this.cross(hop);
  }
}
