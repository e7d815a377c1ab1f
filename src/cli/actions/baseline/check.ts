/**
 * `svcsim baseline check`: runs a scenario, and holds its figures against the baseline. Exit codes: 12 before anything
 * is run, 11 for a regression or a metric that is gone, 10 where nothing but thresholds of the scenario failed.
 */
import { join } from 'node:path';
import { parseNanoseconds, parseRatio } from '../../../base/units.ts';
import type { Plan } from '../../../contract/plan.ts';
import { fieldText } from '../../../report/baseline/saved.ts';
import type { LoadedScenario } from '../../../scenario/load.ts';
import type { Baseline } from '../../../study/baseline/baseline.ts';
import { checkBaseline, checkFails, GATE_DEFAULTS } from '../../../study/baseline/check.ts';
import type { BaselineCheck, GateSettings } from '../../../study/baseline/check.ts';
import { obstacles, plansOf } from '../../../study/baseline/comparable.ts';
import { replicationsMissing } from '../../../study/baseline/power.ts';
import { isFailure, judge } from '../../../study/thresholds.ts';
import type { Judgement } from '../../../study/thresholds.ts';
import { CommandFailure } from '../../command-failure.ts';
import type { CheckFlags } from '../../commands/baseline.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { baselinePath, loadBaseline } from '../../input/baseline-file.ts';
import { loadScenarioFile } from '../../input/loading.ts';
import { folderName } from '../../output/folder-name.ts';
import { note } from '../../terminal/terminal.ts';
import { CheckOutput } from './check-output.ts';
import { checkCommand, saveCommand } from './commands.ts';
import { keysAsked, partsOf, queriesOfPlans, simulateFor } from './runs.ts';
import type { BaselineInvocation } from './runs.ts';

/** What the flags make of the gate. */
function settingsOf({ tolerance, floor, alpha }: CheckFlags): GateSettings {
  const ratio = (flag: string, text: string | undefined, usual: number, most: number): number => {
    const value = text === undefined ? usual : parseRatio(text);
    if (value === undefined || value > most) {
      throw new CommandFailure(EXIT.usage, `--${flag} is a ratio such as 2% or 0.02, not ${text}`);
    }
    return value;
  };
  const floorNs = floor === undefined ? GATE_DEFAULTS.floorNs : parseNanoseconds(floor);
  if (floorNs === undefined) {
    throw new CommandFailure(EXIT.usage, `--floor is a duration such as 100us, not ${floor}`);
  }
  return {
    tolerance: ratio('tolerance', tolerance, GATE_DEFAULTS.tolerance, Number.MAX_VALUE),
    floorNs,
    alpha: ratio('alpha', alpha, GATE_DEFAULTS.alpha, 0.5),
  };
}

/** Everything that is decided before the first run. */
interface Prepared {
  readonly baseline: Baseline;
  /** Of its variants, in their order, with their seeds and replications. */
  readonly plans: readonly Plan[];
  readonly keys: ReadonlySet<string> | undefined;
  readonly newVariants: readonly string[];
}

/** The baseline, and what is to be run against it. */
function prepare(
  scenario: LoadedScenario,
  path: string,
  {
    flags,
    settings,
    mend,
  }: { readonly flags: CheckFlags; readonly settings: GateSettings; readonly mend: string },
): Prepared {
  const baseline = loadBaseline(path, mend);
  const differing = obstacles(baseline, scenario);
  const again = baseline.scope === 'variants' ? `${mend} --variants` : mend;
  if (differing.length > 0) {
    throw new CommandFailure(
      EXIT.notComparable,
      [
        `the baseline ${path} is not comparable; what differs (old → new):`,
        ...differing.map((field) => `  ${fieldText(field)}`),
        `Save a new one: ${again}`,
      ].join('\n'),
    );
  }
  const candidates = plansOf(scenario, baseline.scope);
  const plans = baseline.variants.map((variant): Plan => {
    const plan = candidates.find((candidate) => candidate.variant === variant.name)!;
    return {
      ...plan,
      seed: flags.seed ?? variant.seed,
      replications: flags.replications ?? variant.fingerprints.length,
    };
  });
  const held = new Set(baseline.variants.flatMap(({ metrics }) => Object.keys(metrics)));
  const keys = keysAsked(held, plans, flags.metric);
  const needed = replicationsMissing(baseline, plans, { alpha: settings.alpha, keys });
  if (needed !== null) {
    throw new CommandFailure(
      EXIT.usage,
      `with so few replications no regression could be found, however large: take --replications ${needed}, or the seed of the baseline`,
    );
  }
  const known = new Set(plans.map(({ variant }) => variant));
  const newVariants = candidates.flatMap(({ variant }) => (known.has(variant) ? [] : [variant]));
  return { baseline, plans, keys, newVariants };
}

function exitCodeOf(
  check: BaselineCheck,
  judgements: readonly (readonly Judgement[])[],
  lenient: boolean,
): ExitCode {
  if (checkFails(check, { lenient })) return EXIT.regression;
  return judgements.flat().some(isFailure) ? EXIT.thresholdFailed : EXIT.passed;
}

/** Does the command. */
export async function checkAction(invocation: BaselineInvocation<CheckFlags>): Promise<ExitCode> {
  const { file, flags } = invocation;
  const settings = settingsOf(flags);
  const scenario = loadScenarioFile(file, flags);
  if (scenario === null) return EXIT.invalid;
  const path = flags.file ?? baselinePath(flags.name ?? folderName(scenario.name));
  const { set, name, file: place } = flags;
  const where = {
    ...(set === undefined ? {} : { set }),
    ...(name === undefined ? {} : { name }),
    ...(place === undefined ? {} : { file: place }),
  };
  const folder = join('results', folderName(scenario.name));
  const output = new CheckOutput(scenario.name, folder, flags);
  let prepared: Prepared;
  try {
    prepared = prepare(scenario, path, { flags, settings, mend: saveCommand(file, where) });
  } catch (error) {
    if (error instanceof CommandFailure) output.refused(path, error.message);
    throw error;
  }
  const { baseline, plans, keys, newVariants } = prepared;

  const command = baseline.scope === 'base' ? 'run' : 'compare';
  const study = await simulateFor(plans, invocation, command);
  if (study.partial) {
    note('svcsim: interrupted; nothing was compared');
    return EXIT.interrupted;
  }
  const parts = partsOf(study, queriesOfPlans(plans, null));
  const check = checkBaseline(baseline, parts, { settings, keys, newVariants });
  const judgements = parts.map(({ plan, figures }) => judge(figures, plan.thresholds));
  const { v8 } = process.versions;
  const lenient = flags.lenient === true;
  const accept = saveCommand(file, {
    ...where,
    ...(baseline.chosen === null ? {} : { metric: baseline.chosen }),
    seed: plans[0]!.seed,
    replications: plans[0]!.replications,
    variants: baseline.scope === 'variants',
  });
  await output.report(
    {
      check,
      judgements,
      file: path,
      lenient,
      engines: baseline.v8 === v8 ? null : { saved: baseline.v8, now: v8 },
      reproduce: checkCommand(file, flags),
      accept,
    },
    plans[0]!,
  );
  return exitCodeOf(check, judgements, lenient);
}
