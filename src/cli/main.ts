#!/usr/bin/env node
/**
 * The command line. It knows commands and flags and nothing else: what an action needs is loaded
 * when it runs, so that `--help` answers at once.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { notYet } from '../scenario/diagnostics/not-yet.ts';
import { CommandFailure } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';
import { LATER_COMMANDS } from './later.ts';
import {
  collectExport,
  collectSet,
  EXPORTS,
  FORMATS,
  parseJobs,
  parseReplications,
  parseSeed,
  parseVary,
} from './options.ts';
import type { StudyFlags, ValidateFlags } from './options.ts';
import { note, print, toleratePipesThatClose } from './terminal.ts';

/** Beside this file once it is built. */
const WORKER_URL = new URL('./worker.js', import.meta.url);
const PACKAGE_URL = new URL('../package.json', import.meta.url);

const EXIT_CODES = `
Exit codes: 0 done, every gate passed; 1 a bug of svcsim; 2 wrong usage; 3 invalid scenario, or
results that cannot be written; 10 a threshold failed; 130 interrupted, what had finished is kept.
FILE may be - for standard input. Results go to standard output, everything else to standard error.`;

function refuse(what: string): never {
  throw new CommandFailure(EXIT.usage, notYet(what));
}

/** The flags of commands that simulate. */
function withStudyFlags(command: Command): Command {
  return command
    .option('--seed <n>', 'seed of the first replication; the others derive from it', parseSeed)
    .option('--replications <n>', 'independent runs of each variant', parseReplications)
    .option('--set <path=value>', 'change one field, e.g. proxy.mode=ipvs (repeatable)', collectSet)
    .option('-j, --jobs <n>', 'runs at a time (default: number of cores)', parseJobs)
    .option('-o, --out <dir>', 'folder for results (default: results/<scenario>/)')
    .addOption(
      new Option('--format <format>', 'what standard output gets').choices(FORMATS).default('text'),
    )
    .option('--export <fmt[=file]>', `also write ${EXPORTS.join(', ')} (repeatable)`, collectExport)
    .option('-q, --quiet', 'only the verdict and errors')
    .option('--no-progress', 'no progress on standard error')
    .addOption(new Option('--until-precision <ratio>').hideHelp());
}

type StudyOptions = StudyFlags & { readonly untilPrecision?: string };

async function study(
  command: 'run' | 'compare',
  files: readonly string[],
  options: StudyOptions,
): Promise<void> {
  if (options.untilPrecision !== undefined) refuse('--until-precision');
  const { studyCommand } = await import('./study-command.ts');
  process.exitCode = await studyCommand({ command, files, flags: options, workerUrl: WORKER_URL });
}

/** Read only when it is asked for. */
function printVersion(): never {
  const { version } = JSON.parse(readFileSync(PACKAGE_URL, 'utf8')) as { version: string };
  print(`${version}\n`);
  throw new CommanderError(EXIT.passed, 'commander.version', version);
}

function program(): Command {
  const root = new Command('svcsim');
  root
    .description(
      'Simulates Kubernetes Services: how each kube-proxy mode spreads load, and what latency callers see.',
    )
    .option('-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError('(svcsim --help lists commands and flags)')
    .on('option:version', printVersion);

  withStudyFlags(
    root
      .command('run')
      .description('run scenarios, check thresholds, write results')
      .argument('<file...>', 'scenario files'),
  ).action((files: string[], options: StudyOptions) => study('run', files, options));

  withStudyFlags(
    root
      .command('compare')
      .description('variants side by side, paired by seed')
      .argument('<file...>', 'a scenario file')
      .option('--vary <path=a,b>', 'variants by the values of one field', parseVary),
  ).action((files: string[], options: StudyOptions) => {
    if (files.length > 1) refuse('compare of several files or of saved results');
    return study('compare', files, options);
  });

  root
    .command('validate')
    .description('what is wrong with scenario files, with its place')
    .argument('<file...>', 'scenario files')
    .addOption(
      new Option('--format <format>', 'how to say it')
        .choices(['text', 'json', 'github'])
        .default('text'),
    )
    .option('--set <path=value>', 'change one field, e.g. proxy.mode=ipvs (repeatable)', collectSet)
    .option('--vary <path=a,b>', 'variants by the values of one field', parseVary)
    .option('-q, --quiet', 'nothing about valid files')
    .action(async (files: string[], options: ValidateFlags) => {
      const { validateCommand } = await import('./validate-command.ts');
      process.exitCode = validateCommand(files, options);
    });

  root
    .command('schema')
    .description('print the JSON Schema of scenario files, for editors')
    .action(async () => {
      const { schemaCommand } = await import('./schema-command.ts');
      schemaCommand();
    });

  for (const { name, what } of LATER_COMMANDS) {
    root
      .command(name, { hidden: true })
      .description(`${what} (not yet)`)
      .allowUnknownOption()
      .allowExcessArguments()
      .argument('[anything...]')
      .action(() => refuse(`svcsim ${name}`));
  }
  return root;
}

/** Where an error leads to: an exit code, and what there is to say. */
function conclude(error: unknown): void {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong; asked-for help is no error.
    process.exitCode = error.exitCode === 0 ? EXIT.passed : EXIT.usage;
    return;
  }
  if (error instanceof CommandFailure) {
    note(`svcsim: ${error.message}`);
    process.exitCode = error.exitCode;
    return;
  }
  note(
    `svcsim: this is a bug of ours, please report it:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  process.exitCode = EXIT.bug;
}

toleratePipesThatClose();
try {
  await program().parseAsync();
} catch (error) {
  conclude(error);
}
