/** An end whose message says all there is to say: what the user can mend, or a bug with what reproduces it. */
import type { ExitCode } from './exit-codes.ts';

export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
