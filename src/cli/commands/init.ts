/** `svcsim init`, as it is typed. */
import type { Command } from 'commander';
import type { CommandContext } from './context.ts';

/** The flags of `init`. */
export interface InitFlags {
  /** Files, folders, and `-` for standard input. */
  readonly from?: readonly string[];
  readonly force?: boolean;
}

export function declareInit(root: Command, { actions }: CommandContext): void {
  root
    .command('init')
    .description('write a scenario to start from, or one for your manifests')
    .usage('[dir] [options]')
    .argument('[dir]', 'where scenario.yaml goes', '.')
    .option(
      '--from <manifest...>',
      'files or folders with manifests, as they are; - for kubectl get -o yaml',
    )
    .option('--force', 'write over a scenario.yaml that is there')
    .action((folder: string, flags: InitFlags) => actions().init(folder, flags));
}
