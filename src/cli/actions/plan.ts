/** `svcsim plan`: what is going to be simulated and what is to be expected of it. Writes no file. */
import { availableParallelism } from 'node:os';
import { planJson } from '../../report/files/plan-json.ts';
import { planSummary } from '../../report/text/plan/plan-summary.ts';
import { costLike, costOf } from '../../study/outlook/cost.ts';
import type { Gauge } from '../../study/outlook/cost.ts';
import { outlookOf } from '../../study/outlook/outlook.ts';
import { cel } from '../../scenario/sweep/constraints.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { loadFile, showDiagnostics } from '../input/loading.ts';
import type { PlanFlags } from '../options.ts';
import { print, styleFor } from '../terminal/terminal.ts';

/** CPU time rather than the clock: what else the machine does at the moment is not the study's cost. */
function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const GAUGE: Gauge = {
  now: cpuMilliseconds,
  memory: () => process.memoryUsage.rss(),
};

export async function planAction(files: readonly string[], flags: PlanFlags): Promise<ExitCode> {
  const loaded = files.map((file) => loadFile(file, { ...flags, sweep: { constraints: cel } }));
  for (const one of loaded) showDiagnostics(one);
  const scenarios = loaded.flatMap(({ scenario }) => (scenario === null ? [] : [scenario]));
  if (scenarios.length < files.length) return EXIT.invalid;
  const style = await styleFor(process.stdout);
  scenarios.forEach(({ base, variants, sweep, ignored }, index) => {
    const outlook = outlookOf(base, variants);
    const workers = flags.jobs ?? availableParallelism();
    const gauge = flags.pilot ? GAUGE : null;
    const cost = costOf(variants.length > 0 ? variants : [base], { workers, gauge });
    const points = sweep?.points.map(({ plan }) => plan) ?? null;
    const sweepCost = points === null ? null : costLike(cost, points, { workers });
    const found = { outlook, cost, sweep, sweepCost, ignored };
    if (flags.format === 'json') print(planJson(found));
    else print(`${index === 0 ? '' : '\n'}${planSummary(found, style)}\n`);
  });
  return EXIT.passed;
}
