/** Where pods go that are made during a run. */
import { describe, expect, it } from 'vitest';
import type { PlannedSpread, PlannedWorkload } from '../../../src/contract/plan.ts';
import { MAX_PODS } from '../../../src/world/controllers/scheduler.ts';
import { constant, ms } from '../plans.ts';
import { Stage } from './stage.ts';

const HARD = { maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' } as const;
const workload = (facts: Partial<PlannedWorkload> = {}): Partial<PlannedWorkload> => ({
  startUp: constant(ms(100)),
  ...facts,
});
const spread = (...constraints: PlannedSpread[]) => workload({ spread: constraints });

/** How many pods of the workload are on each node. */
function onNodes(stage: Stage): number[] {
  const counts = stage.world.plan.nodes.map(() => 0);
  for (const { node } of stage.living) counts[node]!++;
  return counts;
}

const scaleTo = (stage: Stage, replicas: number): Stage => {
  const now = stage.world.queue.now / 1e9;
  return stage.at(now, () => stage.workload.scale(replicas)).run(now + 10);
};

describe('the node of a new pod', () => {
  it('is the emptiest, the first of equals', () => {
    // Two pods of the start are on the first node.
    const stage = new Stage({ pods: 2, nodes: 4, workload: workload() });
    expect(onNodes(scaleTo(stage, 5))).toEqual([2, 1, 1, 1]);
    expect(onNodes(scaleTo(stage, 9))).toEqual([3, 2, 2, 2]);
  });

  it('is in the zone with the fewest of its workload, though another node be emptier', () => {
    const stage = new Stage({ pods: 0, nodes: 5, zones: 'aaabb', workload: workload() });
    expect(onNodes(scaleTo(stage, 6))).toEqual([1, 1, 1, 2, 1]);
  });

  it('takes no more pods than a kubelet does; others wait until there is room', () => {
    const stage = new Stage({ pods: 0, nodes: 2, workload: workload() });
    scaleTo(stage, 2 * MAX_PODS + 3);
    expect(onNodes(stage)).toEqual([110, 110]);
    expect(stage.world.scheduler.pending).toBe(3);
    stage.at(20, () => stage.workload.delete('backend-7')).run(30);
    expect(onNodes(stage)).toEqual([110, 110]);
    // The one that is gone has a replacement that waits as well.
    expect(stage.world.scheduler.pending).toBe(3);
    scaleTo(stage, 2 * MAX_PODS);
    expect(stage.world.scheduler.pending).toBe(0);
  });

  it('has the CPU that is requested, of 4 cores here', () => {
    const stage = new Stage({ pods: 0, nodes: 2, workload: workload({ cpuRequest: 1.3 }) });
    scaleTo(stage, 9);
    expect(onNodes(stage)).toEqual([3, 3]);
    expect(stage.world.scheduler.pending).toBe(3);
  });

  it('is not cordoned, and is ready', () => {
    const stage = new Stage({ pods: 0, nodes: 3, workload: workload() });
    stage.world.scheduler.cordon(0);
    stage.world.scheduler.setReady(1, false);
    expect(onNodes(scaleTo(stage, 2))).toEqual([0, 0, 2]);
    stage.world.scheduler.cordon(2);
    scaleTo(stage, 4);
    expect(stage.world.scheduler.pending).toBe(2);
    stage.world.scheduler.uncordon(0);
    stage.run(30);
    expect(onNodes(stage)).toEqual([2, 0, 2]);
    stage.world.scheduler.cordon(0);
    scaleTo(stage, 5);
    stage.world.scheduler.setReady(1, true);
    stage.run(50);
    expect(onNodes(stage)).toEqual([2, 1, 2]);
  });

  it('keeps the skew over zones that must hold, even where a zone takes no pods', () => {
    const facts = spread({ topology: 'zone', ...HARD });
    const stage = new Stage({ pods: 0, nodes: 4, zones: 'aabb', workload: facts });
    stage.world.scheduler.cordon(2);
    stage.world.scheduler.cordon(3);
    // A second pod in zone a would be one too many above none in zone b.
    expect(onNodes(scaleTo(stage, 3))).toEqual([1, 0, 0, 0]);
    stage.world.scheduler.uncordon(3);
    stage.run(30);
    expect(onNodes(stage)).toEqual([1, 1, 0, 1]);
  });

  it('keeps the skew over nodes that must hold', () => {
    const facts = spread({ topology: 'hostname', ...HARD, maxSkew: 2 });
    const stage = new Stage({ pods: 0, nodes: 2, workload: facts });
    stage.world.scheduler.cordon(1);
    expect(onNodes(scaleTo(stage, 4))).toEqual([2, 0]);
  });

  it('is of no zone only where none must be kept', () => {
    const hard = spread({ topology: 'zone', ...HARD });
    const soft = spread({ topology: 'zone', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' });
    const of = (facts: Partial<PlannedWorkload>): number[] =>
      onNodes(scaleTo(new Stage({ pods: 0, nodes: 2, workload: facts }), 2));
    expect(of(hard)).toEqual([0, 0]);
    expect(of(soft)).toEqual([1, 1]);
  });

  it('is chosen after the delay of the scheduler', () => {
    const controlPlane = { scheduler: constant(ms(250)) };
    const stage = new Stage({ pods: 0, workload: workload(), controlPlane });
    stage.at(1, () => stage.workload.scale(2)).run(1.249);
    expect(stage.living).toHaveLength(0);
    stage.run(1.251);
    expect(stage.living).toHaveLength(2);
  });

  it('is never chosen for a pod that was deleted before', () => {
    const stage = new Stage({ pods: 0, nodes: 2, workload: workload({ cpuRequest: 4 }) });
    scaleTo(stage, 5);
    expect(stage.world.scheduler.pending).toBe(3);
    // Those without a node go first.
    scaleTo(stage, 2);
    expect(onNodes(stage)).toEqual([1, 1]);
    expect(stage.world.scheduler.pending).toBe(0);
  });
});
