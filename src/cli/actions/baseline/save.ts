/** `svcsim baseline save`: runs a scenario, and makes its figures the baseline. */
import { existsSync } from 'node:fs';
import {
  baselineLines,
  changeLines,
  changesMarkdown,
  extentText,
} from '../../../report/baseline/saved.ts';
import { makeBaseline } from '../../../study/baseline/baseline.ts';
import type { Baseline, BaselineScope } from '../../../study/baseline/baseline.ts';
import { baselineChanges } from '../../../study/baseline/changes.ts';
import { plansOf } from '../../../study/baseline/comparable.ts';
import { CommandFailure } from '../../command-failure.ts';
import type { SaveFlags } from '../../commands/baseline.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { baselinePath, loadBaseline } from '../../input/baseline-file.ts';
import { loadScenarioFile } from '../../input/loading.ts';
import { folderName } from '../../output/folder-name.ts';
import { prepareFile, writeWhole } from '../../output/output-files.ts';
import { note, print, styleFor } from '../../terminal/terminal.ts';
import { baselineText } from '../../../report/baseline/write.ts';
import { checkCommand, saveCommand } from './commands.ts';
import { partsOf, queriesOfPlans, simulateFor } from './runs.ts';
import type { BaselineInvocation } from './runs.ts';

/** With fewer, intervals are wide and tests find little. */
const REPLICATIONS_USUAL = 10;

/** Figures of one run say nothing about chance. */
const REPLICATIONS_LEAST = 2;

/** The baseline that is to be replaced; null where there is none, or none that can be read. */
function earlierBaseline(path: string, mend: string): Baseline | null {
  if (!existsSync(path)) return null;
  try {
    return loadBaseline(path, mend);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    note(`svcsim: replaces what cannot be compared: ${error.message}`);
    return null;
  }
}

/** Every metric that somebody has named was measured at least once. */
function refuseUnmeasured(baseline: Baseline, wanted: readonly string[]): void {
  const held = baseline.variants.flatMap(({ metrics }) => Object.keys(metrics));
  for (const name of wanted) {
    const key = name.replace(/\{window=all,/, '{').replace('{window=all}', '');
    if (held.some((each) => each === key || each.startsWith(`${key}{`))) continue;
    throw new CommandFailure(
      EXIT.usage,
      `nothing was measured of ${name}: such a gate would never fail`,
    );
  }
}

/** Does the command. */
export async function saveAction(invocation: BaselineInvocation<SaveFlags>): Promise<ExitCode> {
  const { file, flags } = invocation;
  if (flags.replications !== undefined && flags.replications < REPLICATIONS_LEAST) {
    throw new CommandFailure(
      EXIT.usage,
      `a baseline has at least ${REPLICATIONS_LEAST} replications: one says nothing about chance`,
    );
  }
  const scenario = loadScenarioFile(file, flags);
  if (scenario === null) return EXIT.invalid;
  const scope: BaselineScope = flags.variants === true ? 'variants' : 'base';
  const plans = plansOf(scenario, scope).map((plan) => ({
    ...plan,
    replications: flags.replications ?? Math.max(REPLICATIONS_USUAL, plan.replications),
  }));
  if (plans.length === 0) {
    throw new CommandFailure(EXIT.usage, `${file} has no variants; leave out --variants`);
  }
  const chosen = flags.metric ?? null;
  const queries = queriesOfPlans(plans, chosen);
  const path = flags.file ?? baselinePath(flags.name ?? folderName(scenario.name));
  prepareFile(path);
  const old = earlierBaseline(path, saveCommand(file, flags));

  const study = await simulateFor(plans, invocation, scope === 'base' ? 'run' : 'compare');
  if (study.partial) {
    note('svcsim: interrupted; no baseline was written');
    return EXIT.interrupted;
  }
  const baseline = makeBaseline(partsOf(study, queries), {
    scope,
    chosen,
    v8: process.versions.v8,
  });
  refuseUnmeasured(baseline, chosen ?? []);
  writeWhole(path, [baselineText(baseline)]);

  const changes = old === null ? null : baselineChanges(old, baseline);
  if (flags.format === 'markdown') {
    print(changesMarkdown(path, baseline, changes));
    return EXIT.passed;
  }
  const style = await styleFor(process.stdout);
  const { set, name, file: place } = flags;
  const check = checkCommand(file, {
    format: 'text',
    progress: true,
    ...(set === undefined ? {} : { set }),
    ...(name === undefined ? {} : { name }),
    ...(place === undefined ? {} : { file: place }),
  });
  const said = [
    `${style.green('✓ SAVED')}  ${path}: ${extentText(baseline)}`,
    ...(flags.quiet === true
      ? []
      : [
          '',
          ...(changes === null ? baselineLines(baseline, style) : changeLines(changes, style)),
          '',
          `Commit it, and check with: ${check}`,
        ]),
  ];
  print(`${said.join('\n')}\n`);
  return EXIT.passed;
}
