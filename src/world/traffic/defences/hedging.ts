/** A client's hedging at work: its policy and budget, what later tries draw, and the hedged requests, used again. */
import type { HedgePolicy } from '../../../contract/plan.ts';
import type { Sampler } from '../../../engine/distributions/sampler.ts';
import type { EventQueue } from '../../../engine/event-queue.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { Client } from '../client.ts';
import { HedgedRequest } from './hedged-request.ts';
import { RetryBudget } from './retry-budget.ts';

export class Hedging {
  readonly policy: HedgePolicy;
  private readonly client: Client;
  private readonly queue: EventQueue;
  private readonly budget: RetryBudget;
  /** Service times of tries after the first, by the slots of demands: streams of their own. */
  private readonly demands: readonly Sampler[];
  private readonly idle: HedgedRequest[] = [];

  constructor(client: Client, queue: EventQueue, policy: HedgePolicy, demands: readonly Sampler[]) {
    this.client = client;
    this.queue = queue;
    this.policy = policy;
    this.budget = new RetryBudget(policy.budget);
    this.demands = policy.serviceTime === 'Redrawn' ? demands : [];
  }

  /** A new request begins with its first try. May end within the call. */
  begin(first: Attempt): void {
    this.budget.requested();
    const hedged =
      this.idle.pop() ?? new HedgedRequest(this.queue, this, this.queue.line(this.policy.after));
    hedged.begin(first);
  }

  /** Whether the budget has a try left, which it takes. */
  maySend(): boolean {
    if (this.budget.isSpent) return false;
    this.budget.spend();
    return true;
  }

  /** Another try, the `tries`th, of the request of one. */
  copyOf(attempt: Attempt, tries: number): Attempt {
    const copy = this.client.take();
    attempt.copyRequestTo(copy);
    copy.tries = tries;
    copy.triesByProxies = 0;
    copy.parts.fill(0);
    this.client.drawLuckOfRetry(copy);
    const { demands } = this;
    for (let i = 0; i < demands.length; i++) copy.demands[i] = demands[i].next();
    return copy;
  }

  free(hedged: HedgedRequest): void {
    this.idle.push(hedged);
  }
}
