/** Why a file could not be read, in words. */
import { SourceError } from '../../scenario/text/source.ts';

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['ENOTDIR', 'no such file'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['ELOOP', 'too many symbolic links'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['Z_DATA_ERROR', 'its gzip data are damaged'],
  ['Z_BUF_ERROR', 'its gzip data end too early'],
]);

/** What Node's `fs` or `zlib` has thrown, in words. */
export function whyUnreadable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return REASONS.get(code) ?? (error instanceof Error ? error.message : String(error));
}

/** The same as a SourceError. */
export function readError(error: unknown): SourceError {
  return error instanceof SourceError ? error : new SourceError(whyUnreadable(error));
}
