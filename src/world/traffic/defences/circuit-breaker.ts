/**
 * The circuit breaker of one client pod: a machine of three states that stops calls to a Service that fails. Closed, it
 * watches; open, it refuses; half open, it lets so many tries through and decides by them.
 *
 * After resilience4j (CircuitBreakerStateMachine, CircuitBreakerMetrics), with its quirks: shares are looked at when a try
 * ends, not as time goes by; it goes from open to half open with the first try after its time, not by a timer; what was
 * let through before and ends while it is half open counts there; half open it decides with `halfOpenRequests` outcomes,
 * or with `minimumRequests` of them where these are fewer.
 *
 * Left out: maxWaitDurationInHalfOpenState, automatic transitions, growing times of being open, listening to other states.
 */
import type { CircuitBreakerPolicy } from '../../../contract/plan.ts';
import { LastTries, outcomeWindow, type OutcomeWindow } from './outcome-window.ts';

export type CircuitState = 'closed' | 'open' | 'halfOpen';

export class CircuitBreaker {
  state: CircuitState = 'closed';
  private readonly policy: CircuitBreakerPolicy;
  /** It opens (1), or is no longer open (-1), at `now`, ns. */
  private readonly opened: (step: 1 | -1, now: number) => void;
  private window: OutcomeWindow;
  /** Outcomes without which it draws no conclusion. */
  private minimum = 0;
  /** Until when it is open, ns. */
  private until = -0;
  /** Tries that may still be let through while it is half open. */
  private permits = 0;

  constructor(policy: CircuitBreakerPolicy, opened: (step: 1 | -1, now: number) => void) {
    this.policy = policy;
    this.opened = opened;
    this.window = this.close();
  }

  /** Whether a try may begin at `now` (ns): one that may is told of later, by `ended` or by `released`. */
  lets(now: number): boolean {
    if (this.state === 'open') {
      if (now < this.until) return false;
      this.opened(-1, now);
      this.halfOpen();
    }
    if (this.state === 'closed') return true;
    if (this.permits === 0) return false;
    this.permits--;
    return true;
  }

  /** A try has ended at `now`, after `tookNs`. */
  ended(failed: boolean, tookNs: number, now: number): void {
    const { policy, window } = this;
    const { slowCall } = policy;
    window.add(failed, slowCall !== null && tookNs > slowCall.longerThan, now);
    if (this.state === 'open' || window.total < this.minimum) return;
    const isBad =
      window.failed >= policy.failureRate * window.total ||
      (slowCall !== null && window.slow >= slowCall.rate * window.total);
    if (isBad) this.open(now);
    else if (this.state === 'halfOpen') this.window = this.close();
  }

  /** A try that was let through has ended in a way that says nothing of the Service. */
  released(): void {
    if (this.state === 'halfOpen') this.permits++;
  }

  /** The pod is gone, and what it knew. */
  reset(now: number): void {
    if (this.state === 'open') this.opened(-1, now);
    this.window = this.close();
  }

  private close(): OutcomeWindow {
    const { minimumRequests, window } = this.policy;
    this.state = 'closed';
    this.minimum =
      window.kind === 'requests' ? Math.min(minimumRequests, window.requests) : minimumRequests;
    return outcomeWindow(window);
  }

  private open(now: number): void {
    this.state = 'open';
    this.until = now + this.policy.open;
    this.opened(1, now);
  }

  private halfOpen(): void {
    const { halfOpenRequests, minimumRequests } = this.policy;
    this.state = 'halfOpen';
    this.permits = halfOpenRequests;
    this.minimum = Math.min(minimumRequests, halfOpenRequests);
    this.window = new LastTries(halfOpenRequests);
  }
}
