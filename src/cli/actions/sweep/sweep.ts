/**
 * `svcsim sweep`: resolve the grid, check that results can be written, do the runs that are not done, judge the points,
 * write, and say what came of it.
 */
import { join } from 'node:path';
import { shellWord } from '../../../base/shell-word.ts';
import type { Sweep, SweepGoal } from '../../../contract/sweep.ts';
import { formatCount, plural } from '../../../report/numbers.ts';
import { cel } from '../../../scenario/sweep/constraints.ts';
import { concludeSweep, judgePoint } from '../../../study/sweep/conclusion.ts';
import { searchRunsAtMost } from '../../../study/sweep/goal.ts';
import { journalHeader, shardName } from '../../../study/sweep/journal.ts';
import { DoneRuns, runsOf, runsOfShard } from '../../../study/sweep/runs.ts';
import { isBinding } from '../../../study/thresholds.ts';
import { CommandFailure } from '../../command-failure.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { loadScenarioFile } from '../../input/loading.ts';
import { prepareSweepExports } from '../../output/sweep-exports.ts';
import { OpenJournal } from '../../output/sweep-folder.ts';
import { sweepCommand } from '../../reproduction.ts';
import { note } from '../../terminal/terminal.ts';
import { printRuns } from './listing.ts';
import { mergedRuns } from './merging.ts';
import type { SweepInvocation } from './invocation.ts';
import { folderOf, earlierRuns } from './earlier-runs.ts';
import type { Work } from './work.ts';
import { doAll, lookFor } from './work.ts';
import { conclude, forFigures } from './conclusion.ts';

/** Does the command. */
export async function sweepAction(invocation: SweepInvocation): Promise<ExitCode> {
  const { file, flags } = invocation;
  if (flags.resume === true && flags.restart === true) {
    throw new CommandFailure(EXIT.usage, '--resume and --restart exclude each other');
  }
  const scenario = loadScenarioFile(file, {
    ...flags,
    sweep: {
      parameters: flags.parameter ?? [],
      ...(flags.goal === undefined ? {} : { goal: flags.goal }),
      constraints: cel,
    },
  });
  if (scenario === null) return EXIT.invalid;
  const { sweep } = scenario;
  if (sweep === null) {
    throw new CommandFailure(
      EXIT.usage,
      `${file} has no sweep. Add spec.sweep.parameters, or name the values: ` +
        '-P deployment/checkout:spec.replicas=6..12',
    );
  }
  const goal = flags.exhaustive === true ? null : sweep.goal;
  if (goal !== null) refuseSearch(sweep, invocation);
  const all = runsOf(sweep, sweep.points.keys());
  const runs = flags.shard === undefined ? all : runsOfShard(all, flags.shard);
  if (flags.dryRun === true) {
    printRuns(sweep, runs, flags.format);
    if (goal !== null) noteSearch(sweep, goal);
    return EXIT.passed;
  }
  const folder = folderOf(sweep, flags);
  const kept = earlierRuns(sweep, folder, invocation);
  const earlier = flags.merge === undefined ? kept : mergedRuns(sweep, flags.merge);
  const exportAs = prepareSweepExports(folder, flags.export ?? []);
  const journal = new OpenJournal(folder, journalHeader(sweep, flags.shard), earlier);
  const done = new DoneRuns(sweep, earlier);
  const work = { sweep, done, journal, folder, exportAs };
  const isResumed = flags.resume === true && flags.quiet !== true;
  if (goal !== null) {
    if (isResumed) note(`Resuming: ${plural(earlier.length, 'run')} were done.`);
    const search = await lookFor(goal, work, invocation);
    if (search !== null) {
      return conclude(concludeSweep(sweep, search.points, search), work, invocation);
    }
    return sayInterrupted(plural(done.sorted().length, 'run'), work, invocation);
  }
  const doneOf = (): string => {
    const count = runs.filter((run) => done.has(run)).length;
    return `${formatCount(count)} of ${plural(runs.length, 'run')}`;
  };
  if (isResumed) note(`Resuming: ${doneOf()} were done.`);
  if (!(await doAll(runs, work, invocation))) return sayInterrupted(doneOf(), work, invocation);
  if (flags.shard !== undefined) {
    journal.finish(done.sorted(), []);
    sayShard(folder, runs.length, invocation);
    return EXIT.passed;
  }
  const points = sweep.points.map((_, index) => judgePoint(sweep, index, done.figures(index)));
  return conclude(concludeSweep(sweep, points), work, invocation);
}

/** Refuses what a search cannot be. */
function refuseSearch(sweep: Sweep, { file, flags }: SweepInvocation): void {
  const grid = `${sweepCommand(file, { ...flags, exhaustive: true })}`;
  if (flags.shard !== undefined || flags.merge !== undefined) {
    throw new CommandFailure(
      EXIT.usage,
      'a search for a goal has no parts: which runs it does depends on those before them.\n' +
        `Divide the whole grid instead: ${grid}`,
    );
  }
  if (!sweep.points.some(({ plan }) => plan.thresholds.some(isBinding))) {
    throw new CommandFailure(
      EXIT.usage,
      `a goal is the best value that meets every threshold, and ${file} has none that can fail.\n` +
        `Add spec.thresholds, or do the whole grid: ${grid}`,
    );
  }
}

/** How many of the runs that were listed a search does. */
function noteSearch(sweep: Sweep, goal: SweepGoal): void {
  const { name } = sweep.parameters[goal.parameter]!;
  note(
    `The search for ${goal.direction}:${name} does at most ${plural(searchRunsAtMost(sweep, goal), 'run')} of them, ` +
      `unless more ${name} turns out not to be always better or always worse.`,
  );
}

function sayInterrupted(
  done: string,
  { journal, folder }: Work & { readonly folder: string },
  { file, flags }: SweepInvocation,
): ExitCode {
  journal.close();
  note(
    `svcsim: interrupted after ${done}; they are kept in ${join(folder, '/')}\n` +
      `Go on: ${sweepCommand(file, flags)} --resume`,
  );
  return EXIT.interrupted;
}

/** A shard answers nothing; what puts it together with the others does. */
function sayShard(folder: string, runs: number, { file, flags }: SweepInvocation): void {
  const { shard, ...rest } = forFigures(flags);
  const whole = sweepCommand(file, rest);
  note(
    `Shard ${shardName(shard!)}: ${plural(runs, 'run')} in ${join(folder, '/')}\n` +
      `When all ${shard!.count} are done: ${whole} --merge ${shellWord(folder)} …`,
  );
}
