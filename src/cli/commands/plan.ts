/** `svcsim plan`, as it is typed. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { collectSet, parseJobs, parseReplications, parseSeed, parseVary } from '../options.ts';
import type { PlanFlags } from '../options.ts';
import type { CommandContext } from './context.ts';

export function declarePlan(root: Command, { actions }: CommandContext): void {
  root
    .command('plan')
    .description('the resolved scenario, its load, what queueing theory says, what it will cost')
    .argument('<file...>', 'scenario files')
    .addOption(
      new Option('--format <format>', 'how to say it').choices(['text', 'json']).default('text'),
    )
    .option('--set <path=value>', 'change one field, e.g. proxy.mode=ipvs (repeatable)', collectSet)
    .option('--vary <path=a,b>', 'variants by the values of one field', parseVary)
    .option('--seed <n>', 'seed of the first replication', parseSeed)
    .option('--replications <n>', 'independent runs of each variant', parseReplications)
    .option('-j, --jobs <n>', 'runs at a time (default: number of cores)', parseJobs)
    .option('--no-pilot', 'no estimate of time and memory: nothing is simulated')
    .action((files: string[], flags: PlanFlags) => actions().plan(files, flags));
}
