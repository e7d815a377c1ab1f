/**
 * `svcsim sweep`: resolve the grid, check that results can be written, do the runs that are not done, judge the points,
 * write, and say what came of it. Every run goes through the journal, so that nothing is lost.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { shellWord } from '../../base/shell-word.ts';
import type { Sweep, SweepGoal } from '../../contract/sweep.ts';
import { formatCount, plural } from '../../report/numbers.ts';
import {
  frontierCsv,
  sweepCsv,
  sweepJsonChunks,
  sweepRunsCsv,
} from '../../report/files/sweep-files.ts';
import { sweepMarkdown } from '../../report/sweep-markdown.ts';
import { sweepText, sweepVerdict } from '../../report/text/sweep/summary.ts';
import { cel } from '../../scenario/sweep/constraints.ts';
import { RunFailure } from '../../study/executors/run-failure.ts';
import { concludeSweep, judgePoint } from '../../study/sweep/conclusion.ts';
import type { SweepConclusion } from '../../study/sweep/conclusion.ts';
import { Evaluator } from '../../study/sweep/evaluator.ts';
import { searchGoal, searchRunsAtMost } from '../../study/sweep/goal.ts';
import type { GoalSearch } from '../../study/sweep/goal.ts';
import { differenceOf, journalHeader, shardName } from '../../study/sweep/journal.ts';
import { DoneRuns, runsOf, runsOfShard } from '../../study/sweep/runs.ts';
import type { RecordedRun, SweepRun } from '../../study/sweep/runs.ts';
import { isBinding } from '../../study/thresholds.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { loadFile, showDiagnostics } from '../input/loading.ts';
import type { SweepFlags } from '../options.ts';
import { prepareSweepExports } from '../output/sweep-exports.ts';
import type { SweepExporter } from '../output/sweep-exports.ts';
import { OpenJournal, readJournal } from '../output/sweep-folder.ts';
import type { SweepFile } from '../output/sweep-folder.ts';
import { sweepCommand } from '../reproduction.ts';
import { Interruption } from '../terminal/interruption.ts';
import { SweepWatch } from '../terminal/sweep-watch.ts';
import { note, print, styleFor } from '../terminal/terminal.ts';
import { folderName } from './folder-name.ts';
import { printRuns } from './sweep-runs.ts';
import { mergedRuns } from './sweep-shards.ts';

/** What is to be done. */
export interface SweepInvocation {
  readonly file: string;
  readonly flags: SweepFlags;
  /** Where the built worker is. */
  readonly workerUrl: URL;
}

function folderOf(sweep: Sweep, { out, shard }: SweepFlags): string {
  if (out !== undefined) return out;
  const folder = join('results', folderName(sweep.points[0]!.plan.scenario), 'sweep');
  return shard === undefined ? folder : join(folder, `shard-${shard.index}-of-${shard.count}`);
}

