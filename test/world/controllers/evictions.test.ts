/** kubectl drain, and the budgets that it asks. */
import { describe, expect, it } from 'vitest';
import type { PlannedDisruptionBudget, PlannedWorkload } from '../../../src/contract/plan.ts';
import { constant, ms, sec } from '../plans.ts';
import { Stage } from './stage.ts';

const SECOND = 1e9;
const nothing = (): void => undefined;
const workload: Partial<PlannedWorkload> = { startUp: constant(sec(1)), preStop: sec(2) };

const budget = (limit: PlannedDisruptionBudget['limit']): PlannedDisruptionBudget => ({
  name: 'budget',
  namespace: 'default',
  workloads: [0],
  limit,
});

/** All four pods of the start are on the first of three nodes. */
function drained(
  budgets: readonly PlannedDisruptionBudget[],
  facts: Partial<PlannedWorkload> = {},
): { stage: Stage; done: () => number } {
  const stage = new Stage({ pods: 4, nodes: 3, workload: { ...workload, ...facts }, budgets });
  let ended = -1;
  stage.at(10, () => stage.world.evictions.drain(0, () => (ended = stage.world.queue.now)));
  return { stage, done: () => ended };
}

describe('a drain', () => {
  it('evicts all pods at once where no budget forbids it, and is done when they are gone', () => {
    const { stage, done } = drained([]);
    stage.run(10.5);
    expect(stage.living.every(({ node }) => node !== 0)).toBe(true);
    expect(stage.objects).toHaveLength(8);
    stage.run(60);
    expect(done()).toBeGreaterThan(12 * SECOND);
    expect(done()).toBeLessThan(12.1 * SECOND);
    expect(stage.available().map(({ node }) => node)).toEqual([1, 2, 1, 2]);
  });

  it('waits for the budget, and asks again every 5 seconds', () => {
    const { stage, done } = drained([budget({ minAvailable: { count: 3 } })]);
    stage.run(60, () => expect(stage.available().length).toBeGreaterThanOrEqual(3));
    // One at 10, 15, 20 and 25 s, as each replacement is ready after about a second.
    expect(done()).toBeGreaterThan(27 * SECOND);
    expect(done()).toBeLessThan(27.1 * SECOND);
  });

  it('takes shares rounded up: of 4 pods, 30 % are 2 that may be missing', () => {
    const { stage, done } = drained([budget({ maxUnavailable: { percent: 30 } })]);
    stage.run(60, () => expect(stage.available().length).toBeGreaterThanOrEqual(2));
    expect(done()).toBeGreaterThan(17 * SECOND);
    expect(done()).toBeLessThan(17.1 * SECOND);
  });

  it('never ends where a budget lets nobody go, or where a pod is under two of them', () => {
    for (const budgets of [
      [budget({ maxUnavailable: { count: 0 } })],
      [budget({ minAvailable: { count: 1 } }), budget({ minAvailable: { count: 1 } })],
    ]) {
      const { stage, done } = drained(budgets);
      stage.run(100);
      expect(done()).toBe(-1);
      expect(stage.available().every(({ node }) => node === 0)).toBe(true);
    }
  });

  it('evicts what is not ready while enough others are', () => {
    const { stage } = drained([budget({ minAvailable: { count: 3 } })]);
    stage.at(5, () => stage.workload.setReady('backend-2', false)).run(10.5);
    expect(stage.living.map(({ name }) => name)).not.toContain('backend-2');
    expect(stage.available()).toHaveLength(3);
  });

  it('evicts what does not run yet, whatever the budget', () => {
    const budgets = [budget({ maxUnavailable: { count: 0 } })];
    const stage = new Stage({ pods: 1, nodes: 2, lag: ms(20), workload, budgets });
    stage
      .at(10, () => stage.workload.scale(2))
      .at(10.005, () => stage.world.evictions.drain(1, nothing))
      .run(10.01);
    expect(stage.living.map(({ node }) => node)).toEqual([0, 0]);
  });

  it('is given up by who uncordons the node', () => {
    const { stage, done } = drained([budget({ minAvailable: { count: 3 } })]);
    stage.at(16, () => stage.world.scheduler.uncordon(0)).run(100);
    expect(done()).toBe(-1);
    expect(stage.available().filter(({ node }) => node === 0)).toHaveLength(2);
  });

  it('deletes bare pods, which nobody replaces', () => {
    const { stage, done } = drained([], { controller: { kind: 'None' } });
    stage.run(60);
    expect(stage.objects).toHaveLength(0);
    expect(done()).toBeGreaterThan(12 * SECOND);
  });

  it('of an empty node is done at once, and keeps new pods away', () => {
    const { stage } = drained([]);
    let ended = -1;
    stage.at(1, () => stage.world.evictions.drain(2, () => (ended = stage.world.queue.now)));
    stage.run(60);
    expect(ended).toBe(SECOND);
    expect(stage.available().every(({ node }) => node === 1)).toBe(true);
  });
});

describe('an eviction by a taint', () => {
  it('asks no budget', () => {
    const { stage } = drained([budget({ maxUnavailable: { count: 0 } })]);
    stage.at(1, () => stage.world.evictions.evict(stage.living[0]!)).run(9);
    expect(stage.living.map(({ name }) => name)).not.toContain('backend-0');
  });
});
