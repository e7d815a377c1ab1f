/** Baselines in files: where they are, and what is wrong with them. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { SourceError } from '../../scenario/text/source.ts';
import type { Baseline } from '../../study/baseline/baseline.ts';
import { BaselineFormatError, readBaseline } from '../../report/baseline/read.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import { sourceFiles } from './source-files.ts';

/** The folder that is committed. */
export const BASELINES_FOLDER: string = path.join('results', 'baselines');

/** The path of the baseline called `name`. */
export const baselinePath = (name: string): string => path.join(BASELINES_FOLDER, `${name}.json`);

/**
 * Reads a baseline; `mend` is the command that makes one.
 *
 * @throws CommandFailure: 12 where there is none or it is of another schema version, 3 where it is broken.
 */
export function loadBaseline(file: string, mend: string): Baseline {
  let text: string;
  try {
    text = sourceFiles(fs, path).read(file);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    if (!fs.existsSync(file)) {
      throw new CommandFailure(
        EXIT.notComparable,
        `there is no baseline ${file}. Make it: ${mend}`,
      );
    }
    throw new CommandFailure(EXIT.invalid, `cannot read the baseline ${file}: ${error.message}`);
  }
  try {
    return readBaseline(text);
  } catch (error) {
    if (!(error instanceof BaselineFormatError)) throw error;
    if (error.otherVersion !== null) {
      throw new CommandFailure(
        EXIT.notComparable,
        `the baseline ${file} is not comparable: ${error.message}. Save a new one: ${mend}`,
      );
    }
    throw new CommandFailure(
      EXIT.invalid,
      `the baseline ${file} is broken: ${error.message}. Restore it, or save a new one: ${mend}`,
    );
  }
}
