/** What was written where, and what repeats it. */
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

/** What the summary ends with. */
export interface Footer {
  /** The folder of the results, as the user would name it, with a slash at the end. */
  readonly folder: string;
  /** Names of the files in it. */
  readonly files: readonly string[];
  readonly fingerprint: string;
  /** The command that gives the same figures again. */
  readonly reproduce: string;
}

/** The last lines of a summary. */
export function footerLines(footer: Footer, style: Style): readonly string[] {
  const { folder, files, fingerprint, reproduce } = footer;
  const [first, ...rest] = wrap(`Wrote ${folder} (${files.join(', ')})`, '  ');
  return [
    first!.replace(folder, () => style.bold(folder)),
    ...rest,
    `Fingerprint ${fingerprint}   Reproduce: ${reproduce}`,
  ];
}
