/**
 * What one L7 proxy does with the requests for one Service, besides choosing endpoints: its bounds, its retries, its
 * limit of time (Envoy: cluster circuit breakers, router filter).
 *
 * Left out: max_connections; bounds by priority; a limit for each try; retries that give back to a budget.
 */
import type { ErrorCause } from '../../../contract/plan.ts';
import type { PlannedRouting } from '../../../contract/traffic/mesh.ts';
import type { DelayLine } from '../../../engine/event-queue.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { World } from '../../world.ts';
import { Retries } from '../defences/retries.ts';

/** Where a request is with a router: nowhere, in line for a connection, or sent. */
export const OUTSIDE = 0;
export const IN_LINE = 1;
export const PASSED_ON = 2;
export type RouterPlace = typeof OUTSIDE | typeof IN_LINE | typeof PASSED_ON;

/** Failures that a proxy answers with 503 in their place: what is between it and the pod. Others it passes on. */
const OWN_FAILURES: ReadonlySet<ErrorCause> = new Set<ErrorCause>([
  'refused',
  'unreachable',
  'connectTimeout',
  'timeout',
  'reset',
  'noPorts',
  'dns',
]);

/** What the client of a proxy is told of a failure behind it. */
export const asAnswered = (cause: ErrorCause | null): ErrorCause | null =>
  cause !== null && OWN_FAILURES.has(cause) ? '503' : cause;

export class Router {
  /** How long a request may be with it; null: for ever. */
  readonly timeoutLine: DelayLine | null;
  private readonly bounds: PlannedRouting['circuitBreakers'];
  private readonly retries: Retries;
  private inLine = 0;
  private underWay = 0;
  private retrying = 0;

  /** @param stream what the backoff of its retries is drawn from */
  constructor(world: World, routing: PlannedRouting, stream: RandomStream) {
    this.timeoutLine = routing.timeout === null ? null : world.queue.line(routing.timeout);
    this.bounds = routing.circuitBreakers;
    this.retries = new Retries(routing.retry, stream);
  }

  /** A request has come in. */
  requested(): void {
    this.retries.requested();
  }

  /** Whether there is room for a request that is about to take a connection. It has to be told of its end then. */
  enter(): boolean {
    const { maxPendingRequests, maxRequests } = this.bounds;
    if (maxRequests !== null && this.underWay >= maxRequests) return false;
    if (maxPendingRequests !== null && this.inLine >= maxPendingRequests) return false;
    this.inLine++;
    this.underWay++;
    return true;
  }

  /** One that was in line is sent. */
  passedOn(): void {
    this.inLine--;
  }

  /** One is over, or its client has left it. */
  leave(place: RouterPlace): void {
    if (place === IN_LINE) this.inLine--;
    if (place !== OUTSIDE) this.underWay--;
  }

  /** The wait (ns) before a request that has failed for the `tries`th time is tried again; -1: it is not. */
  backoffBefore(tries: number, cause: ErrorCause): number {
    const { maxRetries } = this.bounds;
    if (maxRetries !== null && this.retrying >= maxRetries) return -1;
    return this.retries.backoffBefore(tries, cause);
  }

  /** A retry begins (1), or it is over (-1). */
  countRetry(step: 1 | -1): void {
    this.retrying += step;
  }
}
