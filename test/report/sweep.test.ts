/** What is said of a sweep, and the files that are made of it. */
import { describe, expect, it } from 'vitest';
import {
  frontierCsv,
  sweepCsv,
  sweepJsonChunks,
  sweepRunsCsv,
} from '../../src/report/files/sweep-files.ts';
import { SWEEP_EXPORTS } from '../../src/report/exports/formats.ts';
import type { SweepExport } from '../../src/report/exports/formats.ts';
import { SWEEP_REPORTERS } from '../../src/report/exports/sweep-reporters.ts';
import { sweepMarkdown } from '../../src/report/markdown/sweep.ts';
import { sweepSentences } from '../../src/report/text/sweep/answer.ts';
import { PLAIN } from '../../src/report/text/style.ts';
import { sweepText } from '../../src/report/text/sweep/summary.ts';
import type { Sweep } from '../../src/contract/sweep.ts';
import { concludeSweep, judgePoint } from '../../src/study/sweep/conclusion.ts';
import type { SweepConclusion } from '../../src/study/sweep/conclusion.ts';
import { DoneRuns } from '../../src/study/sweep/runs.ts';
import { threshold } from '../study/small-plan.ts';
import { smallSweep } from '../study/sweep/small-sweep.ts';
import type { SmallSweep } from '../study/sweep/small-sweep.ts';

const FOOTER = {
  folder: 'results/small/sweep/',
  files: ['sweep.csv', 'sweep-runs.csv', 'frontier.csv', 'sweep.json', 'runs.jsonl'],
  fingerprint: '53de64a77c1e93b0',
  reproduce: 'svcsim sweep small.yaml --seed 42',
};

/** Three replications of each point, `spread` ms apart, whose p99 is 900 ms over the pods, times the load over 100. */
function concluded(sweep: Sweep, spread: (pods: number) => number = () => 2): SweepConclusion {
  const done = new DoneRuns(sweep);
  for (const [point, { values }] of sweep.points.entries()) {
    const pods = values[0]!.number!;
    const load = values.length > 1 ? values[1]!.number! : 100;
    for (const replication of [0, 1, 2]) {
      const p99 = (900 / pods) * (load / 100) + (replication - 1) * spread(pods);
      done.add({
        point,
        figures: {
          replication,
          seed: 100 + replication,
          fingerprint: { trajectory: 't', result: `r${p99}` },
          opened: ['all'],
          values: { 'latency.p99': p99 * 1e6, 'errors.ratio': 0.001, requests: 1000 },
          batchMeans: null,
        },
      });
    }
  }
  const points = sweep.points.map((_, index) => judgePoint(sweep, index, done.figures(index, 3)));
  return concludeSweep(sweep, points);
}

const limit = threshold('latency.p99 < 120ms', {
  metric: 'latency.p99',
  operator: '<',
  value: 120e6,
});
const oneGoal: SmallSweep = { thresholds: [limit], goal: { direction: 'min', parameter: 0 } };

const one = concluded(smallSweep({ replicas: [6, 7, 8, 9, 10, 11, 12] }, oneGoal));
const two = concluded(smallSweep({ replicas: [4, 6, 8], load: [50, 100, 150] }, oneGoal));

const text = (conclusion: SweepConclusion): string =>
  sweepText({ conclusion, footer: FOOTER }, PLAIN);

