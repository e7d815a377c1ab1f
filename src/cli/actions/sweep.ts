/**
 * `svcsim sweep`: resolve the grid, check that results can be written, do the runs that are not done, judge the points,
 * write, and say what came of it. Every run goes through the journal, so that nothing is lost.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { shellWord } from '../../base/shell-word.ts';
import type { Sweep } from '../../contract/sweep.ts';
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
import { differenceOf, journalHeader, shardName } from '../../study/sweep/journal.ts';
import { DoneRuns, runsOf, runsOfShard } from '../../study/sweep/runs.ts';
import type { RecordedRun, SweepRun } from '../../study/sweep/runs.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { loadFile, showDiagnostics } from '../input/loading.ts';
import type { SweepFlags } from '../options.ts';
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

/** Does the runs that are missing; whether all of them are done then. */
async function simulate(
  runs: readonly SweepRun[],
  { sweep, done, journal }: { sweep: Sweep; done: DoneRuns; journal: OpenJournal },
  { file, flags, workerUrl }: SweepInvocation,
): Promise<boolean> {
  const missing = runs.filter((run) => !done.has(run));
  const watch = new SweepWatch(sweep, missing, flags);
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
    await evaluator.run(runs);
  } catch (error) {
    watch.clear();
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
  }
  watch.clear();
  return runs.every((run) => done.has(run));
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

/** Judges the points, writes the files and prints what was asked for. */
async function conclude(
  {
    sweep,
    done,
    journal,
    folder,
  }: { sweep: Sweep; done: DoneRuns; journal: OpenJournal; folder: string },
  { file, flags }: SweepInvocation,
): Promise<ExitCode> {
  const points = sweep.points.map((_, index) => judgePoint(sweep, index, done.figures(index)));
  const conclusion = concludeSweep(sweep, points);
  const files = journal.finish(done.sorted(), filesOf(conclusion));
  const seed = sweep.points[0]!.plan.seed;
  const footer = {
    folder: join(folder, '/'),
    files,
    fingerprint: conclusion.fingerprint,
    reproduce: sweepCommand(file, { ...forFigures(flags), seed }),
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
  return points.some(({ verdict }) => verdict === 'met') ? EXIT.passed : EXIT.thresholdFailed;
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
  const all = runsOf(sweep, sweep.points.keys());
  const runs = flags.shard === undefined ? all : runsOfShard(all, flags.shard);
  if (flags.dryRun === true) {
    printRuns(sweep, runs, flags.format);
    return EXIT.passed;
  }
  const folder = folderOf(sweep, flags);
  const kept = earlierRuns(sweep, folder, invocation);
  const earlier = flags.merge === undefined ? kept : mergedRuns(sweep, flags.merge);
  const journal = new OpenJournal(folder, journalHeader(sweep, flags.shard), earlier);
  const done = new DoneRuns(sweep, earlier);
  if (flags.resume === true && flags.quiet !== true) {
    const count = runs.filter((run) => done.has(run)).length;
    note(`Resuming: ${formatCount(count)} of ${plural(runs.length, 'run')} were done.`);
  }
  if (!(await simulate(runs, { sweep, done, journal }, invocation))) {
    journal.close();
    const count = runs.filter((run) => done.has(run)).length;
    note(
      `svcsim: interrupted after ${formatCount(count)} of ${plural(runs.length, 'run')}; they are kept in ${join(folder, '/')}\n` +
        `Go on: ${sweepCommand(file, flags)} --resume`,
    );
    return EXIT.interrupted;
  }
  if (flags.shard !== undefined) {
    journal.finish(done.sorted(), []);
    sayShard(folder, runs.length, invocation);
    return EXIT.passed;
  }
  return conclude({ sweep, done, journal, folder }, invocation);
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
