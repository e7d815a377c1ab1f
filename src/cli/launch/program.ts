/** The larger of the two scripts of the command: all that is not needed before an action runs, or a worker. */
export * as actions from '../actions/actions.ts';

/** Sets this thread to work. */
export const startWorker = async (): Promise<void> => {
  await import('../../study/executors/worker.ts');
};
