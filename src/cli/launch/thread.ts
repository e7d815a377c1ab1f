/** The script of a worker thread: all that it takes to do runs, and nothing of what leads to them or follows. */
export { serve } from '../../study/executors/worker.ts';
