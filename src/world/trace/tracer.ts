/**
 * The requests of a run that are traced. A run that traces makes its attempts, connections, look-ups and cgroups of the
 * classes in this folder, which write down what the ones that they extend do; any other run knows nothing of it. What is
 * written down decides nothing: a run takes the same way with it and without it.
 */
import type { ErrorCause } from '../../contract/plan.ts';
import type { RequestTrace } from '../../contract/trace.ts';
import type { Attempt } from '../traffic/attempts/attempt.ts';
import type { World } from '../world.ts';
import { podPlace } from './places.ts';
import { RequestLog } from './request-log.ts';

export class Tracer {
  private readonly world: World;
  private readonly logs: Map<number, RequestLog>;

  /** @param requests numbers of those to be traced */
  constructor(world: World, requests: readonly number[]) {
    this.world = world;
    const inOrder = [...new Set(requests)].sort((a, b) => a - b);
    this.logs = new Map(inOrder.map((request) => [request, new RequestLog(request)]));
  }

  /** What is written of the request of an attempt; null: it is not traced. */
  logOf(attempt: Attempt | null): RequestLog | null {
    return attempt === null ? null : (this.logs.get(attempt.request) ?? null);
  }

  /** A pod makes a request for another one, which is about to begin. What is made for one that is traced is traced, too. */
  called(parent: Attempt, call: Attempt): void {
    const log = this.logOf(parent);
    if (log === null) return;
    const { request } = call;
    const client = call.replica.client.plan.name;
    log.add(parent, this.world.queue.now, podPlace(parent.pod!), {
      what: 'calls',
      client,
      request,
    });
    if (!this.logs.has(request)) this.logs.set(request, new RequestLog(request, parent.request));
  }

  /** A request has ended: with success (null), or with the cause of its last attempt's failure. */
  ended(attempt: Attempt, cause: ErrorCause | null): void {
    this.logOf(attempt)?.finish(attempt, this.world.queue.now, cause ?? 'ok');
  }

  /** Of those that were due. */
  traces(): readonly RequestTrace[] {
    return [...this.logs.values()]
      .filter(({ request }) => request < this.world.issued)
      .map((log) => log.trace());
  }
}
