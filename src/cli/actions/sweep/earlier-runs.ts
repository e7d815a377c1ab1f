/** What the folder of a sweep holds already: runs to go on from, or a reason to leave it alone. */
import { join } from 'node:path';
import type { Sweep } from '../../../contract/sweep.ts';
import { plural } from '../../../report/numbers.ts';
import { differenceOf, journalHeader } from '../../../study/sweep/journal.ts';
import type { RecordedRun } from '../../../study/sweep/runs.ts';
import { CommandFailure } from '../../command-failure.ts';
import { EXIT } from '../../exit-codes.ts';
import type { SweepFlags } from '../../options.ts';
import { readJournal } from '../../output/sweep-folder.ts';
import { sweepCommand } from '../../reproduction.ts';
import { folderName } from '../../output/folder-name.ts';
import type { SweepInvocation } from './invocation.ts';

export function folderOf(sweep: Sweep, { out, shard }: SweepFlags): string {
  if (out !== undefined) return out;
  const folder = join('results', folderName(sweep.points[0]!.plan.scenario), 'sweep');
  return shard === undefined ? folder : join(folder, `shard-${shard.index}-of-${shard.count}`);
}

/** What a journal that is there already means: runs that are done, or a refusal. */
export function earlierRuns(
  sweep: Sweep,
  folder: string,
  { file, flags }: SweepInvocation,
): readonly RecordedRun[] {
  if (flags.restart === true) return [];
  const again = sweepCommand(file, flags);
  const journal = readJournal(folder, `throw it away: ${again} --restart`);
  if (journal === null) return [];
  const { header, runs } = journal;
  if (flags.merge !== undefined) {
    if (header.finished) return [];
    throw new CommandFailure(
      EXIT.usage,
      `${folder} holds an interrupted sweep; put the shards together elsewhere with -o DIR`,
    );
  }
  if (flags.resume !== true) {
    if (header.finished || runs.length === 0) return [];
    throw new CommandFailure(
      EXIT.usage,
      `${folder} holds an interrupted sweep, ${plural(runs.length, 'run')} done.\n` +
        `Go on with it:     ${again} --resume\nThrow it away:     ${again} --restart`,
    );
  }
  const wanted = journalHeader(sweep, flags.shard);
  const shards = header.shard === wanted.shard ? null : `shard ${header.shard ?? 'none'} there`;
  const difference = shards ?? differenceOf(header, wanted);
  if (difference === null) return runs;
  throw new CommandFailure(
    EXIT.usage,
    `${folder} holds runs of another sweep: ${difference}.\n` +
      `Keep them and sweep elsewhere with -o DIR, or throw them away: ${again} --restart`,
  );
}
