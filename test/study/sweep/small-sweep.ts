import type { Threshold } from '../../../src/contract/plan.ts';
import type { Sweep, SweepGoal, SweepPoint, SweepValue } from '../../../src/contract/sweep.ts';
import { smallPlan } from '../small-plan.ts';

/** What a test may want to be different from the small sweep. */
export interface SmallSweep {
  readonly seed?: number;
  readonly replications?: number;
  readonly seconds?: number;
  readonly thresholds?: readonly Threshold[];
  readonly goal?: SweepGoal;
}

/** A grid over the small plan: `load` is its requests per second, any other parameter its pods. */
export function smallSweep(
  grid: Readonly<Record<string, readonly number[]>>,
  options: SmallSweep = {},
): Sweep {
  const { seed = 42, replications = 2, seconds = 2, thresholds = [], goal = null } = options;
  const parameters = Object.entries(grid).map(([name, numbers]) => ({
    name,
    paths: [name],
    values: numbers.map((number): SweepValue => ({ text: String(number), number })),
  }));
  let settings: readonly (readonly SweepValue[])[] = [[]];
  for (const { values } of parameters) {
    settings = settings.flatMap((before) => values.map((value) => [...before, value]));
  }
  const points = settings.map((values): SweepPoint => {
    const name = values.map(({ text }, at) => `${parameters[at]!.name}=${text}`).join(', ');
    const of = (load: boolean): number | undefined =>
      values.find((_, at) => (parameters[at]!.name === 'load') === load)?.number ?? undefined;
    const [rate, pods] = [of(true), of(false)];
    const plan = smallPlan({
      variant: name,
      seed,
      replications,
      duration: seconds,
      thresholds,
      ...(rate === undefined ? {} : { rate }),
      ...(pods === undefined ? {} : { pods }),
    });
    return { name, values, plan };
  });
  return { parameters, points, goal };
}
