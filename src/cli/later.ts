/** What is promised for later: named, so that it is refused as such and not taken for a typo. */
import type { Command } from 'commander';
import { notYet } from '../scenario/diagnostics/not-yet.ts';
import { CommandFailure } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';

/** Commands that this version doesn't have. */
export const LATER_COMMANDS: readonly {
  readonly name: string;
  readonly what: string;
  /** What does most of it today. */
  readonly instead: string;
}[] = [
  {
    name: 'report',
    what: 'saved results rendered again',
    instead: 'svcsim compare RESULT... compares what was saved',
  },
];

/** @throws CommandFailure */
export function refuseLater(what: string, instead: string): never {
  throw new CommandFailure(EXIT.usage, `${notYet(what)}; ${instead}`);
}

/** Commands that say so, whatever follows them. */
export function declareLater(root: Command): void {
  for (const { name, what, instead } of LATER_COMMANDS) {
    root
      .command(name, { hidden: true })
      .description(`${what} (not yet)`)
      .allowUnknownOption()
      .allowExcessArguments()
      .argument('[anything...]')
      .action(() => refuseLater(`svcsim ${name}`, instead));
  }
}
