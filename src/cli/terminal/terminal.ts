/** Standard output and standard error: what may be coloured, and who is looking. */
import { EXIT } from '../exit-codes.ts';
import { PLAIN } from '../../report/text/style.ts';
import type { Style } from '../../report/text/style.ts';

/** Whether text for `stream` may be coloured: NO_COLOR never, FORCE_COLOR always, else on a terminal. */
export function isColored(stream: { readonly isTTY?: boolean }): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM, CI } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return stream.isTTY === true && TERM !== 'dumb' && (CI === undefined || CI === '');
}

/** Whether a line on `stream` may be drawn over: a terminal with a person in front of it. */
export function isInteractive(stream: { readonly isTTY?: boolean }): boolean {
  const { TERM, CI } = process.env;
  return stream.isTTY === true && TERM !== 'dumb' && (CI === undefined || CI === '');
}

/** Colours for `stream`, or none. */
export async function styleFor(stream: { readonly isTTY?: boolean }): Promise<Style> {
  if (!isColored(stream)) return PLAIN;
  const { default: picocolors } = await import('picocolors');
  return picocolors.createColors(true);
}

/** To standard output: results. */
export function print(text: string): void {
  process.stdout.write(text);
}

/** To standard error: everything else. One line or several, without the last newline. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/**
 * A reader that closes early (`svcsim … | head`) is no error. Anything else that keeps results from standard output, such
 * as a disk that is full, is told, and the end is that of results that cannot be written; what goes to files does
 * so all the same. What standard error does not take is lost.
 */
export function superviseOutput(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') return;
    // Node says "ENOSPC: no space left on device, write".
    const reason = message.replace(/^[A-Z]+: /, '').replace(/, write$/, '');
    note(`svcsim: cannot write to standard output: ${reason}`);
    process.on('exit', () => {
      process.exitCode = EXIT.invalid;
    });
  });
}
