/** `svcsim sweep`, as it is typed. */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { SWEEP_EXPORTS } from '../../report/exports/formats.ts';
import {
  collectExportOf,
  collectSet,
  FORMATS,
  parseFolder,
  parseJobs,
  parseReplications,
  parseSeed,
} from '../options.ts';
import type { SweepFlags } from '../options.ts';
import type { CommandContext } from './context.ts';

function collectParameter(text: string, earlier: readonly string[] = []): readonly string[] {
  if (!/^[^=]+=.*\S/.test(text)) {
    throw new InvalidArgumentError(
      'Write name=values, for example replicas=6..12 or proxy.mode=iptables,ipvs.',
    );
  }
  return [...earlier, text];
}

function parseShard(text: string): SweepFlags['shard'] {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (index === undefined || shard.index < 1 || shard.index > shard.count) {
    throw new InvalidArgumentError('Write i/n: 1/4 is the first of four parts.');
  }
  return shard;
}

export function declareSweep(root: Command, { workers, actions }: CommandContext): void {
  root
    .command('sweep')
    .description('a grid of settings, and the smallest that meets every threshold')
    .argument('<file>', 'a scenario file')
    .option(
      '-P, --parameter <name=values>',
      'values of a parameter, or of a path: replicas=6..12, proxy.mode=iptables,ipvs (repeatable)',
      collectParameter,
    )
    .option('--goal <min:name>', 'the smallest (max: largest) value that meets every threshold')
    .option('--exhaustive', 'with a goal: every point of the grid, not just those that it takes')
    .option('--seed <n>', 'seed of the first replication; the others derive from it', parseSeed)
    .option('--replications <n>', 'independent runs of each point', parseReplications)
    .option('--set <path=value>', 'change one field, e.g. proxy.mode=ipvs (repeatable)', collectSet)
    .option('-j, --jobs <n>', 'runs at a time (default: number of cores)', parseJobs)
    .option(
      '-o, --out <dir>',
      'folder for results (default: results/<scenario>/sweep/)',
      parseFolder,
    )
    .addOption(
      new Option('--format <format>', 'what standard output gets').choices(FORMATS).default('text'),
    )
    .addOption(
      new Option('--export <fmt[=file]>', `also write ${SWEEP_EXPORTS.join(', ')} (repeatable)`)
        .argParser(collectExportOf(SWEEP_EXPORTS))
        .conflicts(['shard', 'dryRun']),
    )
    .option('--resume', 'go on where an interrupted sweep ended')
    .option('--restart', 'throw away what an interrupted sweep had done')
    .addOption(
      new Option('--shard <i/n>', 'only this part of the runs, to be merged later')
        .argParser(parseShard)
        .conflicts('merge'),
    )
    .addOption(
      new Option('--merge <dir...>', 'put the shards in these folders together').conflicts([
        'resume',
        'restart',
      ]),
    )
    .option('--dry-run', 'list the runs and simulate nothing')
    .option('-q, --quiet', 'only the answer and errors')
    .option('--no-progress', 'no progress on standard error')
    .action((file: string, flags: SweepFlags) => actions().sweep({ file, flags, workers }));
}
