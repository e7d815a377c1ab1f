/** Shards put together: every run once, of one and the same sweep, and none missing. */
import type { Sweep } from '../../../contract/sweep.ts';
import { plural } from '../../../report/numbers.ts';
import { differenceOf, journalHeader, shardName } from '../../../study/sweep/journal.ts';
import type { Journal } from '../../../study/sweep/journal.ts';
import { DoneRuns, runsOf } from '../../../study/sweep/runs.ts';
import type { RecordedRun } from '../../../study/sweep/runs.ts';
import { CommandFailure } from '../../command-failure.ts';
import { EXIT } from '../../exit-codes.ts';
import { readJournal } from '../../output/sweep-folder.ts';

interface Part {
  readonly folder: string;
  readonly journal: Journal;
}

function partIn(folder: string, sweep: Sweep): Part {
  const journal = readJournal(folder, 'do that shard again');
  if (journal === null) {
    throw new CommandFailure(EXIT.usage, `${folder} holds no runs of a sweep`);
  }
  const difference = differenceOf(journal.header, journalHeader(sweep));
  if (difference === null) return { folder, journal };
  throw new CommandFailure(EXIT.usage, `${folder} holds runs of another sweep: ${difference}`);
}

/** In words, which parts runs are missing of. */
function missingParts(parts: readonly Part[]): string {
  const unfinished = parts.filter(({ journal }) => !journal.header.finished);
  if (unfinished.length > 0) {
    return `unfinished: ${unfinished.map(({ folder }) => folder).join(', ')} (--resume goes on with it)`;
  }
  const shards = parts.flatMap(({ journal }) => journal.header.shard ?? []);
  const counts = new Set(shards.map((shard) => Number(shard.split('/')[1])));
  const [count] = counts;
  if (count === undefined || counts.size > 1) return 'the parts are not those of one division';
  const absent = Array.from({ length: count }, (_, at) => shardName({ index: at + 1, count }));
  return `not given: shard ${absent.filter((name) => !shards.includes(name)).join(', ')}`;
}

/**
 * The runs of the journals in `folders`.
 *
 * @throws CommandFailure where one is of another sweep, where two disagree, or where runs are missing.
 */
export function mergedRuns(sweep: Sweep, folders: readonly string[]): readonly RecordedRun[] {
  const parts = folders.map((folder) => partIn(folder, sweep));
  const done = new DoneRuns(sweep);
  for (const { folder, journal } of parts) {
    for (const run of journal.runs) {
      const other = done.get(run.point, run.figures.replication);
      if (other !== undefined && JSON.stringify(other) !== JSON.stringify(run.figures)) {
        const { name } = sweep.points[run.point]!;
        throw new CommandFailure(
          EXIT.usage,
          `${folder} and another part disagree on replication ${run.figures.replication} of ${name}`,
        );
      }
      done.add(run);
    }
  }
  const runs = runsOf(sweep, sweep.points.keys());
  const missing = runs.filter((run) => !done.has(run)).length;
  if (missing === 0) return done.sorted();
  throw new CommandFailure(
    EXIT.usage,
    `${missing} of ${plural(runs.length, 'run')} are missing; ${missingParts(parts)}`,
  );
}
