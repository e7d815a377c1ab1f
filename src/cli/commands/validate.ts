/** `svcsim validate`, as it is typed. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { collectSet, parseVary } from '../options.ts';
import type { ValidateFlags } from '../options.ts';
import type { CommandContext } from './context.ts';

export function declareValidate(root: Command, { actions }: CommandContext): void {
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
    .action((files: string[], options: ValidateFlags) => actions().validate(files, options));
}
