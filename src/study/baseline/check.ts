/**
 * Figures of now against a baseline. A regression is worse by the metric's own direction, beyond a tolerance, beyond a
 * floor, and beyond chance: Holm's adjustment over the gated metrics of a variant, and Bonferroni's over
 * variants, keep the chance of even one false alarm in a check below `alpha`.
 */
import type { Metric, MetricUnit } from '../../contract/metrics.ts';
import { compareFigures } from '../comparison/compare.ts';
import type { MetricComparison } from '../comparison/compare.ts';
import type { Difference } from '../comparison/difference.ts';
import type { ExactFindings } from '../comparison/exact.ts';
import { matchRuns } from '../comparison/matching.ts';
import type { ComparisonKind, Matching } from '../comparison/matching.ts';
import type { Estimate } from '../figures/estimate.ts';
import { metricKey, parseMetricKey } from '../figures/query.ts';
import type { VariantFigures } from '../figures/run-figures.ts';
import { savedFigures } from './baseline.ts';
import type { Baseline, BaselinePart, BaselineVariant } from './baseline.ts';
import { inReadingOrder, metricOf } from './gated-metrics.ts';

/** What counts as a regression. */
export interface GateSettings {
  /** Changes up to this share of the baseline's mean are tolerated; 0.02 is 2 %. */
  readonly tolerance: number;
  /** Changes of a duration up to this are tolerated, ns; other units have floors of their own, see FLOORS. */
  readonly floorNs: number;
  /** The chance of even one false alarm in a check. */
  readonly alpha: number;
}

/** Half as large again is no news where it is half of 20 us: hence the floor. */
export const GATE_DEFAULTS: GateSettings = { tolerance: 0.02, floorNs: 100_000, alpha: 0.01 };

/** Absolute changes that are tolerated in units other than durations: 0.01 % of requests, 0.01 of a figure around 1. */
export const FLOORS: Readonly<Record<Exclude<MetricUnit, 'duration'>, number>> = {
  ratio: 0.0001,
  number: 0.01,
  rate: 0,
  count: 0,
};

/**
 * `Within`: it has changed beyond chance, and not beyond tolerance or floor. `Unchanged`: what changed may be chance.
 * `Missing`: the baseline has it, now nothing was measured. `Undecided`: too few replications have it to tell.
 * `New`: the baseline does not have it.
 */
export type FindingStatus =
  'Regressed' | 'Improved' | 'Within' | 'Unchanged' | 'Missing' | 'Undecided' | 'New';

/** What became of one metric. */
export interface MetricFinding {
  readonly key: string;
  readonly metric: Metric;
  readonly status: FindingStatus;
  /** Means over the replications; null where there is none. */
  readonly saved: Estimate | null;
  readonly now: Estimate | null;
  readonly difference: Difference | null;
  /** Adjusted for all gated metrics of all variants; null where no chance is involved, or none can be worked out. */
  readonly pValue: number | null;
}

/** What became of one variant. */
export interface VariantCheck {
  readonly variant: string;
  readonly kind: ComparisonKind;
  /** Whether the plan is not that of the baseline. */
  readonly planChanged: boolean;
  readonly replications: { readonly saved: number; readonly now: number; readonly pairs: number };
  /** Null unless the runs should be the same. */
  readonly exact: ExactFindings | null;
  /** Those of the baseline, then the new ones. */
  readonly metrics: readonly MetricFinding[];
}

export interface BaselineCheck {
  readonly scenario: string;
  readonly settings: GateSettings;
  readonly variants: readonly VariantCheck[];
  /** Variants that the baseline does not have. */
  readonly newVariants: readonly string[];
}

/** How a check is made; everything of the baseline is judged unless told. */
export interface CheckOptions {
  readonly settings?: GateSettings | undefined;
  /** The keys of the metrics to judge. */
  readonly keys?: ReadonlySet<string> | undefined;
  /** Variants that there are now and that the baseline does not have. */
  readonly newVariants?: readonly string[] | undefined;
}

/**
 * Holds figures against a baseline that they may be compared with (see comparable.ts).
 *
 * @param parts the figures of every variant of the baseline; `queries` of each say what would be saved now.
 */
export function checkBaseline(
  baseline: Baseline,
  parts: readonly BaselinePart[],
  { settings = GATE_DEFAULTS, keys, newVariants = [] }: CheckOptions = {},
): BaselineCheck {
  const variants = baseline.variants.map((variant) => {
    const part = parts.find(({ plan }) => plan.variant === variant.name);
    if (part === undefined) throw new TypeError(`no figures of variant ${variant.name}`);
    return checkVariant({ baseline, variant, part, keys }, settings);
  });
  return { scenario: baseline.scenario, settings, variants, newVariants };
}

interface Pairing {
  readonly baseline: Baseline;
  readonly variant: BaselineVariant;
  readonly part: BaselinePart;
  readonly keys: ReadonlySet<string> | undefined;
}

