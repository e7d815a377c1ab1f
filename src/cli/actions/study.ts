/**
 * `svcsim run` and `svcsim compare`: load, check that results can be written, simulate, judge, write,
 * and say what came of it.
 */
import { join } from 'node:path';
import type { Plan } from '../../contract/plan.ts';
import { resultJson, summaryCsv } from '../../report/exports/study-reporters.ts';
import { markdown } from '../../report/markdown/study.ts';
import { plural } from '../../report/numbers.ts';
import { compareSummary, compareVerdict } from '../../report/text/compare-summary.ts';
import type { CompareSummary } from '../../report/text/compare-summary.ts';
import { remarks, warnings } from '../../report/text/remarks.ts';
import { runSummary, runVerdict } from '../../report/text/run-summary.ts';
import type { Style } from '../../report/text/style.ts';
import { concludeStudy } from '../../study/conclusion.ts';
import type { Study } from '../../study/study.ts';
import { isFailure } from '../../study/thresholds.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { Interruption } from '../terminal/interruption.ts';
import { loadScenarioFile } from '../input/loading.ts';
import type { StudyFlags } from '../options.ts';
import { reproduction } from '../reproduction.ts';
import { prepareResults } from '../output/result-writer.ts';
import type { ResultWriter } from '../output/result-writer.ts';
import { note, print, styleFor } from '../terminal/terminal.ts';
import { folderName } from '../output/folder-name.ts';
import { checkPlans, type PlanCheck } from './determinism.ts';
import { simulatePlans } from './simulation.ts';
import type { WorkerSource } from '../../study/executors/worker-pool.ts';

/** What is to be done. */
export interface StudyInvocation {
  readonly command: 'run' | 'compare';
  readonly files: readonly string[];
  readonly flags: StudyFlags;
  /** Where threads come from. */
  readonly workers: WorkerSource;
}

/** One scenario, ready to be simulated. */
interface Prepared {
  readonly file: string;
  readonly plans: readonly Plan[];
  readonly folder: string;
  readonly writer: ResultWriter;
}

function folderOf(scenario: string, { files, flags }: StudyInvocation): string {
  if (flags.out === undefined) return join('results', folderName(scenario));
  return files.length === 1 ? flags.out : join(flags.out, folderName(scenario));
}

function plansOf(
  command: StudyInvocation['command'],
  file: string,
  scenario: { readonly base: Plan; readonly variants: readonly Plan[] },
): readonly Plan[] {
  if (command === 'run') return [scenario.base];
  if (scenario.variants.length < 2) {
    throw new CommandFailure(
      EXIT.usage,
      `${file} has ${plural(scenario.variants.length, 'variant')}; compare needs two or more. ` +
        'Add spec.variants, or name the values: --vary proxy.mode=iptables,ipvs',
    );
  }
  return scenario.variants;
}

/** Loads all files before anything is simulated; null where one of them is invalid. */
function prepare(study: StudyInvocation): readonly Prepared[] | null {
  const { command, files, flags } = study;
  const exports = flags.export ?? [];
  if (files.length > 1 && exports.some(({ file }) => file !== null)) {
    throw new CommandFailure(EXIT.usage, '--export FMT=FILE goes with a single scenario file');
  }
  const loaded = files.map((file) => ({ file, scenario: loadScenarioFile(file, flags) }));
  if (loaded.some(({ scenario }) => scenario === null)) return null;
  const folders = new Map<string, string>();
  return loaded.map(({ file, scenario }) => {
    const plans = plansOf(command, file, scenario!);
    const folder = folderOf(scenario!.name, study);
    const other = folders.get(folder);
    if (other !== undefined) {
      throw new CommandFailure(
        EXIT.usage,
        `${other} and ${file} would both write to ${folder}; give them different metadata.name`,
      );
    }
    folders.set(folder, file);
    return { file, plans, folder, writer: prepareResults(folder, exports, plans) };
  });
}

function simulateOne(
  { file, plans }: Prepared,
  { command, flags, workers }: StudyInvocation,
  interruption: Interruption,
): Promise<Study> {
  const exports = flags.export ?? [];
  return simulatePlans(plans, {
    flags,
    workers,
    interruption,
    record: {
      recordConnections: exports.some(({ format }) => format === 'connections'),
      recordRequests: exports.some(({ format }) => format === 'requests'),
    },
    // One replication is enough: its seed is the one that broke.
    reproduce: (seed) =>
      reproduction(command, file, { flags: { ...flags, replications: 1 }, seed }),
  });
}

