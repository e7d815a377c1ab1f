/** Distributions: from how they are written to their parameters in nanoseconds. */
import type { Duration } from '../../base/time.ts';
import { parseDuration } from '../../base/units.ts';
import type { Distribution } from '../../contract/plan.ts';
import type { DistributionChoice, DistributionInput } from '../schema/distribution.ts';
import type { Path } from '../text/tree.ts';
import { lognormalOfMoments, lognormalOfQuantiles } from './lognormal.ts';
import { readColumn, readHgrm } from './observations.ts';
import type { ScenarioDocument } from './scenario-document.ts';

/** A duration that the schema has checked. */
export const durationOf = (written: string): Duration => parseDuration(written) ?? (0 as Duration);

/** The same where it may be left out. */
export const optionalDuration = (written: string | undefined): Duration | null =>
  written === undefined ? null : durationOf(written);

/** What stands for a distribution whose parameters are wrong, once that has been said. */
const FAULTY: Distribution = { kind: 'constant', value: 0 as Duration };

/** The distribution written at `path`; wrong parameters become findings. */
export function planDistribution(
  input: DistributionInput,
  path: Path,
  document: ScenarioDocument,
): Distribution {
  if (typeof input === 'string') return { kind: 'constant', value: durationOf(input) };
  const kind = Object.keys(input)[0] as keyof typeof BUILDERS;
  const problems: Problems = (at, message) => {
    document.error([...path, kind, ...at], 'Invalid', message);
  };
  const build = BUILDERS[kind] as Builder<unknown>;
  return build(input[kind], { problems, path: [...path, kind], document }) ?? FAULTY;
}

type Problems = (at: Path, message: string) => void;

interface Context {
  readonly problems: Problems;
  readonly path: Path;
  readonly document: ScenarioDocument;
}

/** Undefined after having said what is wrong. */
type Builder<Parameters> = (parameters: Parameters, context: Context) => Distribution | undefined;

type Builders = {
  [Kind in keyof DistributionChoice]-?: Builder<NonNullable<DistributionChoice[Kind]>>;
};

const BUILDERS: Builders = {
  constant: (value) => ({ kind: 'constant', value: durationOf(value) }),
  uniform: ({ min, max }, { problems }) => {
    const bounds = { min: durationOf(min), max: durationOf(max) };
    if (bounds.min < bounds.max) return { kind: 'uniform', ...bounds };
    problems(['max'], `max ${max} must be above min ${min}`);
    return undefined;
  },
  exponential: ({ mean }, context) =>
    withMean(mean, context, (value) => ({ kind: 'exponential', mean: value })),
  erlang: ({ mean, k }, context) =>
    withMean(mean, context, (value) => ({ kind: 'erlang', mean: value, k })),
  gamma: ({ mean, cv }, context) =>
    withMean(mean, context, (value) => ({ kind: 'gamma', mean: value, cv })),
  lognormal: planLognormal,
  weibull: ({ mean, shape }, context) =>
    withMean(mean, context, (value) => ({ kind: 'weibull', mean: value, shape })),
  pareto: ({ min, alpha, max }, context) => {
    const low = positive(min, 'min', context);
    if (low === undefined) return undefined;
    if (max === undefined) return { kind: 'pareto', min: low, alpha };
    const high = durationOf(max);
    if (high > low) return { kind: 'pareto', min: low, alpha, max: high };
    context.problems(['max'], `max ${max} must be above min ${min}`);
    return undefined;
  },
  hyperexponential: (parts) => ({
    kind: 'hyperexponential',
    of: parts.map(({ weight, mean }) => ({ weight, mean: durationOf(mean) })),
  }),
  mixture: (parts, { path, document }) => ({
    kind: 'mixture',
    of: parts.map(({ weight, of }, index) => ({
      weight,
      of: planDistribution(of, [...path, index, 'of'], document),
    })),
  }),
  empirical: (parameters, { path, document }) => {
    const values = readColumn(parameters, path, document);
    return values === undefined ? undefined : { kind: 'empirical', values };
  },
  hgrm: (parameters, { path, document }) => {
    const buckets = readHgrm(parameters, path, document);
    return buckets === undefined ? undefined : { kind: 'histogram', ...buckets };
  },
};

function positive(written: string, name: string, { problems }: Context): Duration | undefined {
  const value = durationOf(written);
  if (value > 0) return value;
  problems([name], `${name} must be above 0s`);
  return undefined;
}

function withMean(
  written: string,
  context: Context,
  build: (mean: Duration) => Distribution,
): Distribution | undefined {
  const mean = positive(written, 'mean', context);
  return mean === undefined ? undefined : build(mean);
}

function planLognormal(
  { p50, p99, mean, cv }: NonNullable<DistributionChoice['lognormal']>,
  context: Context,
): Distribution | undefined {
  const byQuantiles = p50 !== undefined && p99 !== undefined;
  const byMoments = mean !== undefined && cv !== undefined;
  const given = [p50, p99, mean, cv].filter((each) => each !== undefined).length;
  if (given !== 2 || byQuantiles === byMoments) {
    context.problems([], 'takes either p50 and p99, or mean and cv');
    return undefined;
  }
  if (byMoments) {
    const value = positive(mean, 'mean', context);
    return value === undefined ? undefined : lognormalOfMoments(value, cv);
  }
  const median = positive(p50 as string, 'p50', context);
  const tail = durationOf(p99 as string);
  if (median === undefined) return undefined;
  if (tail > median) return lognormalOfQuantiles(median, tail);
  context.problems(['p99'], `p99 ${p99} must be above p50 ${p50}`);
  return undefined;
}

/** Whether a distribution can only be 0. */
export function isZero(distribution: Distribution): boolean {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value === 0;
    case 'hyperexponential':
      return distribution.of.every(({ mean }) => mean === 0);
    case 'mixture':
      return distribution.of.every(({ of }) => isZero(of));
    case 'empirical':
      return distribution.values.every((value) => value === 0);
    default:
      return false;
  }
}
