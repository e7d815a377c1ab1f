/**
 * What rollouts cost the callers of the Services that their workload backs: requests that were due while one went
 * on and failed; and those that failed later, because rules still named the pods that it had ended.
 */
import type { ErrorCause } from '../../contract/plan.ts';
import type { RolloutResult } from '../../contract/result.ts';
import type { Pod } from '../cluster/pod.ts';
import type { Rollout } from '../controllers/rollout-record.ts';
import type { World } from '../world.ts';
import type { ClientTally } from './client-tally.ts';
import type { EndedRequest } from './measurement.ts';
import { FailureTally } from './failure-tally.ts';

/** Is told of all requests from some moment on: that they are due, and how they end. */
export interface RequestWitness {
  isDue(client: ClientTally): void;
  /** With success (null) or a cause. */
  hasEnded(client: ClientTally, request: EndedRequest, cause: ErrorCause | null): void;
}

/** What is counted of one rollout. */
class RolloutTally implements RequestWitness {
  readonly rollout: Rollout;
  /** When it ended, well or not, ns; null: it goes on. */
  endedAt: number | null = null;
  /** Pods of the workload when it began. */
  private readonly pods: readonly Pod[];
  private readonly callers: ReadonlySet<ClientTally>;
  private requests = 0;
  private ended = 0;
  /** Failed after its end. */
  private late = 0;
  private failures: FailureTally | null = null;

  constructor(rollout: Rollout, pods: readonly Pod[], callers: ReadonlySet<ClientTally>) {
    this.rollout = rollout;
    this.pods = pods;
    this.callers = callers;
  }

  isDue(client: ClientTally): void {
    if (this.callers.has(client)) this.requests++;
  }

  hasEnded(client: ClientTally, request: EndedRequest, cause: ErrorCause | null): void {
    if (!this.callers.has(client)) return;
    this.ended++;
    if (cause !== null) this.addFailure(request, cause);
  }

  /** It is over: from now on only those requests matter that are meant for pods which it has ended. */
  aftermath(): RequestWitness {
    const gone = new Set(this.pods.filter(({ isGone }) => isGone));
    return {
      isDue: () => {},
      hasEnded: (client, request, cause) => {
        if (cause === null || !this.callers.has(client)) return;
        if (request.meantFor === null || !gone.has(request.meantFor)) return;
        this.late++;
        this.addFailure(request, cause);
      },
    };
  }

  private addFailure(request: EndedRequest, cause: ErrorCause): void {
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
      lateErrors: this.late,
      unfinished: this.requests - this.ended,
    };
  }
}

export class RolloutBook {
  private readonly world: World;
  private readonly tallies = new Map<Rollout, RolloutTally>();
  /** Of the last rollout of each workload that is over. */
  private readonly aftermaths = new Map<number, RequestWitness>();

  constructor(world: World) {
    this.world = world;
  }

  /** A rollout of a workload begins now; `window`: the one that its action opens. */
  begin(workload: number, window: number | null): Rollout {
    const { clients, measurement, plan, pods, queue } = this.world;
    const rollout: Rollout = {
      workload,
      window,
      startedAt: queue.now,
      completedAt: null,
      deadlineExceeded: false,
    };
    const backed = plan.workloads[workload].memberships.map(({ service }) => service);
    const callers = clients.filter(({ service }) => backed.includes(service));
    const own = pods.filter((pod) => pod.workload === workload && !pod.isGone);
    const tally = new RolloutTally(rollout, own, new Set(callers.map((client) => client.tally)));
    this.tallies.set(rollout, tally);
    measurement.replaceWitness(this.aftermaths.get(workload) ?? null, tally);
    this.aftermaths.delete(workload);
    return rollout;
  }

  /** It has completed, missed its deadline, or made way for another. */
  end(rollout: Rollout): void {
    const { measurement, queue } = this.world;
    const tally = this.tallies.get(rollout)!;
    tally.endedAt = queue.now;
    const aftermath = tally.aftermath();
    measurement.replaceWitness(tally, aftermath);
    this.aftermaths.set(rollout.workload, aftermath);
  }

  /** Of those that began before the end of the measurement, in their order. */
  results(): RolloutResult[] {
    const { horizon } = this.world;
    return [...this.tallies.values()]
      .filter(({ rollout }) => rollout.startedAt < horizon)
      .map((tally) => tally.result(this.world));
  }
}
