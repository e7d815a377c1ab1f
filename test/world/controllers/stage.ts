/** A world that is looked at after every event: for what must hold at every instant. */
import type { PlannedController, PlannedDisruptionBudget } from '../../../src/contract/plan.ts';
import { doAt } from '../../../src/engine/moment.ts';
import type { Pod } from '../../../src/world/cluster/pod.ts';
import { World } from '../../../src/world/world.ts';
import { at, plan } from '../plans.ts';
import type { PlanOptions } from '../plans.ts';

export type Deployment = Extract<PlannedController, { kind: 'Deployment' }>;
export type StatefulSet = Extract<PlannedController, { kind: 'StatefulSet' }>;

/** Nobody calls, and pods can die. */
const SILENT: PlanOptions = {
  client: { arrival: { kind: 'steps', points: [{ at: at(0), rate: 0 }] } },
  timeline: [{ kind: 'setReady', at: at(1e6), workload: 0, pod: null, ready: true }],
};

export interface StageOptions extends PlanOptions {
  readonly nodes?: number;
  /** A letter a node, again and again; none: nodes without zones. */
  readonly zones?: string;
  readonly budgets?: readonly PlannedDisruptionBudget[];
}

export class Stage {
  readonly world: World;

  constructor(options: StageOptions = {}) {
    const { nodes = 2, zones = '', budgets = [], ...rest } = options;
    const made = plan({ ...SILENT, clientNodes: nodes - 1, duration: 1000, ...rest });
    const zoned = made.nodes.map((node, i) => ({ ...node, zone: zones[i % zones.length] ?? null }));
    this.world = new World({ ...made, nodes: zoned, disruptionBudgets: budgets }, 1, {});
  }

  get workload(): World['workloads'][number] {
    return this.world.workloads[0]!;
  }

  /** Pods that there are and that do not terminate, as the API server has them. */
  get living(): readonly Pod[] {
    return this.workload.pods.filter((pod) => {
      const { terminating, gone } = this.world.controlPlane.statusOf(pod);
      return !terminating && !gone;
    });
  }

  /** Pods whose objects are there. */
  get objects(): readonly Pod[] {
    return this.workload.podsNamed(null);
  }

  /** Those of the living that are ready for `minReady` ns. */
  available(minReady: number = 0): readonly Pod[] {
    const { controlPlane, queue } = this.world;
    return this.living.filter((pod) => {
      const { ready, readySince } = controlPlane.statusOf(pod);
      return ready && (readySince === 0 || readySince + minReady <= queue.now);
    });
  }

  /** Does something at a moment, in seconds. */
  at(seconds: number, act: () => void): this {
    const { queue } = this.world;
    doAt(queue, at(seconds), act);
    return this;
  }

  /** Up to a moment, in seconds; `look` is called after each event. */
  run(until: number, look: () => void = () => {}): this {
    while (this.world.queue.run(1, at(until)) > 0) look();
    return this;
  }
}
