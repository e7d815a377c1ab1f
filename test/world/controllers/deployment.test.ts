/** What a Deployment does with its pods, at every instant. Delays are short and exact unless said otherwise. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedWorkload } from '../../../src/contract/plan.ts';
import type { IntOrPercent } from '../../../src/kube/int-or-percent.ts';
import { resolveLimits } from '../../../src/kube/rollout.ts';
import { DEPLOYMENT } from '../../../src/scenario/defaults.ts';
import { constant, exponential, ms, ns, sec } from '../plans.ts';
import { Stage } from './stage.ts';
import type { Deployment } from './stage.ts';

fc.configureGlobal({ seed: 42 });

const deployment = (
  changes: Partial<Deployment> = {},
  rest: Partial<PlannedWorkload> = {},
): Partial<PlannedWorkload> => ({
  controller: { ...(DEPLOYMENT as Deployment), ...changes },
  startUp: constant(sec(2)),
  ...rest,
});
const rolling = (maxSurge: IntOrPercent, maxUnavailable: IntOrPercent) =>
  ({ strategy: { type: 'RollingUpdate', maxSurge, maxUnavailable } }) as const;
const RECREATE = { strategy: { type: 'Recreate' } } as const;
const SECOND = 1e9;

/** A revision that does not come up. */
const BROKEN = {
  startUp: constant(sec(1e5)),
  errorRate: null,
  slowdown: 1,
  ready: true,
  crashesAfter: null,
};

const nothing = (): void => {};
const rollOut = (stage: Stage, done: () => void = nothing) => stage.workload.rollout(null, done);
const revisions = (stage: Stage): string =>
  stage.living.map(({ index }) => (index < 4 ? 'old' : 'new')).join(' ');