function checkVariant(
  { baseline, variant, part, keys }: Pairing,
  settings: GateSettings,
): VariantCheck {
  const gated = inReadingOrder(
    Object.keys(variant.metrics).filter((key) => keys?.has(key) ?? true),
  );
  const saved = onlyMetrics(savedFigures(baseline, variant), gated);
  const now = onlyMetrics(part.figures, gated);
  const metrics = gated.map((key) => parseMetricKey(key)!);
  const matching = matchRuns(now, saved);
  const compared = matching.kind === 'independent' ? [saved, now] : onlyPairs(saved, now, matching);
  const comparison = compareFigures(compared, { metrics });
  const { kind, pairs, exact } = comparison.variants[1]!;
  const family = { ...settings, alpha: settings.alpha / baseline.variants.length };
  return {
    variant: variant.name,
    kind: kind!,
    planChanged: saved.planDigest !== now.planDigest,
    replications: { saved: saved.runs.length, now: now.runs.length, pairs },
    exact,
    metrics: [
      ...comparison.metrics.map((row) =>
        findingOf(row, { settings: family, replications: compared[0]!.runs.length }),
      ),
      ...(keys === undefined ? newFindings(baseline, variant, part) : []),
    ],
  };
}

/** The runs that both have: means of others beside a difference that leaves them out would contradict it. */
const onlyPairs = (
  saved: VariantFigures,
  now: VariantFigures,
  { pairs }: Matching,
): readonly VariantFigures[] => [
  { ...saved, runs: pairs.map(({ reference }) => reference) },
  { ...now, runs: pairs.map(({ own }) => own) },
];

/** Figures without the metrics that are not asked for. */
const onlyMetrics = (figures: VariantFigures, keys: readonly string[]): VariantFigures => ({
  ...figures,
  runs: figures.runs.map((run) => ({
    ...run,
    values: Object.fromEntries(
      keys.flatMap((key) => {
        const value = run.values[key];
        return value === undefined ? [] : [[key, value] as const];
      }),
    ),
  })),
});

function findingOf(
  { query, metric: key, variants }: MetricComparison,
  context: { readonly settings: GateSettings; readonly replications: number },
): MetricFinding {
  const saved = variants[0]!.estimate;
  const { estimate: now, difference } = variants[1]!;
  const metric = metricOf(query);
  const finding = { key, metric, saved, now, difference, pValue: difference?.pValue ?? null };
  return { ...finding, status: statusOf(finding, context) };
}

function statusOf(
  { metric, saved, now, difference, pValue }: Omit<MetricFinding, 'status'>,
  { settings, replications }: { readonly settings: GateSettings; readonly replications: number },
): FindingStatus {
  // What few replications of the baseline have, may well be in none of others.
  if (now === null) return (saved?.n ?? 0) * 2 >= replications ? 'Missing' : 'Undecided';
  if (saved === null || difference === null) return 'Undecided';
  if (difference.distinguishable === null) return 'Undecided';
  const isBeyondChance = pValue === null ? difference.distinguishable : pValue <= settings.alpha;
  if (!isBeyondChance) return 'Unchanged';
  const worse = worsening(metric, difference, saved.mean);
  const floor = metric.unit === 'duration' ? settings.floorNs : FLOORS[metric.unit];
  const isTolerated =
    isAtMost(Math.abs(worse.amount), floor) || isAtMost(Math.abs(worse.ratio), settings.tolerance);
  if (isTolerated) return 'Within';
  return worse.amount > 0 ? 'Regressed' : 'Improved';
}

/** Digits that differences of doubles lose: 102 / 100 - 1 is a little more than 0.02, and no more than 2 %. */
const ROUNDING = 1e-9;

const isAtMost = (change: number, limit: number): boolean => change <= limit * (1 + ROUNDING);

/** By how much a metric got worse, in its unit and as a ratio; negative where it got better. */
function worsening(
  { better }: Metric,
  difference: Difference,
  saved: number,
): { readonly amount: number; readonly ratio: number } {
  const { value } = difference;
  const relative = difference.relative?.value ?? value / Math.abs(saved);
  if (better === 'higher') return { amount: -value, ratio: -relative };
  if (better === 'lower') return { amount: value, ratio: relative };
  const amount = Math.abs(saved + value - 1) - Math.abs(saved - 1);
  return { amount, ratio: amount / Math.abs(saved - 1) };
}

/** Metrics that would be saved today; nothing of the kind where somebody chose what to save. */
function newFindings(
  { chosen }: Baseline,
  { metrics }: BaselineVariant,
  { figures, queries }: BaselinePart,
): readonly MetricFinding[] {
  if (chosen !== null) return [];
  const fresh = queries.filter(
    (query) =>
      metrics[metricKey(query)] === undefined &&
      figures.runs.some(({ values }) => values[metricKey(query)] !== undefined),
  );
  if (fresh.length === 0) return [];
  return compareFigures([figures], { metrics: fresh }).metrics.map((row) => ({
    key: row.metric,
    metric: metricOf(row.query),
    status: 'New',
    saved: null,
    now: row.variants[0]!.estimate,
    difference: null,
    pValue: null,
  }));
}

/** Whether the runs of now are those of the baseline, to the last bit. */
export const isIdentical = ({ variants }: BaselineCheck): boolean =>
  variants.every(({ exact, replications }) => {
    return exact?.identical === true && replications.pairs === replications.saved;
  });

/** Every finding with one of the statuses. */
export const findingsOf = (
  { variants }: BaselineCheck,
  ...statuses: readonly FindingStatus[]
): readonly { readonly variant: string; readonly finding: MetricFinding }[] =>
  variants.flatMap(({ variant, metrics }) =>
    metrics
      .filter(({ status }) => statuses.includes(status))
      .map((finding) => ({ variant, finding })),
  );

/** Whether a check fails: a regression, or a metric that is gone unless that is let pass. */
export const checkFails = (
  check: BaselineCheck,
  { lenient }: { readonly lenient: boolean },
): boolean =>
  findingsOf(check, ...(lenient ? (['Regressed'] as const) : (['Regressed', 'Missing'] as const)))
    .length > 0;
