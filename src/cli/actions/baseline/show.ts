/** `svcsim baseline show`: what a baseline holds, or which there are. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compareCodeUnits } from '../../../base/order.ts';
import { baselineLines, extentText } from '../../../report/baseline/saved.ts';
import { grid } from '../../../report/text/grid.ts';
import { CommandFailure } from '../../command-failure.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { BASELINES_FOLDER, baselinePath, loadBaseline } from '../../input/baseline-file.ts';
import { note, print, styleFor } from '../../terminal/terminal.ts';

/** A folder of that name, such as that of the scenario's manifests, is not meant. */
const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;

const MEND = 'svcsim baseline save FILE';

/** Does the command. */
export async function showAction(name: string | undefined): Promise<ExitCode> {
  if (name === undefined) return list();
  const path = isFile(name) ? name : baselinePath(name);
  const style = await styleFor(process.stdout);
  print(`${baselineLines(loadBaseline(path, MEND), style).join('\n')}\n`);
  return EXIT.passed;
}

/** A line each; what cannot be read is named on standard error, and its exit code is the one that counts. */
function list(): ExitCode {
  const names = existsSync(BASELINES_FOLDER)
    ? readdirSync(BASELINES_FOLDER)
        .filter((file) => file.endsWith('.json'))
        .toSorted(compareCodeUnits)
    : [];
  let worst: ExitCode = EXIT.passed;
  const rows = names.flatMap((file) => {
    try {
      const baseline = loadBaseline(join(BASELINES_FOLDER, file), MEND);
      return [[basename(file, '.json'), baseline.scenario, extentText(baseline)]];
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      note(`svcsim: ${error.message}`);
      worst = Math.max(worst, error.exitCode) as ExitCode;
      return [];
    }
  });
  if (names.length === 0) print(`No baselines in ${BASELINES_FOLDER}; make one: ${MEND}\n`);
  if (rows.length > 0) {
    print(`${grid([['baseline', 'scenario', 'holds'], ...rows], 'lll').join('\n')}\n`);
  }
  return worst;
}
