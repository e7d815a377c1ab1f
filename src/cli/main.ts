/**
 * The command line. It knows commands and flags and nothing else: what an action needs is loaded
 * when it runs, so that `--help` answers at once.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
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
import { conclude } from './conclude.ts';
import { EXIT } from './exit-codes.ts';
import { declareLater } from './later.ts';
import { print, superviseOutput } from './terminal/terminal.ts';

/** Where the process was started from. */
export interface MainContext extends CommandContext {
  readonly packageUrl: URL;
}

const EXIT_CODES = `
Exit codes: 0 done, every gate passed; 1 a bug of svcsim; 2 wrong usage; 3 invalid scenario, or
results that cannot be written; 10 a threshold failed; 11 worse than the baseline; 12 baseline missing
or not comparable; 130 interrupted, what had finished is kept.
FILE may be - for standard input. Results go to standard output, everything else to standard error.`;

/** Read only when it is asked for. */
function printVersion(packageUrl: URL): never {
  const { version } = JSON.parse(readFileSync(packageUrl, 'utf8')) as { version: string };
  print(`${version}\n`);
  throw new CommanderError(EXIT.passed, 'commander.version', version);
}

function program(context: MainContext): Command {
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
    .on('option:version', () => printVersion(context.packageUrl));

  declareInit(root, context);
  declareRun(root, context);
  declareCompare(root, context);
  declareSweep(root, context);
  declareBaseline(root, context);
  declareValidate(root, context);
  declareTrace(root, context);
  declarePlan(root, context);
  declareImport(root, context);
  declareSchema(root, context);
  declareLater(root);
  return root;
}

/** Does what is typed; `args` begin with the command. */
export async function main(
  context: MainContext,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  superviseOutput();
  try {
    await program(context).parseAsync(args, { from: 'user' });
  } catch (error) {
    // Commander has said what is wrong; asked-for help is no error.
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.passed : EXIT.usage;
    } else conclude(error);
  }
}
