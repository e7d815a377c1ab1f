/** `svcsim schema`, as it is typed. */
import type { Command } from 'commander';
import type { CommandContext } from './context.ts';

export function declareSchema(root: Command, { actions }: CommandContext): void {
  root
    .command('schema')
    .description('print the JSON Schema of scenario files, for editors')
    .action(() => actions().schema());
}
