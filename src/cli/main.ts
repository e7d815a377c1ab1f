#!/usr/bin/env node
/**
 * The command line. It knows commands and flags and nothing else: what an action needs is loaded
 * when it runs, so that `--help` answers at once.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { CommandFailure } from './command-failure.ts';
import { declareBaseline } from './commands/baseline.ts';
import { declareCompare } from './commands/compare.ts';
import type { CommandContext } from './commands/context.ts';
import { declareImport } from './commands/import.ts';
import { declareInit } from './commands/init.ts';
import { declarePlan } from './commands/plan.ts';
import { declareRun } from './commands/run.ts';
import { declareSchema } from './commands/schema.ts';
import { declareSweep } from './commands/sweep.ts';
import { declareTrace } from './commands/trace.ts';
import { declareValidate } from './commands/validate.ts';
import { EXIT } from './exit-codes.ts';
import { declareLater } from './later.ts';
import { SourceError } from '../scenario/text/source.ts';
import { note, print, toleratePipesThatClose } from './terminal/terminal.ts';

/** Beside this file once it is built. */
const CONTEXT: CommandContext = { workerUrl: new URL('./worker.js', import.meta.url) };
const PACKAGE_URL = new URL('../package.json', import.meta.url);

const EXIT_CODES = `
Exit codes: 0 done, every gate passed; 1 a bug of svcsim; 2 wrong usage; 3 invalid scenario, or
results that cannot be written; 10 a threshold failed; 11 worse than the baseline; 12 baseline missing
or not comparable; 130 interrupted, what had finished is kept.
FILE may be - for standard input. Results go to standard output, everything else to standard error.`;

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

  declareInit(root);
  declareRun(root, CONTEXT);
  declareCompare(root, CONTEXT);
  declareSweep(root, CONTEXT);
  declareBaseline(root, CONTEXT);
  declareValidate(root);
  declareTrace(root);
  declarePlan(root);
  declareImport(root);
  declareSchema(root);
  declareLater(root);
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
  if (error instanceof SourceError) {
    // A file that could be read when the scenario was loaded, and cannot be any more.
    note(`svcsim: ${error.message}`);
    process.exitCode = EXIT.invalid;
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