describe('a rolling update', () => {
  it('O23: of 4 replicas keeps 3 to 5 pods that do not terminate, 3 of them available', () => {
    const stage = new Stage({ pods: 4, workload: deployment() });
    const living = new Set<number>();
    stage
      .at(1, () => rollOut(stage))
      .run(60, () => {
        living.add(stage.living.length);
        expect(stage.available().length).toBeGreaterThanOrEqual(3);
      });
    expect([...living].sort()).toEqual([3, 4, 5]);
    expect(stage.living.map(({ index }) => index >= 4)).toEqual([true, true, true, true]);
  });

  it('keeps its limits at every event, whatever they are, and replaces every pod', () => {
    const share = fc.oneof(
      fc.record({ count: fc.integer({ min: 0, max: 4 }) }),
      fc.record({ percent: fc.integer({ min: 0, max: 100 }) }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        share,
        share,
        fc.constantFrom(ns(0), sec(3)),
        fc.constantFrom(constant(ns(0)), constant(ms(5)), exponential(ms(10))),
        (pods, maxSurge, maxUnavailable, minReady, controller) => {
          const { surge, unavailable } = resolveLimits(maxSurge, maxUnavailable, pods);
          const stage = new Stage({
            pods,
            workload: deployment(
              { ...rolling(maxSurge, maxUnavailable), minReady },
              { startUp: exponential(sec(2)) },
            ),
            controlPlane: { controller },
          });
          let ended = 0;
          stage
            .at(1, () => rollOut(stage, () => ended++))
            .run(500, () => {
              expect(stage.living.length).toBeLessThanOrEqual(pods + surge);
              expect(stage.available(minReady).length).toBeGreaterThanOrEqual(pods - unavailable);
            });
          expect(ended).toBe(1);
          expect(stage.objects.map(({ index }) => index < pods)).toEqual(Array(pods).fill(false));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('counts pods that terminate for nothing: there may be more than replicas and surge', () => {
    const workload = deployment({}, { preStop: sec(20) });
    const stage = new Stage({ pods: 4, workload });
    let most = 0;
    stage.at(1, () => rollOut(stage)).run(60, () => (most = Math.max(most, stage.objects.length)));
    expect(most).toBe(8);
  });

  it('takes the surge, ends one, and goes on as new pods become ready', () => {
    const stage = new Stage({ pods: 4, workload: deployment(), lag: ms(10) });
    stage.at(1, () => rollOut(stage)).run(1.5);
    // 25 % of 4: one more, and one that may be missing, so two are on their way.
    expect(revisions(stage)).toBe('old old old new new');
  });

  it('waits for minReadySeconds, during which the new pods serve', () => {
    const of = (minReady: number): number => {
      const stage = new Stage({ pods: 4, workload: deployment({ minReady: ns(minReady) }) });
      stage.at(1, () => rollOut(stage)).run(200);
      return stage.world.rollouts.results()[0]!.completedNs!;
    };
    // Two batches, one after the other. What is ready is known a hop later, and what is available with it.
    expect(of(10 * SECOND) - of(0)).toBe(2 * (10 * SECOND - ms(10)));
  });

  it('stops where the new revision is never ready, and says so after its progress deadline', () => {
    const workload = deployment({ progressDeadline: sec(100) });
    const stage = new Stage({ pods: 4, workload });
    let ended = 0;
    stage.at(1, () => stage.workload.rollout(BROKEN, () => (ended = stage.world.queue.now)));
    stage.run(600);
    expect(revisions(stage)).toBe('old old old new new');
    expect(stage.available()).toHaveLength(3);
    const [record] = stage.world.rollouts.results();
    expect(record).toMatchObject({ completedNs: null, deadlineExceeded: true });
    // The last progress: the second new pod.
    expect(ended).toBeGreaterThanOrEqual(101 * SECOND);
    expect(ended).toBeLessThan(102 * SECOND);
  });

  it('ends pods of a revision that is never ready first when the next one comes', () => {
    const stage = new Stage({ pods: 4, workload: deployment() });
    stage.at(1, () => stage.workload.rollout(BROKEN, nothing)).at(20, () => rollOut(stage));
    stage.run(100, () => expect(stage.available().length).toBeGreaterThanOrEqual(3));
    expect(stage.living).toHaveLength(4);
    expect(stage.available()).toHaveLength(4);
    expect(stage.living.every(({ revision }) => revision === null)).toBe(true);
    const [broken, next] = stage.world.rollouts.results();
    expect(broken).toMatchObject({ completedNs: null, deadlineExceeded: false });
    expect(next!.completedNs).not.toBeNull();
  });

  it('is complete when the last old pod is gone', () => {
    const workload = deployment({}, { preStop: sec(25) });
    const stage = new Stage({ pods: 4, workload });
    const ends: number[] = [];
    stage.at(1, () => rollOut(stage, () => ends.push(stage.world.queue.now)));
    let lastOld = 0;
    stage.run(100, () => {
      if (stage.objects.some(({ index }) => index < 4)) lastOld = stage.world.queue.now;
    });
    expect(ends).toEqual([stage.world.rollouts.results()[0]!.completedNs]);
    expect(ends[0]! - lastOld).toBeLessThan(SECOND);
    expect(ends[0]).toBeGreaterThan(26 * SECOND);
  });

  it('does nothing where the Deployment is paused, which scales all the same', () => {
    const stage = new Stage({ pods: 4, workload: deployment({ paused: true }) });
    stage.at(1, () => rollOut(stage)).at(10, () => stage.workload.scale(6));
    stage.run(2000);
    expect(stage.living.map(({ revision, index }) => `${index}${revision}`)).toHaveLength(6);
    expect(stage.available()).toHaveLength(6);
    expect(stage.living.slice(0, 4).every(({ index }) => index < 4)).toBe(true);
    expect(stage.world.rollouts.results()[0]).toMatchObject({
      completedNs: null,
      deadlineExceeded: false,
    });
  });

  it('shares a scaling in its middle out over old and new pods', () => {
    const stage = new Stage({
      pods: 10,
      workload: deployment(rolling({ count: 3 }, { count: 2 })),
    });
    stage
      .at(1, () => stage.workload.rollout(BROKEN, nothing))
      .at(60, () => {
        expect(stage.living.filter(({ revision }) => revision === null)).toHaveLength(8);
        expect(stage.living).toHaveLength(13);
        stage.workload.scale(15);
      });
    stage.run(61);
    // "Proportional scaling" of the Kubernetes documentation: 8 and 5 of 10 become 11 and 7 of 15.
    expect(stage.living.filter(({ revision }) => revision === null)).toHaveLength(11);
    expect(stage.living).toHaveLength(18);
  });
});

describe('Recreate', () => {
  it('ends all old pods, waits until they are gone, and then makes the new ones', () => {
    const workload = deployment(RECREATE, { preStop: sec(7) });
    const stage = new Stage({ pods: 4, workload });
    stage
      .at(1, () => rollOut(stage))
      .run(100, () => {
        const old = stage.objects.filter(({ index }) => index < 4).length;
        expect(old === 0 || stage.objects.length === old).toBe(true);
      });
    expect(stage.living.map(({ index }) => index)).toEqual([4, 5, 6, 7]);
    expect(stage.world.rollouts.results()[0]!.completedNs).toBeGreaterThan(10 * SECOND);
  });
});

describe('a ReplicaSet', () => {
  it('replaces a pod that is deleted while that still terminates', () => {
    const stage = new Stage({ pods: 4, workload: deployment({}, { preStop: sec(20) }) });
    stage.at(1, () => stage.workload.delete('backend-1')).run(10);
    expect(stage.objects).toHaveLength(5);
    expect(stage.available().map(({ name }) => name)).toEqual([
      'backend-0',
      'backend-2',
      'backend-3',
      'backend-4',
    ]);
  });

  it('acts once, on how things stand when it does', () => {
    const stage = new Stage({
      pods: 4,
      workload: deployment(),
      controlPlane: { controller: constant(ms(50)) },
    });
    stage.at(1, () => stage.workload.scale(9)).at(1.02, () => stage.workload.scale(3));
    stage.run(1.049);
    expect(stage.living).toHaveLength(4);
    stage.run(60);
    expect(stage.world.pods).toHaveLength(4);
    expect(stage.living.map(({ name }) => name)).toEqual(['backend-0', 'backend-1', 'backend-2']);
  });

  it('ends what is not ready before what is, and of a crowded node before others', () => {
    const stage = new Stage({ pods: 2, nodes: 3, workload: deployment() });
    // Two on the first node; new ones go to the others.
    stage
      .at(1, () => stage.workload.scale(4))
      .at(10, () => stage.workload.setReady('backend-2', false));
    stage.at(11, () => stage.workload.scale(3)).run(12);
    expect(stage.living.map(({ name }) => name)).toEqual(['backend-0', 'backend-1', 'backend-3']);
    stage.at(13, () => stage.workload.scale(2)).run(14);
    expect(stage.living.map(({ name }) => name)).toEqual(['backend-0', 'backend-3']);
  });

  it('makes 500 pods at a time', () => {
    const controlPlane = { controller: constant(ms(50)) };
    const stage = new Stage({ pods: 0, nodes: 20, workload: deployment(), controlPlane });
    stage.at(1, () => stage.workload.scale(1100));
    stage.run(1.06);
    expect(stage.world.pods).toHaveLength(500);
    stage.run(1.11);
    expect(stage.world.pods).toHaveLength(1000);
    stage.run(60);
    expect(stage.available()).toHaveLength(1100);
  });
});
