/**
 * The search for a goal: for each setting of the other parameters (a row), the smallest or largest value that meets every
 * threshold, by bisection, with few replications where these are clear (see early-decision.ts). All rows go on at a time, a
 * round of runs each, so that threads have work; which runs a round has depends on those before it and on nothing else.
 *
 * Bisection takes it that what is met at a value is met at all beyond it. Where what was simulated says otherwise, every value of
 * that row is looked at.
 *
 * Left out: what a value says about other rows.
 */
import type { Threshold } from '../../contract/plan.ts';
import type { Sweep, SweepGoal, SweepValue } from '../../contract/sweep.ts';
import { expectedRequests } from '../outlook/expected-requests.ts';
import { nextToTry, triesAtMost } from './bisection.ts';
import { judgePoint } from './conclusion.ts';
import type { JudgedPoint } from './conclusion.ts';
import { foresee, looksOf } from './early-decision.ts';
import { rowsOf } from './frontier.ts';
import { runsOf } from './runs.ts';
import type { DoneRuns, SweepRun } from './runs.ts';
import { wrongWay } from './wrong-way.ts';

/** What a search took, and what all of the grid would have taken. */
export interface SearchCost {
  readonly points: number;
  readonly runs: number;
  readonly pointsOfGrid: number;
  readonly runsOfGrid: number;
  /** Requests of the runs, as expected from their arrivals, over those of the grid: 0–1. */
  readonly requestsShare: number;
}

/** A row whose values are not in order. */
export interface ExhaustedRow {
  readonly others: readonly SweepValue[];
  /** The threshold whose metric moves the wrong way. */
  readonly threshold: Threshold;
}

export interface GoalSearch {
  /** Points that were looked at, in order of the grid. */
  readonly points: readonly JudgedPoint[];
  /** Rows of which every value was looked at. */
  readonly exhausted: readonly ExhaustedRow[];
  readonly cost: SearchCost;
}

/** How the runs are done. */
export interface SearchOptions {
  readonly done: DoneRuns;
  /** Does those that are not done; whether it went through to its end. */
  readonly run: (runs: readonly SweepRun[]) => Promise<boolean>;
  /** Told of each point that is decided, once. */
  readonly onPoint?: ((point: JudgedPoint) => void) | undefined;
}

/** One setting of the other parameters. */
interface Row {
  readonly others: readonly SweepValue[];
  /** Indices of points, from the value of the goal's end on. */
  readonly points: readonly number[];
  readonly decided: (JudgedPoint | null)[];
  threshold: Threshold | null;
}

/** A point on which it is not decided yet. */
interface Trial {
  readonly row: Row;
  readonly at: number;
  look: number;
}

/**
 * Looks for the goal in every row; null where it was interrupted.
 *
 * @throws RunFailure when a run breaks an invariant.
 */
export async function searchGoal(
  sweep: Sweep,
  goal: SweepGoal,
  { done, run, onPoint }: SearchOptions,
): Promise<GoalSearch | null> {
  const rows = searchRows(sweep, goal);
  let trials = rows.flatMap(trialsOf);
  while (trials.length > 0) {
    const runs = trials.flatMap(({ row, at, look }) => {
      const point = row.points[at]!;
      return runsOf(sweep, [point], looksAt(sweep, point)[look]!);
    });
    if (!(await run(runs))) return null;
    const open = trials.filter((trial) => {
      const judged = decide(sweep, done, trial);
      if (judged === null) {
        trial.look += 1;
        return true;
      }
      trial.row.decided[trial.at] = judged;
      onPoint?.(judged);
      return false;
    });
    const waiting = new Set(open.map(({ row }) => row));
    trials = [...open, ...rows.filter((row) => !waiting.has(row)).flatMap(trialsOf)];
  }
  const points = rows.flatMap(({ decided }) => decided.filter((point) => point !== null));
  return {
    points: points.sort((a, b) => a.index - b.index),
    exhausted: rows.flatMap(({ others, threshold }) =>
      threshold === null ? [] : [{ others, threshold }],
    ),
    cost: costOf(sweep, points),
  };
}

/** The most runs that a search takes where no row is looked at as a whole. */
export function searchRunsAtMost(sweep: Sweep, goal: SweepGoal): number {
  const { replications } = sweep.points[0]!.plan;
  const rows = searchRows(sweep, goal);
  return rows.reduce((sum, { points }) => sum + triesAtMost(points.length) * replications, 0);
}

const looksAt = (sweep: Sweep, point: number): readonly number[] =>
  looksOf(sweep.points[point]!.plan.replications);

function searchRows(sweep: Sweep, goal: SweepGoal): readonly Row[] {
  const points = sweep.points.map(({ values }, index) => ({ index, values }));
  return rowsOf(points, goal).map((ascending) => ({
    others: ascending[0]!.values.filter((_, parameter) => parameter !== goal.parameter),
    points: ascending.map(({ index }) => index),
    decided: ascending.map(() => null),
    threshold: null,
  }));
}

/** The points that a row goes on with: one, or all that are left once its values turn out not to be in order. */
function trialsOf(row: Row): readonly Trial[] {
  row.threshold ??= disorderOf(row);
  const known = row.decided.map((point) => (point === null ? null : point.verdict === 'met'));
  const next = nextToTry(known);
  const open = row.points.map((_, at) => at).filter((at) => known[at] === null);
  const chosen = row.threshold === null ? (next === null ? [] : [next]) : open;
  return chosen.map((at) => ({ row, at, look: 0 }));
}

/** The threshold whose metric moves the wrong way between two points of a row; null: none does. */
function disorderOf({ decided }: Row): Threshold | null {
  const known = decided.filter((point) => point !== null);
  for (const [at, beyond] of known.entries()) {
    for (const before of known.slice(0, at)) {
      const { thresholds } = beyond.point.plan;
      const found = wrongWay(before.figures, beyond.figures, thresholds);
      if (found !== null) return found;
    }
  }
  return null;
}

/** What comes of a point by the replications that it has; null: more are needed. */
function decide(sweep: Sweep, done: DoneRuns, { row, at, look }: Trial): JudgedPoint | null {
  const point = row.points[at]!;
  const { thresholds, replications } = sweep.points[point]!.plan;
  const looks = looksAt(sweep, point);
  const figures = done.figures(point, looks[look]!);
  const judged = judgePoint(sweep, point, figures);
  if (look === looks.length - 1) return judged;
  const seen = foresee(figures, thresholds, replications);
  // What is shown of it has to be what was decided.
  return (seen === 'met' ? judged.verdict === 'met' : seen !== null && judged.verdict === 'missed')
    ? judged
    : null;
}

function costOf(sweep: Sweep, points: readonly JudgedPoint[]): SearchCost {
  const requests = sweep.points.map(({ plan }) => expectedRequests(plan));
  const all = sweep.points.reduce(
    (sum, { plan }, index) => sum + plan.replications * requests[index]!,
    0,
  );
  const some = points.reduce(
    (sum, { index, figures }) => sum + figures.runs.length * requests[index]!,
    0,
  );
  return {
    points: points.length,
    runs: points.reduce((sum, { figures }) => sum + figures.runs.length, 0),
    pointsOfGrid: sweep.points.length,
    runsOfGrid: sweep.points.reduce((sum, { plan }) => sum + plan.replications, 0),
    requestsShare: all === 0 ? 0 : some / all,
  };
}
