/** What the pods of one workload call while they serve, and the frames and calls of theirs that are under way. */
import type { PlannedCall, PlannedCalls } from '../../../contract/plan.ts';
import { KeyedStream } from '../../../engine/keyed-stream.ts';
import type { Pod } from '../../cluster/pod.ts';
import type { World } from '../../world.ts';
import type { Client } from '../client.ts';
import { CallBranch } from './call-branch.ts';
import { CallFrame } from './call-frame.ts';

/** An entry of the plan, as it is made. */
export interface Call {
  readonly plan: PlannedCall;
  readonly client: Client;
  /** The number of its first request among those that a request of the pod can lead to. */
  readonly place: number;
}

export interface CallStep {
  readonly at: number;
  readonly calls: readonly Call[];
}

export class WorkloadCalls {
  readonly steps: readonly CallStep[];
  /** Whether a request gives its worker back while it waits. */
  readonly releases: boolean;
  /** Each of them once. */
  readonly clients: readonly Client[];
  /** Whether a call is made at all. */
  readonly chance: KeyedStream;
  private readonly idleFrames: CallFrame[] = [];
  private readonly idleBranches: CallBranch[] = [];

  constructor(world: World, workload: number, plan: PlannedCalls) {
    const { name, namespace } = world.plan.workloads[workload];
    this.releases = plan.whileCalling === 'Release';
    this.chance = new KeyedStream(world.seed, `workload/${namespace}/${name}/calls`);
    let place = 1;
    this.steps = plan.steps.map(({ at, parallel }) => ({
      at,
      calls: parallel.map((call) => {
        const own = place;
        // One more, for the draw whether it is made.
        place += call.times * call.fanOut + 1;
        return { plan: call, client: world.clients[call.client], place: own };
      }),
    }));
    this.clients = [
      ...new Set(this.steps.flatMap(({ calls }) => calls.map((call) => call.client))),
    ];
    // Rules and resolvers of the pods of the start are there from the start.
    for (const pod of world.workloads[workload].pods) {
      for (const client of this.clients) client.replicaIn(pod);
    }
  }

  takeFrame(): CallFrame {
    return this.idleFrames.pop() ?? new CallFrame(this);
  }

  freeFrame(frame: CallFrame): void {
    this.idleFrames.push(frame);
  }

  takeBranch(): CallBranch {
    return this.idleBranches.pop() ?? new CallBranch(this);
  }

  freeBranch(branch: CallBranch): void {
    this.idleBranches.push(branch);
  }

  /** A process of the workload has ended: nobody waits for what it has called. */
  processEnded(pod: Pod): void {
    for (const client of this.clients) client.callerEnds(pod);
  }

  /** A pod of the workload is gone for good. */
  podGone(pod: Pod): void {
    for (const client of this.clients) client.callerGone(pod);
  }
}
