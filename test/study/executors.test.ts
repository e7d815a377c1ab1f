import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/contract/result.ts';
import type { Progress } from '../../src/study/executors/executor.ts';
import { chooseExecutor, EXECUTORS } from '../../src/study/executors/registry.ts';
import { RunFailure } from '../../src/study/executors/run-failure.ts';
import { WorkerPool } from '../../src/study/executors/worker-pool.ts';
import { jobsOf, runStudy } from '../../src/study/study.ts';
import { simulate } from '../../src/world/simulate.ts';
import { smallPlan } from './small-plan.ts';

const workerUrl = new URL('../../dist/worker.js', import.meta.url);
const workers = new WorkerPool(workerUrl);
afterAll(() => workers.close());

/** The set-up for which the registry takes each executor. */
const SETUPS = { inline: { jobs: 1 }, threads: { jobs: 2, workers } } as const;

describe('the registry of executors', () => {
  it('takes threads only for several jobs, and only where there is a worker', async () => {
    expect((await chooseExecutor({ jobs: 1, workers })).name).toBe('inline');
    expect((await chooseExecutor({ jobs: 4 })).name).toBe('inline');
    expect((await chooseExecutor({ jobs: 2, workers })).name).toBe('threads');
  });

  it('has a set-up in this suite for each of its rows', () => {
    expect(EXECUTORS.map(({ name }) => name).sort((a, b) => (a < b ? -1 : 1))).toEqual([
      'inline',
      'threads',
    ]);
    expect(existsSync(workerUrl), 'npm run build makes dist/worker.js').toBe(true);
  });
});

describe.each(Object.entries(SETUPS))('the executor %s', (_, setup) => {
  const plans = [
    smallPlan({ replications: 3, variant: 'a', duration: 2 }),
    smallPlan({ replications: 3, variant: 'b', mode: 'ipvs', duration: 2 }),
  ];

  it('gives exactly the results of simulate(), ordered by variant and replication', async () => {
    const study = await runStudy(plans, setup);
    expect(study.partial).toBe(false);
    for (const [index, { plan, runs }] of study.variants.entries()) {
      expect(plan).toBe(plans[index]);
      const jobs = jobsOf(plans).filter((job) => job.plan === index);
      const alone = jobs.map(({ seed, replication }) => simulate(plan, seed, { replication }));
      expect(runs).toEqual(alone);
    }
  });

  it('finishes each run once', async () => {
    const finished: RunResult[] = [];
    await runStudy(plans, { ...setup, onRun: (run) => finished.push(run) });
    const names = finished.map(({ variant, replication }) => `${variant}${replication}`);
    expect(new Set(names).size).toBe(6);
    expect(names).toHaveLength(6);
  });

  it('records connections and requests only where asked', async () => {
    const [plan] = plans;
    const without = await runStudy([plan!], setup);
    expect(without.variants[0]!.runs[0]).not.toHaveProperty('requests');
    const record = { recordConnections: true, recordRequests: true };
    const { variants } = await runStudy([plan!], { ...setup, record });
    const [run] = variants[0]!.runs;
    expect(run!.requests).toHaveLength(run!.totals.issued);
    expect(run!.connections).toHaveLength(run!.totals.connectionsOpened);
  });

  it('keeps what has finished when it is told to stop, and drops the rest', async () => {
    const controller = new AbortController();
    const many = smallPlan({ replications: 50, duration: 20 });
    const study = await runStudy([many], {
      ...setup,
      signal: controller.signal,
      onRun: () => controller.abort(),
    });
    const { runs } = study.variants[0]!;
    expect(study.partial).toBe(true);
    expect(runs.length).toBeGreaterThanOrEqual(1);
    expect(runs.length).toBeLessThan(50);
    const [first] = runs;
    expect(first).toEqual(simulate(many, first!.seed, { replication: first!.replication }));
  });

  it('does nothing when it is told to stop before it starts', async () => {
    const study = await runStudy(plans, { ...setup, signal: AbortSignal.abort() });
    expect(study.partial).toBe(true);
    expect(study.variants.flatMap(({ runs }) => runs)).toEqual([]);
  });

  it('tells its progress, which never goes back', async () => {
    const told: Progress[] = [];
    const long = smallPlan({ replications: 4, duration: 600 });
    await runStudy([long], { ...setup, onProgress: (progress) => told.push(progress) });
    expect(told.length).toBeGreaterThan(0);
    for (const [index, progress] of told.entries()) {
      expect(progress.jobs).toBe(4);
      expect(progress.share).toBeGreaterThanOrEqual(told[index - 1]?.share ?? 0);
      expect(progress.share).toBeLessThanOrEqual(1);
      expect(progress.events).toBeGreaterThanOrEqual(told[index - 1]?.events ?? 0);
      expect(progress.simulatedNs).toBeGreaterThanOrEqual(0);
    }
  });

  it('names variant, replication and seed of a run that breaks', async () => {
    // A pod on a node that does not exist: no plan of scenario/ says so.
    const [pod] = smallPlan().workloads[0]!.pods;
    const broken = {
      ...smallPlan({ variant: 'broken', seed: 7 }),
      workloads: [{ ...smallPlan().workloads[0]!, pods: [{ ...pod!, node: 99 }] }],
    };
    const failure = await runStudy([smallPlan({ duration: 1 }), broken], setup).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(RunFailure);
    expect(failure).toMatchObject({ variant: 'broken', replication: 0, seed: 7 });
  });
});

