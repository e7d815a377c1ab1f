/**
 * The files of a sweep: sweep.csv with a row a point, sweep-runs.csv with a row a run, frontier.csv with a row a setting of the
 * other parameters, and sweep.json with all of it. Columns of parameters come first, those of metrics last: there are as many
 * as have a value at any point.
 */
import { MODEL_VERSION } from '../../base/model-version.ts';
import { METRICS } from '../../contract/metrics.ts';
import { metricKey, overall } from '../../study/figures/query.ts';
import { estimateIn, queriesOf, queryOf, valuesOf } from '../../study/figures/run-figures.ts';
import type { Frontier, JudgedPoint, SweepConclusion } from '../../study/sweep/conclusion.ts';
import { RISK } from '../../study/sweep/early-decision.ts';
import { csvText } from './csv.ts';
import { metricColumn } from './metric-columns.ts';
import type { MetricColumn } from './metric-columns.ts';
import { jsonJudgement } from './result-json.ts';

const SCHEMA_VERSION = 1;

/** Of the whole measurement, and what thresholds ask for; those without a value anywhere are left out. */
function metricColumns({ points }: SweepConclusion): readonly MetricColumn[] {
  const asked = points.flatMap(({ point }) => point.plan.thresholds.map(queryOf));
  const all = [...METRICS.map(({ name }) => overall(name)), ...asked];
  const queries = new Map(all.map((query) => [metricKey(query), query]));
  return [...queries.values()]
    .filter((query) => points.some(({ figures }) => valuesOf(figures, query).length > 0))
    .map(metricColumn);
}

const parameterCells = ({ values }: Pick<JudgedPoint, 'values'>): readonly string[] =>
  values.map(({ text }) => text);

const countOf = (point: JudgedPoint, isOne: (verdict: string) => boolean): string =>
  String(point.judgements.filter(({ status }) => isOne(status)).length);

const VERDICT_COLUMNS = ['thresholds', 'met', 'undecided', 'verdict'] as const;

/** How many thresholds there are, are met, and are undecided; and what that comes to. */
const verdictCells = (point: JudgedPoint): readonly string[] => [
  String(point.judgements.length),
  countOf(point, (status) => status === 'Passed'),
  countOf(point, (status) => status === 'Undecided'),
  point.judgements.length === 0 ? '' : point.verdict,
];

/** The mean of each metric, and half its interval. */
const estimateCells = ({ figures }: JudgedPoint, columns: readonly MetricColumn[]): string[] =>
  columns.flatMap(({ query, cell }) => {
    const estimate = estimateIn(figures, query);
    return [cell(estimate?.mean ?? null), cell(estimate?.halfWidth ?? null)];
  });

const estimateNames = (columns: readonly MetricColumn[]): string[] =>
  columns.flatMap(({ name }) => [name, `${name}_half_width`]);

/** A row a point. */
export function sweepCsv(conclusion: SweepConclusion): string {
  const columns = metricColumns(conclusion);
  const names = conclusion.sweep.parameters.map(({ name }) => name);
  return csvText([
    [...names, 'replications', ...VERDICT_COLUMNS, ...estimateNames(columns)],
    ...conclusion.points.map((point) => [
      ...parameterCells(point),
      String(point.figures.runs.length),
      ...verdictCells(point),
      ...estimateCells(point, columns),
    ]),
  ]);
}

/** A row a run. */
export function sweepRunsCsv(conclusion: SweepConclusion): string {
  const columns = metricColumns(conclusion);
  const names = conclusion.sweep.parameters.map(({ name }) => name);
  return csvText([
    [...names, 'replication', 'seed', ...columns.map(({ name }) => name)],
    ...conclusion.points.flatMap((point) =>
      point.figures.runs.map(({ replication, seed, values }) => [
        ...parameterCells(point),
        String(replication),
        String(seed),
        ...columns.map(({ query, cell }) => cell(values[metricKey(query)] ?? null)),
      ]),
    ),
  ]);
}

