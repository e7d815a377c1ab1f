#!/usr/bin/env node
/** What a shell starts: the command line, and with an action the program. */
import { WorkerPool } from '../../study/executors/worker-pool.ts';
import type * as Cli from '../main.ts';
import type * as Program from './program.ts';
import { BuiltScript } from './script.ts';

const { main } = new BuiltScript<typeof Cli>('cli').exports;
await main({
  workers: new WorkerPool(new URL('./worker.js', import.meta.url)),
  packageUrl: new URL('../package.json', import.meta.url),
  actions: () => new BuiltScript<typeof Program>('program').exports.actions,
});
