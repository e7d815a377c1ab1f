/** What a sweep comes to: every point judged, and the frontier where a goal is set. All output is made from this. */
import { Digest } from '../../base/digest.ts';
import type { Sweep, SweepGoal, SweepPoint, SweepValue } from '../../contract/sweep.ts';
import type { VariantFigures } from '../figures/run-figures.ts';
import { judge } from '../thresholds.ts';
import type { Judgement } from '../thresholds.ts';
import { frontierOf } from './frontier.ts';
import type { FrontierRow, PointVerdict } from './frontier.ts';
import type { GoalSearch } from './goal.ts';

/** A point that was simulated. */
export interface JudgedPoint {
  readonly index: number;
  readonly point: SweepPoint;
  readonly values: readonly SweepValue[];
  readonly figures: VariantFigures;
  readonly judgements: readonly Judgement[];
  readonly verdict: PointVerdict;
}

export interface SweepConclusion {
  readonly sweep: Sweep;
  /** Those that were simulated, in order of the grid. */
  readonly points: readonly JudgedPoint[];
  /** Null without a goal, or where there is no threshold to meet. */
  readonly frontier: Frontier | null;
  /** Null where every point was simulated without a search. */
  readonly search: GoalSearch | null;
  /** Of all runs, in order. */
  readonly fingerprint: string;
}

export interface Frontier {
  readonly goal: SweepGoal;
  readonly rows: readonly FrontierRow<JudgedPoint>[];
}

/** What the judgements of a point come to; thresholds that only warn play no part. */
export function verdictOf(judgements: readonly Judgement[]): PointVerdict {
  const binding = judgements.filter(({ threshold }) => threshold.severity === 'Fail');
  if (binding.every(({ status }) => status === 'Passed')) return 'met';
  return binding.some(({ status }) => status === 'Failed' || status === 'Empty')
    ? 'missed'
    : 'undecided';
}

/** Judges one point by the figures of its runs. */
export function judgePoint(sweep: Sweep, index: number, figures: VariantFigures): JudgedPoint {
  const point = sweep.points[index]!;
  const judgements = judge(figures, point.plan.thresholds);
  const { values } = point;
  return { index, point, values, figures, judgements, verdict: verdictOf(judgements) };
}

/** What the points that were simulated come to. */
export function concludeSweep(
  sweep: Sweep,
  points: readonly JudgedPoint[],
  search: GoalSearch | null = null,
): SweepConclusion {
  const { goal } = sweep;
  const judged = points.some(({ judgements }) => judgements.length > 0);
  const frontier = goal === null || !judged ? null : { goal, rows: frontierOf(points, goal) };
  return { sweep, points, frontier, search, fingerprint: fingerprintOf(points) };
}

function fingerprintOf(points: readonly JudgedPoint[]): string {
  const digest = new Digest();
  for (const { index, figures } of points) {
    digest.mix(index);
    for (const { replication, fingerprint } of figures.runs) {
      digest.mix(replication);
      digest.mixText(fingerprint.trajectory);
      digest.mixText(fingerprint.result);
    }
  }
  return digest.hex();
}
