/** Runs of a sweep are done once each, and are the runs that a study would do. */
import { describe, expect, it } from 'vitest';
import { variantFigures } from '../../../src/study/figures/run-figures.ts';
import { runStudy } from '../../../src/study/study.ts';
import { concludeSweep, judgePoint } from '../../../src/study/sweep/conclusion.ts';
import { Evaluator } from '../../../src/study/sweep/evaluator.ts';
import { DoneRuns, runsOf } from '../../../src/study/sweep/runs.ts';
import type { RecordedRun } from '../../../src/study/sweep/runs.ts';
import { threshold } from '../small-plan.ts';
import { smallSweep } from './small-sweep.ts';

const fast = threshold('latency.p99 < 68ms', {
  metric: 'latency.p99',
  operator: '<',
  value: 68e6,
});

describe('an evaluator', () => {
  it('finds at each point what a study of its plan finds', async () => {
    const sweep = smallSweep({ load: [100, 180], replicas: [2, 3] });
    const evaluator = new Evaluator(sweep, new DoneRuns(sweep), { onRun: () => {} });
    const figures = await evaluator.evaluate([0, 1, 2, 3]);
    const study = await runStudy(sweep.points.map(({ plan }) => plan));
    expect(figures).toEqual(study.variants.map(variantFigures));
  });

  it('does no run twice, and goes on with more replications from where it was', async () => {
    const sweep = smallSweep({ replicas: [2, 3] });
    const recorded: RecordedRun[] = [];
    const evaluator = new Evaluator(sweep, new DoneRuns(sweep), {
      onRun: (run) => recorded.push(run),
    });
    await evaluator.evaluate([1], 2);
    await evaluator.evaluate([0, 1], 2);
    const [five] = await evaluator.evaluate([1], 5);
    expect(recorded.map(({ point, figures }) => [point, figures.replication])).toEqual([
      [1, 0],
      [1, 1],
      [0, 0],
      [0, 1],
      [1, 2],
      [1, 3],
      [1, 4],
    ]);
    // From what was recorded alone, as after an interruption, nothing is left to do.
    const again = new Evaluator(sweep, new DoneRuns(sweep, recorded), {
      onRun: () => expect.unreachable('a run was repeated'),
    });
    expect(await again.evaluate([1], 5)).toEqual([five]);
    expect((await again.evaluate([1], 2))[0]!.runs).toEqual(five!.runs.slice(0, 2));
  });

  it('does more points than are handed out at a time, and counts them all', async () => {
    const loads = Array.from({ length: 260 }, (_, index) => 10 + index);
    const sweep = smallSweep({ load: loads }, { replications: 1, seconds: 0.01 });
    // The last one is long enough to be told of.
    const last = smallSweep({ load: [20_000] }, { replications: 1, seconds: 60 }).points[0]!;
    const whole = { ...sweep, points: [...sweep.points, last] };
    const done = new DoneRuns(whole);
    const shares: number[] = [];
    const stop = new AbortController();
    const evaluator = new Evaluator(whole, done, {
      onRun: () => {},
      onProgress: ({ finished, jobs, share }) => {
        if (finished !== 260) return;
        expect(jobs).toBe(261);
        shares.push(share);
        // Enough has been seen.
        stop.abort();
      },
      signal: stop.signal,
    });
    await evaluator.run(runsOf(whole, whole.points.keys()));
    expect(done.sorted()).toHaveLength(260);
    expect(shares[0]).toBeGreaterThanOrEqual(260 / 261);
    expect(shares[0]).toBeLessThan(1);
  });

  it('leaves off where it is told to, and says so', async () => {
    const sweep = smallSweep({ replicas: [2, 3, 4] });
    const stop = new AbortController();
    const done = new DoneRuns(sweep);
    const evaluator = new Evaluator(sweep, done, {
      signal: stop.signal,
      onRun: () => stop.abort(),
    });
    await evaluator.evaluate([0, 1, 2]);
    expect(evaluator.interrupted).toBe(true);
    expect(done.sorted()).toHaveLength(1);
  });
});

describe('the conclusion of a sweep', () => {
  it('finds the smallest number of pods for each load', async () => {
    // M/M/1 per pod: p99 = ln(100) / (100 - load / replicas) s, which is 77, 58 ms and 92, 61 ms.
    const sweep = smallSweep(
      { load: [40, 100], replicas: [1, 2, 4, 8] },
      {
        thresholds: [fast],
        replications: 1,
        seconds: 200,
        goal: { direction: 'min', parameter: 1 },
      },
    );
    const evaluator = new Evaluator(sweep, new DoneRuns(sweep), { onRun: () => {} });
    const all = sweep.points.map((_, index) => index);
    const figures = await evaluator.evaluate(all);
    const judged = all.map((index) => judgePoint(sweep, index, figures[index]!));
    const { rows } = concludeSweep(sweep, judged).frontier!;
    expect(rows.map(({ others, best }) => [others[0]!.text, best?.point.name])).toEqual([
      ['40', 'load=40, replicas=2'],
      ['100', 'load=100, replicas=4'],
    ]);
  });
});
