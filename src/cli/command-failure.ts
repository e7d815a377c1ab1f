/** An end whose message says all there is to say: what the user can mend, or a bug with what reproduces it. */
import { EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';

export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The end by an error that is a bug of ours; `reproduce` is the command that comes to it again. */
export const bugFailure = ({ message, stack }: Error, reproduce: string): CommandFailure =>
  new CommandFailure(
    EXIT.bug,
    `a bug of ours, not of your scenario: ${message}\n${stack ?? ''}\nReproduce: ${reproduce}`,
  );
