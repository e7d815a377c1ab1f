/** The runs of a sweep, listed and not done. */
import type { Sweep } from '../../../contract/sweep.ts';
import { csvText } from '../../../report/files/csv.ts';
import { plural } from '../../../report/numbers.ts';
import { grid } from '../../../report/text/grid.ts';
import type { SweepRun } from '../../../study/sweep/runs.ts';
import type { Format } from '../../options.ts';
import { note, print } from '../../terminal/terminal.ts';

/** One row a run: its number, the values of the parameters, replication, seed. */
export function printRuns(sweep: Sweep, runs: readonly SweepRun[], format: Format): void {
  const names = sweep.parameters.map(({ name }) => name);
  const head = ['run', ...names, 'replication', 'seed'];
  const rows = runs.map(({ point, replication, seed }, index) => [
    String(index + 1),
    ...sweep.points[point]!.values.map(({ text }) => text),
    String(replication),
    String(seed),
  ]);
  switch (format) {
    case 'json': {
      const listed = runs.map(({ point, replication, seed }) => {
        const { values } = sweep.points[point]!;
        const settings = values.map(({ text }, index) => [names[index]!, text]);
        return { parameters: Object.fromEntries(settings), replication, seed };
      });
      print(`${JSON.stringify({ runs: listed }, null, 2)}\n`);
      break;
    }
    case 'csv':
      print(csvText([head, ...rows]));
      break;
    default:
      print(`${grid([head, ...rows], 'r'.repeat(head.length)).join('\n')}\n`);
  }
  const points = new Set(runs.map(({ point }) => point)).size;
  note(`${plural(runs.length, 'run')} of ${plural(points, 'point')}; nothing was simulated.`);
}
