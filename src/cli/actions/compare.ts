/** `svcsim compare`: what it was given decides, by content, whether variants are simulated or saved results read. */
import { existsSync } from 'node:fs';
import { CommandFailure } from '../command-failure.ts';
import { startEarly } from '../early-threads.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { isSavedResult } from '../input/saved-results.ts';
import type { CompareFlags } from '../options.ts';
import { compareResultsAction } from './compare-results.ts';
import { studyAction } from './study.ts';
import type { WorkerSource } from '../../study/executors/worker-pool.ts';

const ONE_OR_THE_OTHER =
  'compare takes one scenario file with variants, or saved results. Variants of a scenario go under spec.variants or ' +
  '--vary path=a,b; two scenarios are run first, each with -o DIR, and their folders compared';

/** Compares the variants of one scenario, or saved results. */
export async function compareAction(
  files: readonly string[],
  flags: CompareFlags,
  workers: WorkerSource,
): Promise<ExitCode> {
  const results = files.filter(isSavedResult);
  if (results.length === files.length) return compareResultsAction(files, flags);
  if (files.length > 1) {
    const missing = files.filter((file) => file !== '-' && !existsSync(file));
    if (missing.length > 0) {
      throw new CommandFailure(EXIT.invalid, `cannot read ${missing.join(', ')}: no such file`);
    }
    const others = files.filter((file) => !results.includes(file)).join(', ');
    throw new CommandFailure(EXIT.usage, `not a saved result: ${others}; ${ONE_OR_THE_OTHER}`);
  }
  if (flags.variant !== undefined) {
    throw new CommandFailure(
      EXIT.usage,
      '--variant picks from saved results; a scenario compares all of its variants',
    );
  }
  // Of two variants at least.
  startEarly(workers, 2 * (flags.replications ?? 1), flags.jobs);
  return studyAction({ command: 'compare', files, flags, workers });
}