describe('the summary of a sweep', () => {
  it('of one parameter looks like this', () => {
    expect(text(one)).toMatchSnapshot();
  });

  it('of two parameters looks like this', () => {
    expect(text(two)).toMatchSnapshot();
  });

  it('of two parameters has a table a metric, with what came of its own limit', () => {
    const errors = threshold('errors.ratio < 1%', {
      metric: 'errors.ratio',
      operator: '<',
      value: 0.01,
    });
    const sweep = smallSweep(
      { replicas: [4, 8], load: [50, 100] },
      { ...oneGoal, thresholds: [limit, errors] },
    );
    const lines = text(concluded(sweep)).split('\n');
    const at = lines.indexOf('errors.ratio < 1%');
    // p99 is missed with 4 replicas at 100; errors are met everywhere.
    expect(lines.slice(0, at).some((line) => line.includes('225ms ✗'))).toBe(true);
    expect(lines.slice(at + 2, at + 4).map((line) => line.match(/0\.1% ./g))).toEqual([
      ['0.1% ✓', '0.1% ✓'],
      ['0.1% ✓', '0.1% ✓'],
    ]);
  });

  it('of many points has a row each, as far as they go', () => {
    const pods = Array.from({ length: 60 }, (_, index) => index + 1);
    const lines = text(concluded(smallSweep({ replicas: pods }, oneGoal))).split('\n');
    expect(lines).toContain('… 20 more in sweep.csv');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
  });

  it('without a goal counts the points', () => {
    const sweep = smallSweep({ replicas: [6, 8, 10] }, { thresholds: [limit] });
    expect(sweepSentences(concluded(sweep))).toEqual([
      '2 of 3 points meet every threshold: replicas=8; replicas=10.',
    ]);
  });

  it('without thresholds says where callers wait least', () => {
    expect(sweepSentences(concluded(smallSweep({ replicas: [6, 8, 10] })))).toEqual([
      'No thresholds set; p99 is lowest at replicas=10: latency.p99 90ms [85ms, 95ms].',
    ]);
  });

  it('says that no value is enough', () => {
    const conclusion = concluded(smallSweep({ replicas: [5, 6, 7] }, oneGoal));
    expect(sweepSentences(conclusion)).toEqual([
      'No replicas from 5 to 7 meets every threshold.',
      '7 misses latency.p99 < 120ms (129ms, over by 7.1%).',
    ]);
  });

  it('says where chance has a say: before the answer, and beyond it', () => {
    const wide = (pods: number): number => (pods === 7 || pods === 9 ? 20 : 2);
    const conclusion = concluded(smallSweep({ replicas: [6, 7, 8, 9, 10] }, oneGoal), wide);
    const [answer, near, beyond, undecided] = sweepSentences(conclusion);
    expect(answer).toMatch(/^Smallest replicas that meets every threshold: 8 \(latency\.p99 113ms/);
    expect(near).toBe('7 is undecided on latency.p99 < 120ms (129ms).');
    expect(beyond).toContain('Beyond it not all meet them: replicas=9.');
    expect(undecided).toMatch(/^Undecided .*: replicas=7; try --replications \d+\.$/);
  });

  it('as Markdown looks like this', () => {
    expect(sweepMarkdown(two)).toMatchSnapshot();
  });
});

describe('the files of a sweep', () => {
  it('have a row a point, with means and half widths of what has a value', () => {
    expect(sweepCsv(one)).toMatchSnapshot();
  });

  it('have a row a run', () => {
    expect(sweepRunsCsv(one).split('\n').slice(0, 4)).toEqual([
      'replicas,replication,seed,latency_ms_p99,errors_ratio,requests',
      '6,0,100,148.000000,0.001000,1000.000',
      '6,1,101,150.000000,0.001000,1000.000',
      '6,2,102,152.000000,0.001000,1000.000',
    ]);
  });

  it('have a row a setting of the other parameters', () => {
    expect(frontierCsv(two, two.frontier!)).toMatchSnapshot();
  });

  it('have it all in one document', () => {
    const document = JSON.parse([...sweepJsonChunks(two)].join('')) as {
      points: { parameters: object; verdict: string; metrics: Record<string, object> }[];
      frontier: object;
    };
    expect(document).toMatchObject({ schemaVersion: 1, scenario: 'small', seed: 42 });
    expect(document.points).toHaveLength(9);
    expect(document.points[0]).toMatchObject({
      parameters: { replicas: '4', load: '50' },
      verdict: 'met',
      metrics: { 'latency.p99': { mean: 112.5e6, n: 3, method: 'studentT' } },
    });
    expect(document.frontier).toMatchObject({
      goal: 'min:replicas',
      rows: [
        { parameters: { load: '50' }, best: '4', exceptions: [], undecided: [] },
        { parameters: { load: '100' }, best: '8' },
        { parameters: { load: '150' }, best: null },
      ],
    });
  });
});

describe('a sweep in the forms of other tools', () => {
  const written = (format: SweepExport, conclusion: SweepConclusion): string =>
    [...SWEEP_REPORTERS[format].pieces({ conclusion, file: 'a.yaml', reproduce: 'again' })].join(
      '',
    );
  const none = concluded(smallSweep({ replicas: [2, 3] }, oneGoal));

  it.each(SWEEP_EXPORTS)('%s: whole lines, the same bytes again', (format) => {
    const text = written(format, one);
    expect(text === '' || text.endsWith('\n')).toBe(true);
    expect(text).not.toContain('undefined');
    expect(written(format, one)).toBe(text);
  });

  it('is one check: it fails where no point meets every threshold, and not because some do not', () => {
    expect(written('junit', one)).toContain('tests="1" failures="0"');
    expect(written('github', one)).toBe('');
    expect(written('junit', none)).toContain('tests="1" failures="1"');
    expect(written('github', none)).toMatch(
      /^::error file=a\.yaml,title=small sweep%3A a point meets every threshold::No replicas from 2 to 3 meets every threshold\./,
    );
  });

  it('has the figures of every point under its name', () => {
    const text = written('prometheus', one);
    for (const { point } of one.points) {
      expect(text).toContain(
        `svcsim_latency_seconds{scenario="small",variant="${point.name}",window="all",quantile="0.99"} `,
      );
    }
  });
});
