/**
 * The frontier of a sweep: for each setting of the other parameters, the smallest (or largest) value of one that meets every
 * threshold. Pure: it does not matter whether the points between were simulated.
 */
import type { SweepGoal, SweepValue } from '../../contract/sweep.ts';

/** What came of a point: `undecided` while the runs do not tell. */
export type PointVerdict = 'met' | 'missed' | 'undecided';

/** A point as the frontier sees it. */
export interface FrontierPoint {
  readonly values: readonly SweepValue[];
  readonly verdict: PointVerdict;
}

/** One setting of the other parameters. `Point` is what the frontier was given. */
export interface FrontierRow<Point> {
  /** Values of the other parameters, in their order. */
  readonly others: readonly SweepValue[];
  /** The point with the best value that meets every threshold; null: none does. */
  readonly best: Point | null;
  /** The point before the best one, or the last of all where none is best; null: there is none before it. */
  readonly nearest: Point | null;
  /** Points with a value beyond the best one that do not meet every threshold: more was not always enough. */
  readonly exceptions: readonly Point[];
  /** Points before the best one on which the runs do not decide. */
  readonly undecided: readonly Point[];
}

/** One row a setting of the other parameters, in the order in which the points first have it. */
export function frontierOf<Point extends FrontierPoint>(
  points: readonly Point[],
  goal: SweepGoal,
): readonly FrontierRow<Point>[] {
  return rowsOf(points, goal).map((row) => frontierRow(row, goal));
}

/** Points that differ in the goal's parameter alone, best value first; rows in the order in which the points first have them. */
export function rowsOf<Point extends Pick<FrontierPoint, 'values'>>(
  points: readonly Point[],
  goal: SweepGoal,
): readonly (readonly Point[])[] {
  const rows = new Map<string, Point[]>();
  for (const point of points) {
    const others = othersOf(point, goal);
    const key = JSON.stringify(others.map(({ text }) => text));
    const row = rows.get(key);
    if (row === undefined) rows.set(key, [point]);
    else row.push(point);
  }
  const sign = goal.direction === 'min' ? 1 : -1;
  const size = ({ values }: Point): number => sign * values[goal.parameter]!.number!;
  return [...rows.values()].map((row) => row.sort((a, b) => size(a) - size(b)));
}

function frontierRow<Point extends FrontierPoint>(
  ascending: readonly Point[],
  goal: SweepGoal,
): FrontierRow<Point> {
  const at = ascending.findIndex(({ verdict }) => verdict === 'met');
  const before = at === -1 ? ascending : ascending.slice(0, at);
  return {
    others: othersOf(ascending[0]!, goal),
    best: ascending[at] ?? null,
    nearest: before.at(-1) ?? null,
    exceptions: at === -1 ? [] : ascending.slice(at).filter(({ verdict }) => verdict !== 'met'),
    undecided: before.filter(({ verdict }) => verdict === 'undecided'),
  };
}

const othersOf = (
  { values }: Pick<FrontierPoint, 'values'>,
  goal: SweepGoal,
): readonly SweepValue[] => values.filter((_, parameter) => parameter !== goal.parameter);