/** What a journal that is there already means: runs that are done, or a refusal. */
function earlierRuns(
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

/** A sweep that is under way. */
interface Work {
  readonly sweep: Sweep;
  readonly done: DoneRuns;
  readonly journal: OpenJournal;
}

/** Does the runs that `work` asks for, as far as they are missing; what it comes to. */
async function simulate<Result>(
  { sweep, done, journal }: Work,
  { file, flags, workerUrl }: SweepInvocation,
  { watch, work }: { watch: SweepWatch; work: (evaluator: Evaluator) => Promise<Result> },
): Promise<Result> {
  const interruption = new Interruption();
  interruption.beforeMessage(() => watch.clear());
  const evaluator = new Evaluator(sweep, done, {
    jobs: flags.jobs ?? availableParallelism(),
    workerUrl,
    signal: interruption.signal,
    onProgress: watch.onProgress,
    onRun(run): void {
      journal.add(run);
      watch.finished(run.point);
    },
  });
  try {
    return await work(evaluator);
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    const point = sweep.points.find(({ name }) => name === error.variant)!;
    const sets = point.values.flatMap(({ text }, index) =>
      sweep.parameters[index]!.paths.map((path) => `${path}=${text}`),
    );
    const words = [...(flags.set ?? []), ...sets].map((set) => ` --set ${shellWord(set)}`);
    throw new CommandFailure(
      EXIT.bug,
      `a bug of ours, not of your scenario: ${error.message}\n${error.stack ?? ''}\n` +
        `Reproduce: svcsim run ${shellWord(file)}${words.join('')} --seed ${error.seed} --replications 1`,
    );
  } finally {
    watch.clear();
  }
}

/** Does every run of the grid, or of a part of it; whether none is missing then. */
function doAll(
  runs: readonly SweepRun[],
  work: Work,
  invocation: SweepInvocation,
): Promise<boolean> {
  const { sweep, done } = work;
  const missing = runs.filter((run) => !done.has(run));
  return simulate(work, invocation, {
    watch: SweepWatch.ofGrid(sweep, missing, invocation.flags),
    work: async (evaluator) => {
      await evaluator.run(runs);
      return runs.every((run) => done.has(run));
    },
  });
}

/** Looks for a goal; null where it was interrupted. */
function lookFor(
  goal: SweepGoal,
  work: Work,
  invocation: SweepInvocation,
): Promise<GoalSearch | null> {
  const { sweep, done } = work;
  const watch = SweepWatch.ofSearch(sweep, searchRunsAtMost(sweep, goal), invocation.flags);
  return simulate(work, invocation, {
    watch,
    work: (evaluator) =>
      searchGoal(sweep, goal, {
        done,
        run: async (runs) => {
          await evaluator.run(runs);
          return !evaluator.interrupted;
        },
        onPoint: (point) => watch.decided(point),
      }),
  });
}

/** The files that are made of a sweep. */
function filesOf(conclusion: SweepConclusion): readonly SweepFile[] {
  const { frontier } = conclusion;
  return [
    { name: 'sweep.csv', pieces: () => [sweepCsv(conclusion)] },
    { name: 'sweep-runs.csv', pieces: () => [sweepRunsCsv(conclusion)] },
    ...(frontier === null
      ? []
      : [{ name: 'frontier.csv', pieces: () => [frontierCsv(conclusion, frontier)] }]),
    { name: 'sweep.json', pieces: () => sweepJsonChunks(conclusion) },
  ];
}

/** Where results are kept changes none of them. */
function forFigures(flags: SweepFlags): SweepFlags {
  const { out: _, ...rest } = flags;
  return rest;
}

/** Writes the files and prints what was asked for. */
async function conclude(
  conclusion: SweepConclusion,
  {
    sweep,
    done,
    journal,
    folder,
    exportAs,
  }: Work & { readonly folder: string; readonly exportAs: SweepExporter },
  { file, flags }: SweepInvocation,
): Promise<ExitCode> {
  const seed = sweep.points[0]!.plan.seed;
  const reproduce = sweepCommand(file, { ...forFigures(flags), seed });
  const left = journal.finish(done.sorted(), filesOf(conclusion));
  const exported = exportAs({ conclusion, file: file === '-' ? null : file, reproduce });
  const footer = {
    folder: join(folder, '/'),
    files: [...left, ...exported],
    fingerprint: conclusion.fingerprint,
    reproduce,
  };
  switch (flags.format) {
    case 'json':
      for (const piece of sweepJsonChunks(conclusion)) print(piece);
      break;
    case 'csv':
      print(sweepCsv(conclusion));
      break;
    case 'markdown':
      print(sweepMarkdown(conclusion));
      break;
    case 'text': {
      const style = await styleFor(process.stdout);
      const summary = { conclusion, footer };
      const isQuiet = flags.quiet === true;
      print(`${isQuiet ? sweepVerdict(summary, style).join('\n') : sweepText(summary, style)}\n`);
    }
  }
  return conclusion.points.some(({ verdict }) => verdict === 'met')
    ? EXIT.passed
    : EXIT.thresholdFailed;
}

/** Does the command. */
export async function sweepAction(invocation: SweepInvocation): Promise<ExitCode> {
  const { file, flags } = invocation;
  if (flags.resume === true && flags.restart === true) {
    throw new CommandFailure(EXIT.usage, '--resume and --restart exclude each other');
  }
  const loaded = loadFile(file, {
    ...flags,
    sweep: {
      parameters: flags.parameter ?? [],
      ...(flags.goal === undefined ? {} : { goal: flags.goal }),
      constraints: cel,
    },
  });
  if (flags.quiet !== true || loaded.scenario === null) showDiagnostics(loaded);
  if (loaded.scenario === null) return EXIT.invalid;
  const { sweep } = loaded.scenario;
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
