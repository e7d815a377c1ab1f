/**
 * The capacity studies that come with the simulator: the search finds what the whole grid says, with at most half of its
 * requests. The grid is simulated once, and the search is given the runs that it asks for.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../../src/scenario/load.ts';
import { cel } from '../../../src/scenario/sweep/constraints.ts';
import { judgePoint } from '../../../src/study/sweep/conclusion.ts';
import { Evaluator } from '../../../src/study/sweep/evaluator.ts';
import { frontierOf } from '../../../src/study/sweep/frontier.ts';
import type { FrontierRow } from '../../../src/study/sweep/frontier.ts';
import type { JudgedPoint } from '../../../src/study/sweep/conclusion.ts';
import { searchGoal } from '../../../src/study/sweep/goal.ts';
import { DoneRuns, runsOf } from '../../../src/study/sweep/runs.ts';

const folder = new URL('../../../scenarios/', import.meta.url).pathname;

describe('the search for the goal of a shipped study', () => {
  it.each(['capacity-replicas', 'capacity-rate'])(
    'finds what the grid of %s says, with at most half of its requests',
    async (name) => {
      const reader = {
        read: (path: string) => readFileSync(join(folder, path), 'utf8'),
        resolve: (_from: string, relative: string) => relative,
      };
      const loaded = loadScenario(`${name}.yaml`, reader, { sweep: { constraints: cel } });
      if (!loaded.ok) throw new Error(`${name} does not load`);
      const sweep = loaded.scenario.sweep!;
      const goal = sweep.goal!;
      const grid = new DoneRuns(sweep);
      await new Evaluator(sweep, grid, { onRun: () => {} }).run(runsOf(sweep, sweep.points.keys()));
      const all = sweep.points.map((_, index) => judgePoint(sweep, index, grid.figures(index)));

      const done = new DoneRuns(sweep);
      const found = await searchGoal(sweep, goal, {
        done,
        run: (runs) => {
          for (const { point, replication } of runs) {
            done.add({ point, figures: grid.get(point, replication)! });
          }
          return Promise.resolve(true);
        },
      });
      const answers = (points: readonly JudgedPoint[]): unknown =>
        frontierOf(points, goal).map(({ others, best }: FrontierRow<JudgedPoint>) => [
          others.map(({ text }) => text),
          best?.point.name ?? null,
        ]);
      expect(answers(found!.points)).toEqual(answers(all));
      expect(found!.exhausted).toEqual([]);

      const requests = (runs: DoneRuns): number =>
        runs.sorted().reduce((sum, { figures }) => sum + figures.values['requests']!, 0);
      const share = requests(done) / requests(grid);
      expect(share).toBeLessThanOrEqual(0.5);
      // As it is said.
      expect(found!.cost.requestsShare).toBeCloseTo(share, 2);
    },
    300_000,
  );
});
