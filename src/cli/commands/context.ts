import type * as Actions from '../actions/actions.ts';
import type { WorkerSource } from '../../study/executors/worker-pool.ts';

/** What every command is given by the process that it runs in. */
export interface CommandContext {
  /** Where threads come from. */
  readonly workers: WorkerSource;
  /** Loads what commands do: nothing of it is needed to say how they are typed. */
  readonly actions: () => typeof Actions;
}