/** A row a setting of the other parameters; empty from the goal's column on where no value is enough. */
export function frontierCsv(conclusion: SweepConclusion, { goal, rows }: Frontier): string {
  const columns = metricColumns(conclusion);
  const { parameters } = conclusion.sweep;
  const others = parameters.filter((_, index) => index !== goal.parameter);
  const { name } = parameters[goal.parameter]!;
  return csvText([
    [...others.map((other) => other.name), `${goal.direction}_${name}`, ...estimateNames(columns)],
    ...rows.map(({ others: values, best }) => [
      ...values.map(({ text }) => text),
      best === null ? '' : best.values[goal.parameter]!.text,
      ...(best === null ? columns.flatMap(() => ['', '']) : estimateCells(best, columns)),
    ]),
  ]);
}

const jsonPoint = (point: JudgedPoint, { sweep }: SweepConclusion): object => ({
  parameters: Object.fromEntries(
    sweep.parameters.map(({ name }, index) => [name, point.values[index]!.text]),
  ),
  planDigest: point.figures.planDigest,
  replications: point.figures.runs.length,
  verdict: point.judgements.length === 0 ? null : point.verdict,
  thresholds: point.judgements.map(jsonJudgement),
  metrics: Object.fromEntries(
    [...queriesOf(point.point.plan), ...point.point.plan.thresholds.map(queryOf)].flatMap(
      (query) => {
        const estimate = estimateIn(point.figures, query);
        return estimate === null ? [] : [[metricKey(query), estimate]];
      },
    ),
  ),
});

function jsonFrontier(frontier: Frontier | null, { sweep }: SweepConclusion): object | null {
  if (frontier === null) return null;
  const { goal, rows } = frontier;
  const others = sweep.parameters.filter((_, index) => index !== goal.parameter);
  const names = (points: readonly JudgedPoint[]): string[] => points.map(({ point }) => point.name);
  return {
    goal: `${goal.direction}:${sweep.parameters[goal.parameter]!.name}`,
    rows: rows.map(({ others: values, best, exceptions, undecided }) => ({
      parameters: Object.fromEntries(values.map(({ text }, index) => [others[index]!.name, text])),
      best: best === null ? null : best.values[goal.parameter]!.text,
      exceptions: names(exceptions),
      undecided: names(undecided),
    })),
  };
}

/** How the goal was looked for; null: every point was simulated. */
function jsonSearch({ search, sweep }: SweepConclusion): object | null {
  if (search === null) return null;
  const others = sweep.parameters.filter((_, index) => index !== sweep.goal!.parameter);
  return {
    ...search.cost,
    risk: RISK,
    exhausted: search.exhausted.map(({ others: values, threshold }) => ({
      parameters: Object.fromEntries(values.map(({ text }, index) => [others[index]!.name, text])),
      threshold: threshold.expr,
    })),
  };
}

/** The document in pieces, a point each. Metrics are in their own unit, unrounded. */
export function* sweepJsonChunks(conclusion: SweepConclusion): Iterable<string> {
  const { sweep, points, frontier, fingerprint } = conclusion;
  const { scenario, question, seed } = sweep.points[0]!.plan;
  const head = {
    schemaVersion: SCHEMA_VERSION,
    modelVersion: MODEL_VERSION,
    scenario,
    question,
    seed,
    fingerprint,
    parameters: sweep.parameters.map(({ name, paths, values }) => ({
      name,
      paths,
      values: values.map(({ text }) => text),
    })),
    frontier: jsonFrontier(frontier, conclusion),
    search: jsonSearch(conclusion),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"points":[`;
  for (const [index, point] of points.entries()) {
    yield `${index === 0 ? '\n' : ',\n'}${JSON.stringify(jsonPoint(point, conclusion))}`;
  }
  yield '\n]}\n';
}
