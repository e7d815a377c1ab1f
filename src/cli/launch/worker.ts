/** What a worker thread starts. */
import { parentPort } from 'node:worker_threads';
import { BuiltScript } from './script.ts';
import type * as Thread from './thread.ts';

new BuiltScript<typeof Thread>('thread').exports.serve(parentPort!);
