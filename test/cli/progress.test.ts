import { describe, expect, it } from 'vitest';
import { createProgressLog, progressLine } from '../../src/cli/terminal/progress.ts';
import type { Progress } from '../../src/study/executors/executor.ts';

const PROGRESS: Progress = {
  finished: 6,
  jobs: 20,
  job: { plan: 0, replication: 6, seed: 1 },
  simulatedNs: 324e9,
  endNs: 600e9,
  share: 0.54,
  events: 11_400_000,
};
const elapsedMs = 6000;

describe('the line of progress', () => {
  it('says which run, how far, simulated time, speed and time left', () => {
    expect(progressLine('checkout', PROGRESS, { elapsedMs })).toBe(
      'checkout  run 7/20  ▐███████▌      ▌ 54%  sim 5m24s  1.9M ev/s  eta 6s',
    );
  });

  it.each([
    [65, 'checkout  run 7/20  ▐███████▌      ▌ 54%  sim 5m24s  eta 6s'],
    [50, 'checkout  run 7/20  ▐███████▌      ▌ 54%  eta 6s'],
    [45, 'run 7/20  ▐███████▌      ▌ 54%  eta 6s'],
    [30, '▐███████▌      ▌ 54%  eta 6s'],
  ])('keeps the time left on a terminal of %i columns', (columns, line) => {
    expect(progressLine('checkout', PROGRESS, { elapsedMs, columns })).toBe(line);
  });

  it('promises nothing before one percent is done, and nothing is left at the end', () => {
    const at = (share: number): string => progressLine('x', { ...PROGRESS, share }, { elapsedMs });
    expect(at(0)).toMatch(/ {2}0% .*eta –$/);
    expect(at(0.009)).toMatch(/eta –$/);
    expect(at(1)).toMatch(/100% .*eta 0s$/);
  });

  it('counts down evenly where the work goes on evenly', () => {
    for (let second = 1; second < 100; second++) {
      const share = second / 100;
      const line = progressLine('x', { ...PROGRESS, share }, { elapsedMs: second * 1000 });
      const left = /eta (?:(\d+)m)?(?:(\d+)s)?$/.exec(line)!;
      const seconds = Number(left[1] ?? 0) * 60 + Number(left[2] ?? 0);
      expect(Math.abs(seconds - (100 - second))).toBeLessThanOrEqual(1);
    }
  });
});

describe('the log of progress', () => {
  it('has a line at most every ten seconds, and none of the last run', () => {
    const lines: string[] = [];
    let clock = 0;
    const finished = createProgressLog('checkout', 10, {
      write: (line) => lines.push(line),
      now: () => clock,
    });
    for (let run = 1; run <= 10; run++) {
      clock += 4000;
      finished();
    }
    expect(lines).toEqual([
      'checkout: 3 of 10 runs done, eta 28s',
      'checkout: 6 of 10 runs done, eta 16s',
      'checkout: 9 of 10 runs done, eta 4s',
    ]);
  });

  it('has none of work that is soon done', () => {
    const lines: string[] = [];
    const finished = createProgressLog('checkout', 3, {
      write: (line) => lines.push(line),
      now: () => 0,
    });
    for (let run = 0; run < 3; run++) finished();
    expect(lines).toEqual([]);
  });
});