describe('the runs of a study', () => {
  it('share a seed across variants, replication by replication, and differ between replications', () => {
    const jobs = jobsOf([smallPlan({ replications: 5 }), smallPlan({ replications: 5 })]);
    expect(jobs.map(({ replication }) => replication)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    const seeds = (plan: number): number[] =>
      jobs.filter((job) => job.plan === plan).map(({ seed }) => seed);
    expect(seeds(0)).toEqual(seeds(1));
    expect(new Set(seeds(0)).size).toBe(5);
    expect(seeds(0)[0]).toBe(42);
  });
});

describe('threads', () => {
  /** A source of threads that run `code`. */
  const threadsOf = (code: string): WorkerPool =>
    new WorkerPool(new URL(`data:text/javascript,${encodeURIComponent(code)}`));

  it('are not waited for: this one does all runs where the others do not come up', async () => {
    const plan = smallPlan({ replications: 3, duration: 2 });
    const silent = threadsOf('setTimeout(() => {}, 1e6)');
    const study = await runStudy([plan], { jobs: 3, workers: silent });
    silent.close();
    expect(study.variants[0]!.runs.map(({ replication }) => replication)).toEqual([0, 1, 2]);
  });

  it('that end in a run fail with the run that they were at', async () => {
    const ending = threadsOf(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ board, seat }) => {
        const marks = new Int32Array(board.marks);
        marks[2 + seat] = Atomics.add(marks, 0, 1);
        throw new Error('out of memory');
      });`);
    const plan = smallPlan({ replications: 2, variant: 'long', duration: 1e5 });
    const failure = await runStudy([plan], { jobs: 2, workers: ending }).catch(
      (error: unknown) => error,
    );
    const { replication, seed } = jobsOf([plan])[1]!;
    expect(failure).toBeInstanceOf(RunFailure);
    expect(failure).toMatchObject({ variant: 'long', replication, seed });
    expect((failure as RunFailure).message).toContain('out of memory');
  });

  it('that end before they do any fail, too', async () => {
    const plan = smallPlan({ replications: 2, duration: 1e5 });
    const study = runStudy([plan], { jobs: 2, workers: threadsOf('process.exit(7)') });
    await expect(study).rejects.toThrow('a thread has ended with code 7');
  });

  it('stay from one study to the next', async () => {
    const pool = new WorkerPool(workerUrl);
    const [thread] = pool.take(1);
    pool.giveBack(thread!);
    await runStudy([smallPlan({ replications: 2, duration: 60 })], { jobs: 2, workers: pool });
    expect(pool.take(1)).toEqual([thread]);
    pool.giveBack(thread!);
    pool.close();
    expect(pool.take(1)).not.toEqual([thread]);
  });
});
