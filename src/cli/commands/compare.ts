/** `svcsim compare`, as it is typed. */
import type { Command } from 'commander';
import { parseVary } from '../options.ts';
import type { CompareFlags } from '../options.ts';
import type { CommandContext } from './context.ts';
import { withDeterminismCheck, withStudyFlags } from './study-flags.ts';

export function declareCompare(root: Command, { workers, actions }: CommandContext): void {
  withDeterminismCheck(
    withStudyFlags(
      root
        .command('compare')
        .description('variants of a scenario side by side, or saved results')
        .argument('<file...>', 'a scenario file, or results: folders or result.json')
        .option('--vary <path=a,b>', 'variants by the values of one field', parseVary)
        .option('--variant <name>', 'of saved results, only this variant'),
    ),
  ).action((files: string[], flags: CompareFlags) => actions().compare(files, flags, workers));
}
