/** A world that is run by hand, and what its kubelet does to one pod of it. */
import type { PlannedProbe, PlannedProbes, PlannedRevision } from '../../../src/contract/plan.ts';
import type { PodState } from '../../../src/world/cluster/pod-facts.ts';
import type { Pod } from '../../../src/world/cluster/pod.ts';
import { World } from '../../../src/world/world.ts';
import { PROBES } from '../../../src/scenario/defaults.ts';
import { at, bursts, ns, plan, sec, type PlanOptions } from '../plans.ts';

/** A pod from `at` (s) on. */
export interface Phase {
  readonly at: number;
  readonly state: PodState;
  readonly ready: boolean;
}

/** A probe with Kubernetes' defaults. */
export const probe = (facts: Partial<PlannedProbe> = {}): PlannedProbe => ({
  handler: 'httpGet',
  initialDelay: sec(0),
  period: sec(10),
  timeout: sec(1),
  successThreshold: 1,
  failureThreshold: 3,
  terminationGracePeriod: null,
  ...facts,
});

export const probes = (facts: Partial<PlannedProbes>): PlannedProbes => ({ ...PROBES, ...facts });

export const revision = (facts: Partial<PlannedRevision>): PlannedRevision => ({
  startUp: null,
  errorRate: null,
  slowdown: 1,
  ready: true,
  crashesAfter: null,
  ...facts,
});

/** A cluster in which nothing is on its way, and whose clients, if not told otherwise, ask for nothing. */
export const worldOf = (options: PlanOptions, seed: number = 1): World =>
  new World(
    plan({
      lag: ns(0),
      duration: 10_000,
      // Whoever can be ended by hand must know what ends with it: any action will do.
      timeline: [{ kind: 'setReady', at: at(9999), workload: 0, pod: 'backend-none', ready: true }],
      ...options,
      client: { arrival: bursts([]), ...options.client },
    }),
    seed,
    {},
  );

export const seconds = (world: World): number => world.queue.now / 1e9 + 0;

/** Runs up to `until` (s), without it. */
export const runTo = (world: World, until: number): void => {
  world.queue.run(Infinity, at(until));
  world.queue.advanceTo(at(until));
};

/** What becomes of a pod up to `until` (s). */
export function phases(world: World, pod: Pod, until: number): Phase[] {
  const seen: Phase[] = [];
  const note = (): void => {
    const { state, isReady: ready } = pod;
    const last = seen.at(-1);
    if (last?.state === state && last.ready === ready) return;
    const now = seconds(world);
    // What several events of an instant have made of it.
    if (last?.at === now) seen.pop();
    seen.push({ at: now, state, ready });
  };
  note();
  while (world.queue.run(1, at(until)) === 1) note();
  world.queue.advanceTo(at(until));
  return seen;
}

/** A pod that is made now, on a node of its own. */
export function newPod(world: World, made: PlannedRevision | null = null): Pod {
  const ip = world.freshIp();
  return world.addPod(
    world.workloads[0]!,
    { name: `new-${ip}`, ip, node: 0, revision: made },
    null,
  );
}
