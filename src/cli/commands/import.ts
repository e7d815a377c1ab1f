/** `svcsim import`, as it is typed. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { parseFolder } from '../options.ts';
import type { CommandContext } from './context.ts';

export const IMPORT_UNITS = ['ns', 'us', 'ms', 's'] as const;
export const IMPORT_FITS = ['auto', 'lognormal', 'gamma', 'weibull', 'none'] as const;
export const IMPORT_ARRIVALS = ['auto', 'poisson', 'steps', 'daily', 'trace', 'none'] as const;

/** The flags of `import`. */
export interface ImportFlags {
  readonly format?: string;
  readonly column?: string;
  readonly unit?: (typeof IMPORT_UNITS)[number];
  readonly timeColumn?: string;
  readonly timeUnit?: (typeof IMPORT_UNITS)[number];
  readonly fit: (typeof IMPORT_FITS)[number];
  readonly arrival: (typeof IMPORT_ARRIVALS)[number];
  readonly skipBroken?: boolean;
  readonly out: string;
  readonly quiet?: boolean;
}

export function declareImport(root: Command, { actions }: CommandContext): void {
  root
    .command('import')
    .description('service times and arrivals from latency logs')
    .argument('<file...>', 'logs of one format, also gzipped')
    .option('--format <name>', 'of the logs (default: told by their content)')
    .option('--column <name>', 'of the latency: a name, a number from 1, or the path of a field')
    .addOption(
      new Option('--unit <unit>', 'of the latency, where the log does not say it').choices(
        IMPORT_UNITS,
      ),
    )
    .option('--time-column <name>', 'of the moment of each request')
    .addOption(
      new Option('--time-unit <unit>', 'of that moment, where it is a number').choices(
        IMPORT_UNITS,
      ),
    )
    .addOption(
      new Option('--fit <family>', 'how service times are written; none: as they are')
        .choices(IMPORT_FITS)
        .default('auto'),
    )
    .addOption(
      new Option('--arrival <kind>', 'how arrivals are written')
        .choices(IMPORT_ARRIVALS)
        .default('auto'),
    )
    .option('--skip-broken', 'leave out lines that cannot be read')
    .addOption(
      new Option('-o, --out <dir>', 'folder for what is written')
        .argParser(parseFolder)
        .default('imported'),
    )
    .option('-q, --quiet', 'nothing but the snippet')
    .action((files: string[], flags: ImportFlags) => actions().importLogs(files, flags));
}
