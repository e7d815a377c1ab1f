/** `svcsim schema`, as it is typed. */
import type { Command } from 'commander';

export function declareSchema(root: Command): void {
  root
    .command('schema')
    .description('print the JSON Schema of scenario files, for editors')
    .action(async () => {
      const { schemaAction } = await import('../actions/schema.ts');
      schemaAction();
    });
}
