/** `svcsim trace`, as it is typed. */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { collectSet, parseSeed, parseWholeNumber } from '../options.ts';
import type { CommandContext } from './context.ts';

/** What standard output gets, or a file. */
export const TRACE_FORMATS = ['text', 'json', 'perfetto'] as const;
export type TraceFormat = (typeof TRACE_FORMATS)[number];

/** The flags of `trace`. */
export interface TraceFlags {
  readonly request?: readonly number[];
  readonly slowest?: number;
  readonly variant?: string;
  readonly replication: number;
  readonly seed?: number;
  readonly set?: readonly string[];
  readonly format: TraceFormat;
  readonly export?: readonly { readonly format: TraceFormat; readonly file: string }[];
  readonly quiet?: boolean;
  readonly progress: boolean;
}

/** More than anybody reads. */
const SLOWEST_MAX = 1000;

function collectRequest(text: string, earlier: readonly number[] = []): readonly number[] {
  return [...earlier, parseWholeNumber(text, 0, 'The number of a request')];
}

function parseSlowest(text: string): number {
  const count = parseWholeNumber(text, 1, 'The number of slowest requests');
  if (count > SLOWEST_MAX) throw new InvalidArgumentError(`At most ${SLOWEST_MAX} are traced.`);
  return count;
}

function collectTraceExport(
  text: string,
  earlier: TraceFlags['export'] = [],
): NonNullable<TraceFlags['export']> {
  const at = text.indexOf('=');
  const format = TRACE_FORMATS.find((candidate) => candidate === text.slice(0, Math.max(at, 0)));
  if (format === undefined || at === text.length - 1) {
    throw new InvalidArgumentError(`Write FMT=FILE, where FMT is ${TRACE_FORMATS.join(', ')}.`);
  }
  return [...earlier, { format, file: text.slice(at + 1) }];
}

export function declareTrace(root: Command, { actions }: CommandContext): void {
  root
    .command('trace')
    .description('one request, event by event')
    .argument('<file>', 'scenario file')
    .option('--request <n>', 'by its number, as in requests.csv (repeatable)', collectRequest)
    .option('--slowest <n>', 'the slowest of the measurement', parseSlowest)
    .option('--variant <name>', 'of this variant (default: as run does it)')
    .addOption(
      new Option('--replication <n>', 'of this replication, from 0')
        .argParser((text: string) => parseWholeNumber(text, 0, 'A replication'))
        .default(0),
    )
    .option('--seed <n>', 'seed of the first replication', parseSeed)
    .option('--set <path=value>', 'change one field, e.g. proxy.mode=ipvs (repeatable)', collectSet)
    .addOption(
      new Option('--format <format>', 'what standard output gets')
        .choices(TRACE_FORMATS)
        .default('text'),
    )
    .option(
      '--export <fmt=file>',
      `also write ${TRACE_FORMATS.join(', ')} to a file (repeatable)`,
      collectTraceExport,
    )
    .option('-q, --quiet', 'nothing but the trace')
    .option('--no-progress', 'no progress on standard error')
    .action((file: string, flags: TraceFlags) => actions().trace(file, flags));
}
