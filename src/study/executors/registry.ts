/**
 * The executors. A new one is a file here and a row in the table; the contract suite runs every row.
 * `threads` is loaded only when it is used, so that a single run, or a browser, never meets it.
 */
import type { Executor } from './executor.ts';
import { inline } from './inline.ts';
import type { WorkerSource } from './worker-pool.ts';

/** What an executor may need to be set up. */
export interface ExecutorSetup {
  /** Runs at a time. */
  readonly jobs: number;
  /** Where threads come from; without it there are none. */
  readonly workers?: WorkerSource | undefined;
}

interface ExecutorRow {
  readonly name: string;
  /** Whether this one is to be used for such a set-up. The first row that fits is taken. */
  fits(setup: ExecutorSetup): boolean;
  create(setup: ExecutorSetup): Promise<Executor>;
}

export const EXECUTORS: readonly ExecutorRow[] = [
  {
    name: 'threads',
    fits: (setup) => setup.jobs > 1 && setup.workers !== undefined,
    create: async (setup) => {
      const { createThreads } = await import('./threads.ts');
      return createThreads({ workers: setup.workers!, size: setup.jobs - 1, joins: true });
    },
  },
  { name: 'inline', fits: () => true, create: async () => inline },
];

/** The executor for `setup`. */
export async function chooseExecutor(setup: ExecutorSetup): Promise<Executor> {
  const row = EXECUTORS.find((candidate) => candidate.fits(setup))!;
  return row.create(setup);
}
