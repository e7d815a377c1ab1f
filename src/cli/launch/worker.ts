/** What a worker thread starts. */
import type * as Program from './program.ts';
import { BuiltScript } from './script.ts';

await new BuiltScript<typeof Program>('program').exports.startWorker();
