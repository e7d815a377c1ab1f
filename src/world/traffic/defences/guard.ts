/**
 * What stands between the tries of one client pod and the network: its circuit breaker and its concurrency limit, each of
 * one pod. A try asks both as it begins and tells them of its end; that is all that attempts know of them.
 *
 * The breaker is asked first, as in resilience4j's order of decorators, Retry(CircuitBreaker(Bulkhead(call))): a retry
 * asks anew. What the limit refuses says nothing of the Service, and the breaker does not count it.
 */
import { CIRCUIT_OPEN, CONCURRENCY_LIMIT } from '../../../contract/failures.ts';
import type { ErrorCause, PlannedClient } from '../../../contract/plan.ts';
import type { EventQueue } from '../../../engine/event-queue.ts';
import { AttemptLine } from '../attempts/attempt-line.ts';
import type { AttemptState } from '../attempts/attempt-state.ts';
import type { Attempt } from '../attempts/attempt.ts';
import { adaptiveLimit, type AdaptiveLimit } from './adaptive-limits.ts';
import { CircuitBreaker } from './circuit-breaker.ts';

/** Ends that come of the client itself: nothing follows from them for the Service. */
const OWN_CAUSES: ReadonlySet<ErrorCause> = new Set([
  'limited',
  'circuitOpen',
  'cancelled',
  'nodeDown',
]);
/** Ends that tell of too much load somewhere: a limit met, or no answer in time. */
const DROPS: ReadonlySet<ErrorCause> = new Set([
  '503',
  '504',
  'timeout',
  'connectTimeout',
  'deadlineExceeded',
]);

export class Guard {
  private readonly queue: EventQueue;
  private readonly breaker: CircuitBreaker | null;
  private readonly policy: PlannedClient['concurrencyLimit'];
  private limit: AdaptiveLimit | null;
  /** Tries under way, as far as the limit counts them. */
  private underWay = 0;
  private readonly waiting: AttemptLine = new AttemptLine();
  private isServing = false;

  /** `opened`: a breaker opens (1), or is no longer open (-1), at an instant (ns). */
  constructor(
    queue: EventQueue,
    { circuitBreaker, concurrencyLimit }: PlannedClient,
    opened: (step: 1 | -1, now: number) => void,
  ) {
    this.queue = queue;
    this.breaker = circuitBreaker === null ? null : new CircuitBreaker(circuitBreaker, opened);
    this.policy = concurrencyLimit;
    this.limit = concurrencyLimit === null ? null : adaptiveLimit(concurrencyLimit.limit);
  }

  /** Tries that wait for their turn. */
  get held(): number {
    return this.waiting.length;
  }

  /** How many may be under way at a time. */
  get places(): number {
    return this.limit === null ? Infinity : this.limit.limit;
  }

  /** Whether a try may begin now. One that may not has been told why, or that it waits: it begins later then. */
  admits(attempt: Attempt): boolean {
    const { breaker, limit, policy } = this;
    if (breaker !== null && !breaker.lets(this.queue.now)) {
      attempt.refused('circuitOpen', CIRCUIT_OPEN);
      return false;
    }
    attempt.isGuarded = true;
    if (limit === null) return true;
    if (this.underWay < limit.limit) {
      this.begin(attempt);
      return true;
    }
    if (this.waiting.length < policy!.queue) {
      this.waiting.push(attempt);
      attempt.held();
      return false;
    }
    attempt.refused('limited', CONCURRENCY_LIMIT);
    return false;
  }

  /** A try that waits for its turn leaves; `ended` is told as of any other. */
  withdraw(attempt: Attempt): void {
    this.waiting.remove(attempt);
  }

  /** A try that has been let through since `startedAt` (ns) has ended, well (null) or not. Others may begin within the call. */
  ended(attempt: AttemptState, cause: ErrorCause | null, startedAt: number): void {
    const { breaker, limit } = this;
    const { now } = this.queue;
    const { slot, slotSince } = attempt;
    attempt.isGuarded = false;
    attempt.slot = 0;
    if (breaker !== null) {
      if (cause !== null && OWN_CAUSES.has(cause)) breaker.released();
      else breaker.ended(cause !== null, now - startedAt, now);
    }
    if (limit === null || slot === 0) return;
    this.underWay--;
    const isDrop = cause !== null && DROPS.has(cause);
    // Any other failure may have come sooner than an answer would.
    if (cause === null || isDrop) limit.sample(now - slotSince, slot, isDrop);
    this.serve();
  }

  /** Its pod is gone, and whoever waited or was under way. */
  reset(): void {
    if (this.breaker !== null) this.breaker.reset(this.queue.now);
    this.underWay = 0;
    if (this.policy !== null) this.limit = adaptiveLimit(this.policy.limit);
  }

  private begin(attempt: Attempt): void {
    attempt.slot = ++this.underWay;
    attempt.slotSince = this.queue.now;
  }

  private serve(): void {
    // Where nothing has a delay, a try that begins may end within the call, and come back here.
    if (this.isServing) return;
    this.isServing = true;
    while (this.waiting.first !== null && this.underWay < this.limit!.limit) {
      const next = this.waiting.shift();
      this.begin(next);
      next.goOn();
    }
    this.isServing = false;
  }
}