function determinismOf(
  { file, plans }: Prepared,
  { command, flags, workers }: StudyInvocation,
  interruption: Interruption,
): PlanCheck {
  const reproduce = `${reproduction(command, file, {
    flags: { ...flags, replications: 1 },
    seed: plans[0]!.seed,
  })} --check-determinism`;
  return { flags, workers, interruption, reproduce };
}

/** Judges a study, writes its files and prints what was asked for. */
async function conclude(
  prepared: Prepared,
  study: Study,
  invocation: StudyInvocation & { readonly isFirst: boolean },
): Promise<ExitCode> {
  const { command, flags, isFirst } = invocation;
  if (study.partial && study.variants.every(({ runs }) => runs.length === 0)) {
    note(`svcsim: interrupted before any replication had finished; nothing was written`);
    return EXIT.interrupted;
  }
  const conclusion = concludeStudy(study, { compares: command === 'compare' });
  const { judgements, comparison, fingerprint } = conclusion;
  const reproduce = reproduction(command, prepared.file, {
    // What was run until a precision was reached is run again without waiting for it.
    flags: study.precision == null ? flags : { ...flags, ...study.precision },
    seed: prepared.plans[0]!.seed,
  });
  const file = prepared.file === '-' ? null : prepared.file;
  const written = prepared.writer.write({ conclusion, file, reproduce });
  const footer = { folder: join(prepared.folder, '/'), files: written, fingerprint, reproduce };
  // As text they are part of the summary.
  if (flags.quiet !== true && flags.format !== 'text') {
    for (const remark of warnings(conclusion)) note(`${prepared.file}: warning: ${remark}`);
  }
  switch (flags.format) {
    case 'json':
      for (const piece of resultJson(conclusion)) print(piece);
      break;
    case 'csv': {
      const [head, ...rows] = summaryCsv(study);
      print((isFirst ? [head, ...rows] : rows).join(''));
      break;
    }
    case 'markdown':
      print(`${isFirst ? '' : '\n'}${markdown(conclusion)}`);
      break;
    case 'text': {
      const style = await styleFor(process.stdout);
      const said = remarks(conclusion);
      const text =
        comparison === null
          ? summaryOfRun({ study, judgements, remarks: said, footer }, flags, style)
          : summaryOfComparison(
              { study, judgements, comparison, remarks: said, footer },
              flags,
              style,
            );
      print(`${isFirst ? '' : '\n'}${text}\n`);
    }
  }
  if (study.partial) {
    note(`svcsim: interrupted; the results in ${footer.folder} are partial`);
    return EXIT.interrupted;
  }
  return judgements.flat().some(isFailure) ? EXIT.thresholdFailed : EXIT.passed;
}

function summaryOfRun(
  found: Omit<CompareSummary, 'comparison'>,
  flags: StudyFlags,
  style: Style,
): string {
  const summary = {
    variant: found.study.variants[0]!,
    judgements: found.judgements[0]!,
    partial: found.study.partial,
    remarks: found.remarks ?? [],
    footer: found.footer,
  };
  return flags.quiet === true ? runVerdict(summary, style).join('\n') : runSummary(summary, style);
}

function summaryOfComparison(summary: CompareSummary, flags: StudyFlags, style: Style): string {
  return flags.quiet === true
    ? compareVerdict(summary, style).join('\n')
    : compareSummary(summary, style);
}

/** Does the command; the exit code is the worst of its scenarios'. */
export async function studyAction(invocation: StudyInvocation): Promise<ExitCode> {
  const prepared = prepare(invocation);
  if (prepared === null) return EXIT.invalid;
  const interruption = new Interruption();
  let worst: ExitCode = EXIT.passed;
  for (const [index, one] of prepared.entries()) {
    if (invocation.flags.checkDeterminism === true) {
      const isDone = await checkPlans(one.plans, determinismOf(one, invocation, interruption));
      if (!isDone) return EXIT.interrupted;
    }
    const study = await simulateOne(one, invocation, interruption);
    if (index === prepared.length - 1) invocation.workers.close();
    const code = await conclude(one, study, { ...invocation, isFirst: index === 0 });
    worst = Math.max(worst, code) as ExitCode;
    if (code === EXIT.interrupted) break;
  }
  return worst;
}
