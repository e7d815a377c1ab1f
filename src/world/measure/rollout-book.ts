/**
 * What rollouts cost the callers of the Services that their workload backs: requests that were due while one went
 * on, and those of them that failed.
 *
 * Left out: what is lost after its end, to rules that name the last pod for a while longer.
 */
import type { ErrorCause } from '../../contract/plan.ts';
import type { RolloutResult } from '../../contract/result.ts';
import type { Rollout } from '../controllers/rollout-record.ts';
import type { World } from '../world.ts';
import type { ClientTally } from './client-tally.ts';
import type { EndedRequest } from './measurement.ts';
import { FailureTally } from './failure-tally.ts';

/** What is counted of one rollout. */
export class RolloutTally {
  readonly rollout: Rollout;
  /** When it ended, well or not, ns; null: it goes on. */
  endedAt: number | null = null;
  private readonly callers: ReadonlySet<ClientTally>;
  private requests = 0;
  private ended = 0;
  private failures: FailureTally | null = null;

  constructor(rollout: Rollout, callers: ReadonlySet<ClientTally>) {
    this.rollout = rollout;
    this.callers = callers;
  }

  /** A request of a client is due. */
  isDue(client: ClientTally): void {
    if (this.callers.has(client)) this.requests++;
  }

  /** One that was due while it went on has ended, well (null) or with a cause. */
  hasEnded(client: ClientTally, request: EndedRequest, cause: ErrorCause | null): void {
    if (!this.callers.has(client)) return;
    this.ended++;
    if (cause === null) return;
    (this.failures ??= new FailureTally()).add(cause, request.reason, request.retryEnd);
  }

  result({ horizon, plan }: World): RolloutResult {
    const { workload, window, startedAt, completedAt, deadlineExceeded } = this.rollout;
    const { name, namespace } = plan.workloads[workload];
    // A run goes on after its end, for requests that have not ended.
    const isComplete = completedAt !== null && completedAt <= horizon;
    const errors: Partial<Record<ErrorCause, number>> = {};
    for (const { cause, count } of this.failures?.results() ?? []) {
      errors[cause] = (errors[cause] ?? 0) + count;
    }
    return {
      workload: name,
      namespace,
      window: window === null ? null : plan.windows[window].name,
      startedNs: startedAt - plan.warmUp,
      completedNs: isComplete ? completedAt - plan.warmUp : null,
      deadlineExceeded,
      endedNs: Math.min(this.endedAt ?? horizon, horizon) - plan.warmUp,
      requests: this.requests,
      errors,
      unfinished: this.requests - this.ended,
    };
  }
}

export class RolloutBook {
  private readonly world: World;
  private readonly tallies = new Map<Rollout, RolloutTally>();

  constructor(world: World) {
    this.world = world;
  }

  /** A rollout of a workload begins now; `window`: the one that its action opens. */
  begin(workload: number, window: number | null): Rollout {
    const { clients, measurement, plan, queue } = this.world;
    const rollout: Rollout = {
      workload,
      window,
      startedAt: queue.now,
      completedAt: null,
      deadlineExceeded: false,
    };
    const backed = plan.workloads[workload].memberships.map(({ service }) => service);
    const callers = clients.filter(({ service }) => backed.includes(service));
    const tally = new RolloutTally(rollout, new Set(callers.map((client) => client.tally)));
    this.tallies.set(rollout, tally);
    measurement.rolloutBegins(tally);
    return rollout;
  }

  /** It has completed, missed its deadline, or made way for another. */
  end(rollout: Rollout): void {
    const { measurement, queue } = this.world;
    const tally = this.tallies.get(rollout)!;
    tally.endedAt = queue.now;
    measurement.rolloutEnds(tally);
  }

  /** Of those that began before the end of the measurement, in their order. */
  results(): RolloutResult[] {
    const { horizon } = this.world;
    return [...this.tallies.values()]
      .filter(({ rollout }) => rollout.startedAt < horizon)
      .map((tally) => tally.result(this.world));
  }
}
