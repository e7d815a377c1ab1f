/** Runs of a study: those of the world, with the traces that the plan names from files. */
import type * as NodeFs from 'node:fs';
import type { Plan } from '../contract/plan.ts';
import type { RunOptions } from '../contract/result.ts';
import type { OpenTrace } from '../contract/traffic/trace.ts';
import type { EventQueue } from '../engine/event-queue.ts';
import { SourceError } from '../scenario/text/source.ts';
import { traceOpener } from '../scenario/traces/reader.ts';
import { startRun as startWorld, startWatchedRun as startWatched } from '../world/simulate.ts';
import type { Run } from '../world/simulate.ts';
import { openFile } from './files/file-bytes.ts';

/** Asked for here, and not imported, for the sake of browsers. */
const nodeFs = (): typeof NodeFs | undefined =>
  typeof process === 'undefined'
    ? undefined
    : (process.getBuiltinModule?.('node:fs') as typeof NodeFs | undefined);

const noFiles = (): never => {
  throw new SourceError('there are no files here; pass `traces`');
};

/** Opens traces by the names of their files. Throws SourceError. */
export const tracesInFiles: OpenTrace = traceOpener({
  read: noFiles,
  resolve: (_, relative) => relative,
  open(path) {
    const fs = nodeFs();
    return fs === undefined ? noFiles() : openFile(fs, path);
  },
});

/** Sets up a run. What it throws later is a SourceError where a trace cannot be read any more. */
export const startRun = (plan: Plan, seed: number, options: RunOptions = {}): Run =>
  startWorld(plan, seed, { traces: tracesInFiles, ...options });

/** The same by events, with a queue of the caller's. */
export const startWatchedRun = (plan: Plan, seed: number, queue: EventQueue): Run =>
  startWatched(plan, seed, queue, { traces: tracesInFiles });
