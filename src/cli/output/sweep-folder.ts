/**
 * The folder of a sweep: its journal, to which every run is added as it ends, and the files that are made from it at
 * the end. A process may be killed at any moment: what is there then is a journal whose last line may be torn, and perhaps
 * temporary files, which the next one removes.
 *
 * Left out: nothing keeps two processes from working in one folder at the same time.
 */
import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  headerLine,
  JournalError,
  journalText,
  parseJournal,
  runLine,
} from '../../study/sweep/journal.ts';
import type { Journal, JournalHeader } from '../../study/sweep/journal.ts';
import type { RecordedRun } from '../../study/sweep/runs.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import { isLeftOver, outputFailure, prepareFile, writeWhole } from './output-files.ts';

export const JOURNAL = 'runs.jsonl';

/** A file that is made from the journal. */
export interface SweepFile {
  readonly name: string;
  pieces(): Iterable<string>;
}

/** Every name that such a file can have, sweep.json last: whoever waits for it finds the others. */
export const SWEEP_FILES = ['sweep.csv', 'sweep-runs.csv', 'frontier.csv', 'sweep.json'] as const;

/**
 * The journal in a folder; null where there is none, or one that had not begun.
 *
 * @throws CommandFailure where it cannot be read, with `mend` as what to do.
 */
export function readJournal(folder: string, mend: string): Journal | null {
  const path = join(folder, JOURNAL);
  try {
    return parseJournal(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    const reason = error instanceof Error ? error.message : String(error);
    const advice = error instanceof JournalError ? `; ${mend}` : '';
    throw new CommandFailure(EXIT.invalid, `cannot read ${path}: ${reason}${advice}`);
  }
}

/** A journal that runs are being added to. */
export class OpenJournal {
  private readonly folder: string;
  private readonly header: JournalHeader;
  private descriptor: number;

  /**
   * Begins the journal, with the runs that are done already. Files of an earlier sweep that it would belie go.
   *
   * @throws CommandFailure
   */
  constructor(folder: string, header: JournalHeader, done: readonly RecordedRun[]) {
    this.folder = folder;
    this.header = header;
    const path = join(folder, JOURNAL);
    const names: readonly string[] = [JOURNAL, ...SWEEP_FILES];
    for (const name of names) prepareFile(join(folder, name));
    for (const name of readdirSync(folder)) {
      const isOld = name !== JOURNAL && names.includes(name);
      if (isOld || isLeftOver(name, names)) rmSync(join(folder, name), { force: true });
    }
    writeWhole(path, [headerLine(header), done.map(runLine).join('')]);
    try {
      this.descriptor = openSync(path, 'a');
    } catch (error) {
      throw outputFailure(path, error);
    }
  }

  /** @throws CommandFailure */
  add(run: RecordedRun): void {
    try {
      writeFileSync(this.descriptor, runLine(run));
    } catch (error) {
      throw outputFailure(join(this.folder, JOURNAL), error);
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }

  /**
   * Writes the files, and then the journal in order: only now it says that nothing is missing.
   *
   * @returns their names, that of the journal among them.
   * @throws CommandFailure
   */
  finish(runs: readonly RecordedRun[], files: readonly SweepFile[]): readonly string[] {
    this.close();
    for (const file of files) writeWhole(join(this.folder, file.name), file.pieces());
    writeWhole(join(this.folder, JOURNAL), journalText({ ...this.header, finished: true }, runs));
    return [...files.map(({ name }) => name), JOURNAL];
  }
}
