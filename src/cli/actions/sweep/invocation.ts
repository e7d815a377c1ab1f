/** What a sweep is asked for. */
import type { SweepFlags } from '../../options.ts';
import type { WorkerSource } from '../../../study/executors/worker-pool.ts';

/** What is to be done. */
export interface SweepInvocation {
  readonly file: string;
  readonly flags: SweepFlags;
  /** Where threads come from. */
  readonly workers: WorkerSource;
}
