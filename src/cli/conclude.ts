/** Where an error that ends a command leads to: an exit code, and what there is to say. */
import { SourceError } from '../scenario/text/source.ts';
import { CommandFailure, memoryText } from './command-failure.ts';
import { EXIT } from './exit-codes.ts';
import { note } from './terminal/terminal.ts';

export function conclude(error: unknown): void {
  if (error instanceof CommandFailure) {
    note(`svcsim: ${error.message}`);
    process.exitCode = error.exitCode;
    return;
  }
  if (error instanceof SourceError) {
    // A file that could be read when the scenario was loaded, and cannot be any more.
    note(`svcsim: ${error.message}`);
    process.exitCode = EXIT.invalid;
    return;
  }
  const memory = error instanceof Error ? memoryText(error) : null;
  if (memory !== null) {
    note(`svcsim: ${memory}`);
    process.exitCode = EXIT.bug;
    return;
  }
  note(
    `svcsim: this is a bug of ours, please report it:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  process.exitCode = EXIT.bug;
}
