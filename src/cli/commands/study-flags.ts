/** The flags of commands that simulate. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { STUDY_EXPORTS } from '../../report/exports/formats.ts';
import {
  collectExportOf,
  collectSet,
  FORMATS,
  parseFolder,
  parseJobs,
  parsePrecision,
  parseReplications,
  parseSeed,
} from '../options.ts';

/** Adds the one by which a command checks first that its runs are deterministic. */
export function withDeterminismCheck(command: Command): Command {
  return command.option(
    '--check-determinism',
    'first run each plan twice, and stop at the first event that differs',
  );
}

/** Adds what changes the runs, and what is said meanwhile. */
export function withSimulationFlags(command: Command): Command {
  return command
    .option('--seed <n>', 'seed of the first replication; the others derive from it', parseSeed)
    .option('--replications <n>', 'independent runs of each variant', parseReplications)
    .option('--set <path=value>', 'change one field, e.g. proxy.mode=ipvs (repeatable)', collectSet)
    .option('-j, --jobs <n>', 'runs at a time (default: number of cores)', parseJobs)
    .option('-q, --quiet', 'only the verdict and errors')
    .option('--no-progress', 'no progress on standard error');
}

/** Adds these, and where results go. */
export function withStudyFlags(command: Command): Command {
  return withSimulationFlags(command)
    .option(
      '--until-precision <ratio>',
      'more replications until ± RATIO of latency.p99, or of METRIC=RATIO, is reached, e.g. 2%',
      parsePrecision,
    )
    .option('--max-replications <n>', 'and no more than that (default: 100)', parseReplications)
    .option('-o, --out <dir>', 'folder for results (default: results/<scenario>/)', parseFolder)
    .addOption(
      new Option('--format <format>', 'what standard output gets').choices(FORMATS).default('text'),
    )
    .option(
      '--export <fmt[=file]>',
      `also write ${STUDY_EXPORTS.join(', ')} (repeatable)`,
      collectExportOf(STUDY_EXPORTS),
    );
}
