/** Reads the logs of an import; what cannot be read ends the command with its place and its mend. */
import { formatCount } from '../../../report/numbers.ts';
import type { BrokenLines } from '../../../observed/broken-lines.ts';
import { harmless } from '../../../observed/broken-lines.ts';
import type { Format } from '../../../observed/format.ts';
import { FORMATS } from '../../../observed/formats/registry.ts';
import type { LogBook } from '../../../observed/log-book.ts';
import { LogReader } from '../../../observed/log-reader.ts';
import { didYouMean } from '../../../base/suggest.ts';
import { CommandFailure } from '../../command-failure.ts';
import type { ImportFlags } from '../../commands/import.ts';
import { EXIT } from '../../exit-codes.ts';
import { checkLog, logBlocks } from '../../input/log-blocks.ts';

/** @throws CommandFailure where there is no such format. */
export function formatNamed(name: string | undefined): Format | null {
  if (name === undefined) return null;
  const format = FORMATS.find((each) => each.name === name);
  if (format !== undefined) return format;
  const names = FORMATS.map((each) => each.name);
  throw new CommandFailure(
    EXIT.usage,
    `there is no format "${name}"${didYouMean(name, names)}\nFormats:\n${FORMATS.map(
      (each) => `  ${each.name.padEnd(14)}${each.what}`,
    ).join('\n')}`,
  );
}

/**
 * Reads all files into `book`.
 *
 * @returns what was taken from them, to be told.
 * @throws CommandFailure
 */
export async function readLogs(
  files: readonly string[],
  flags: ImportFlags,
  book: LogBook,
): Promise<string> {
  const format = formatNamed(flags.format);
  const options = {
    column: flags.column ?? null,
    unit: flags.unit ?? null,
    timeColumn: flags.timeColumn ?? null,
    timeUnit: flags.timeUnit ?? null,
  };
  files.forEach(checkLog);
  let what = '';
  let lines = 0;
  for (const file of files) {
    const reader = new LogReader(file, { format, options }, book);
    for await (const block of logBlocks(file)) {
      reader.add(block);
      if (reader.refusal !== null) break;
    }
    reader.end();
    const { refusal } = reader;
    if (refusal !== null) {
      throw new CommandFailure(
        refusal.usage ? EXIT.usage : EXIT.invalid,
        `${file}: ${refusal.refused}`,
      );
    }
    lines += reader.line;
    const found = `${reader.format!.name}: ${reader.log!.what}`;
    if (what !== '' && found !== what) {
      throw new CommandFailure(
        EXIT.invalid,
        `${file} is ${found}, and ${files[0]} is ${what}: import them one by one, or say --format and --column`,
      );
    }
    what = found;
  }
  judgeBroken(book.broken, { lines, isSkipped: flags.skipBroken === true, read: book.count });
  return what;
}

/** What is wrong with lines, as it is shown. */
function brokenText({ first, total }: BrokenLines, lines: number): string {
  const shown = first.map(
    ({ file, line, problem, excerpt }) =>
      `${file}:${line}: ${harmless(problem)}\n${String(line).padStart(8)} │ ${excerpt}`,
  );
  const more = total - first.length;
  return [
    ...shown,
    ...(more > 0 ? [`… and ${formatCount(more)} more`] : []),
    `${formatCount(total)} of ${formatCount(lines)} lines ${total === 1 ? 'is' : 'are'} broken`,
  ].join('\n');
}

/** A log most of whose lines are broken is of another format. */
function judgeBroken(
  broken: BrokenLines,
  {
    lines,
    isSkipped,
    read,
  }: { readonly lines: number; readonly isSkipped: boolean; readonly read: number },
): void {
  if (broken.total === 0) return;
  const isOther = broken.total > read;
  if (isSkipped && !isOther) return;
  const mend = isOther
    ? 'Most lines cannot be read so: is it another --format, --column or --unit?'
    : 'Mend them, or leave them out with --skip-broken.';
  throw new CommandFailure(
    EXIT.invalid,
    `the log cannot be read as it is; nothing was written.\n${brokenText(broken, lines)}. ${mend}`,
  );
}
