/** Threads that start before the scenario is read, where the command line alone says that there will be runs for them. */
import type * as NodeOs from 'node:os';
import type { WorkerSource } from '../study/executors/worker-pool.ts';

/** Asked for here, and not imported, for the sake of `--help`. */
const cores = (): number =>
  (process.getBuiltinModule('node:os') as typeof NodeOs).availableParallelism();

/** Starts threads for a study of so many runs at least: one thread is there already. */
export function startEarly(workers: WorkerSource, runs: number, jobs?: number): void {
  if (runs > 1) workers.start(Math.min(jobs ?? cores(), runs) - 1);
}
