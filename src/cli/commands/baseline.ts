/** `svcsim baseline save | check | show`, as they are typed. */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { BASELINE_EXPORTS } from '../../report/exports/formats.ts';
import type { BaselineExport } from '../../report/exports/formats.ts';
import { collectExportOf } from '../options.ts';
import type { ExportRequest, StudyFlags } from '../options.ts';
import type { CommandContext } from './context.ts';
import { withSimulationFlags } from './study-flags.ts';

/** Where a baseline is, and what is gated. */
export interface BaselinePlace {
  readonly name?: string;
  readonly file?: string;
}

type SimulationFlags = Pick<
  StudyFlags,
  'seed' | 'replications' | 'set' | 'jobs' | 'quiet' | 'progress'
>;

/** The flags of `baseline save`. */
export interface SaveFlags extends SimulationFlags, BaselinePlace {
  readonly variants?: boolean;
  readonly metric?: readonly string[];
  readonly format: 'text' | 'markdown';
}

/** The flags of `baseline check`. */
export interface CheckFlags extends SimulationFlags, BaselinePlace {
  readonly metric?: readonly string[];
  /** As written: read when they are needed, since what reads them is not loaded for `--help`. */
  readonly tolerance?: string;
  readonly floor?: string;
  readonly alpha?: string;
  readonly lenient?: boolean;
  readonly format: 'text' | BaselineExport;
  readonly export?: readonly ExportRequest<BaselineExport>[];
}

function parseName(text: string): string {
  if (!/^\w[\w.-]*$/.test(text)) {
    throw new InvalidArgumentError(
      'A name has letters, digits, ".", "_" and "-"; --file takes a path.',
    );
  }
  return text;
}

const collectMetric = (text: string, earlier: readonly string[] = []): readonly string[] => [
  ...earlier,
  text,
];

const METRIC_HELP = 'latency.p99, or latency.p99{window=rollout} (repeatable)';

const withPlace = (command: Command): Command =>
  command
    .option('--name <name>', 'results/baselines/<name>.json (default: the scenario)', parseName)
    .addOption(new Option('--file <path>', 'the file of the baseline').conflicts('name'));

export function declareBaseline(root: Command, { workers, actions }: CommandContext): void {
  const baseline = root
    .command('baseline')
    .description('a regression gate against a committed file');

  withSimulationFlags(
    withPlace(
      baseline
        .command('save')
        .description('run a scenario, and make its figures the baseline')
        .argument('<file>', 'a scenario file'),
    ),
  )
    .option('--variants', 'of all variants, instead of the scenario as it is')
    .option('--metric <metric>', `gate this one: ${METRIC_HELP}`, collectMetric)
    .addOption(
      new Option('--format <format>', 'what standard output gets')
        .choices(['text', 'markdown'])
        .default('text'),
    )
    .action((file: string, flags: SaveFlags) => actions().saveBaseline({ file, flags, workers }));

  withSimulationFlags(
    withPlace(
      baseline
        .command('check')
        .description('run a scenario, and hold its figures against the baseline')
        .argument('<file>', 'a scenario file'),
    ),
  )
    .option('--metric <metric>', `judge this one: ${METRIC_HELP}`, collectMetric)
    .option('--tolerance <ratio>', 'changes up to this are no regression (default: 2%)')
    .option('--floor <duration>', 'nor are changes of a latency up to this (default: 100us)')
    .option('--alpha <ratio>', 'chance of a false alarm in a check (default: 1%)')
    .option('--lenient', 'let pass that metrics are missing')
    .addOption(
      new Option('--format <format>', 'what standard output gets')
        .choices(['text', ...BASELINE_EXPORTS])
        .default('text'),
    )
    .option(
      '--export <fmt[=file]>',
      `also write ${BASELINE_EXPORTS.join(', ')} (repeatable)`,
      collectExportOf(BASELINE_EXPORTS),
    )
    .action((file: string, flags: CheckFlags) => actions().checkBaseline({ file, flags, workers }));

  baseline
    .command('show')
    .description('what a baseline holds; without a name, which there are')
    .argument('[name]', 'the name of a baseline, or its file')
    .action((name: string | undefined) => actions().showBaseline(name));
}
