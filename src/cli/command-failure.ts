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

/** What there is to say where a thread has come to the end of its memory; null: it was something else. */
export function memoryText(error: Error): string | null {
  const { code } = (error.cause ?? error) as NodeJS.ErrnoException;
  if (code !== 'ERR_WORKER_OUT_OF_MEMORY') return null;
  const mend =
    'simulate for a shorter time, record less, or give Node more: NODE_OPTIONS=--max-old-space-size=8192 (MiB)';
  return `out of memory: ${error.message}\nTo go on, ${mend}`;
}

/** The end by an error that is a bug of ours; `reproduce` is the command that comes to it again. */
export function bugFailure(error: Error, reproduce: string): CommandFailure {
  const { message, stack = '' } = error;
  const what = memoryText(error) ?? `a bug of ours, not of your scenario: ${message}\n${stack}`;
  return new CommandFailure(EXIT.bug, `${what}\nReproduce: ${reproduce}`);
}
