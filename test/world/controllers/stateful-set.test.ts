/** What a StatefulSet does with its pods, and in which order. */
import { describe, expect, it } from 'vitest';
import type { PlannedWorkload } from '../../../src/contract/plan.ts';
import { STATEFUL_SET } from '../../../src/scenario/defaults.ts';
import { constant, sec } from '../plans.ts';
import { Stage } from './stage.ts';
import type { StatefulSet } from './stage.ts';

const statefulSet = (
  changes: Partial<StatefulSet> = {},
  rest: Partial<PlannedWorkload> = {},
): Partial<PlannedWorkload> => ({
  controller: { ...(STATEFUL_SET as StatefulSet), ...changes },
  podNamePrefix: 'db-',
  startUp: constant(sec(2)),
  preStop: sec(3),
  ...rest,
});
const PARALLEL = { podManagementPolicy: 'Parallel' } as const;
const partitioned = (partition: number) =>
  ({ updateStrategy: { type: 'RollingUpdate', partition } }) as const;

const nothing = (): void => {};
const rollOut = (stage: Stage, done: () => void = nothing) => stage.workload.rollout(null, done);
const names = (pods: readonly { readonly name: string }[]): string[] =>
  pods.map(({ name }) => name);

/** The names of pods in the order in which they came, and in which they got a deletion timestamp. */
class Diary {
  readonly made: string[] = [];
  readonly ended: string[] = [];
  private living: readonly string[];
  private readonly stage: Stage;

  constructor(stage: Stage) {
    this.stage = stage;
    this.living = names(stage.living);
  }

  look(): void {
    const now = names(this.stage.living);
    this.made.push(...now.filter((name) => !this.living.includes(name)));
    this.ended.push(...this.living.filter((name) => !now.includes(name)));
    this.living = now;
  }
}

describe('a StatefulSet in the order OrderedReady', () => {
  it('makes pods from 0 up, each when the one before is ready', () => {
    const stage = new Stage({ pods: 0, workload: statefulSet() });
    stage
      .at(1, () => stage.workload.scale(3))
      .run(60, () => {
        expect(stage.living.length).toBeLessThanOrEqual(stage.available().length + 1);
      });
    expect(names(stage.living)).toEqual(['db-0', 'db-1', 'db-2']);
  });

  it('waits for minReadySeconds between them', () => {
    const stage = new Stage({ pods: 0, workload: statefulSet({ minReady: sec(10) }) });
    stage.at(1, () => stage.workload.scale(3)).run(1 + 2 + 10 + 2 + 9);
    expect(names(stage.living)).toEqual(['db-0', 'db-1']);
    stage.run(60);
    expect(names(stage.available())).toEqual(['db-0', 'db-1', 'db-2']);
  });

  it('ends them from the highest down, each when the one above is gone', () => {
    const stage = new Stage({ pods: 4, workload: statefulSet() });
    const diary = new Diary(stage);
    stage
      .at(1, () => stage.workload.scale(1))
      .run(60, () => {
        diary.look();
        expect(stage.objects.length - stage.living.length).toBeLessThanOrEqual(1);
      });
    expect(diary.ended).toEqual(['backend-3', 'backend-2', 'backend-1']);
  });

  it('gives an ordinal again when its last pod is gone, and result files another name', () => {
    const stage = new Stage({ pods: 3, workload: statefulSet() });
    stage.at(1, () => stage.workload.delete('backend-1')).run(3.9);
    expect(names(stage.objects)).toEqual(['backend-0', 'backend-1', 'backend-2']);
    stage.run(20);
    expect(names(stage.available())).toEqual(['backend-0', 'backend-2', 'backend-1~2']);
    // By the name that users know.
    stage.at(20, () => stage.workload.delete('backend-1')).run(40);
    expect(names(stage.available())).toEqual(['backend-0', 'backend-2', 'backend-1~3']);
  });

  it('is rolled out from the highest ordinal, one by one', () => {
    const stage = new Stage({ pods: 3, workload: statefulSet() });
    const diary = new Diary(stage);
    let ended = 0;
    stage
      .at(1, () => rollOut(stage, () => ended++))
      .run(100, () => {
        diary.look();
        expect(stage.available().length).toBeGreaterThanOrEqual(2);
        expect(stage.objects.length).toBeLessThanOrEqual(3);
      });
    expect(diary.ended).toEqual(['backend-2', 'backend-1', 'backend-0']);
    expect(diary.made).toEqual(['backend-2~2', 'backend-1~2', 'backend-0~2']);
    expect(ended).toBe(1);
    expect(stage.world.rollouts.results()[0]!.completedNs).toBeGreaterThan(1e9 + 3 * (3e9 + 2e9));
  });

  it('leaves pods below the partition as they are, and makes them anew as they were', () => {
    const stage = new Stage({ pods: 3, workload: statefulSet(partitioned(2)) });
    const slow = { startUp: null, errorRate: null, slowdown: 2, ready: true, crashesAfter: null };
    stage
      .at(1, () => stage.workload.rollout(slow, nothing))
      .at(20, () => stage.workload.delete('backend-0'))
      .run(60);
    const made = stage.available().map(({ name, revision }) => [name, revision?.slowdown ?? 1]);
    expect(made).toEqual([
      ['backend-1', 1],
      ['backend-2~2', 2],
      ['backend-0~2', 1],
    ]);
    expect(stage.world.rollouts.results()[0]!.completedNs).not.toBeNull();
  });

  it('waits with OnDelete until somebody deletes a pod', () => {
    const workload = statefulSet({ updateStrategy: { type: 'OnDelete' } });
    const stage = new Stage({ pods: 2, workload });
    stage.at(1, () => rollOut(stage)).run(30);
    expect(names(stage.living)).toEqual(['backend-0', 'backend-1']);
    stage.at(30, () => stage.workload.delete('backend-0')).run(60);
    expect(names(stage.available())).toEqual(['backend-1', 'backend-0~2']);
    expect(stage.world.rollouts.results()[0]!.completedNs).toBeNull();
    stage.at(60, () => stage.workload.delete('backend-1')).run(90);
    expect(stage.world.rollouts.results()[0]!.completedNs).not.toBeNull();
  });
});

describe('a StatefulSet in the order Parallel', () => {
  it('makes and ends pods all at once, and is rolled out one by one all the same', () => {
    const stage = new Stage({ pods: 2, workload: statefulSet(PARALLEL) });
    stage.at(1, () => stage.workload.scale(5)).run(1.5);
    expect(stage.living).toHaveLength(5);
    stage.at(10, () => stage.workload.scale(2)).run(10.5);
    expect(names(stage.living)).toEqual(['backend-0', 'backend-1']);
    stage
      .at(20, () => rollOut(stage))
      .run(60, () => expect(stage.available().length).toBeGreaterThanOrEqual(1));
    expect(names(stage.available())).toEqual(['backend-1~2', 'backend-0~2']);
  });
});
