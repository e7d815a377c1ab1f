/** The runs of a sweep: which there are, which are done, and which part of them is whose. */
import { MODEL_VERSION } from '../../base/model-version.ts';
import { deriveSeed } from '../../base/seed.ts';
import type { Sweep } from '../../contract/sweep.ts';
import type { RunFigures, VariantFigures } from '../figures/run-figures.ts';
import { planDigest } from '../plan-digest.ts';

/** One run to do: a replication of a point. */
export interface SweepRun {
  /** Index into the points of the sweep. */
  readonly point: number;
  readonly replication: number;
  readonly seed: number;
}

/** One run that is done. */
export interface RecordedRun {
  readonly point: number;
  readonly figures: RunFigures;
}

/** Part `index` (from 1) of `count` of all runs. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/**
 * The runs of some points, point by point. Replication r has the same seed at every point, so that points are
 * compared in pairs.
 *
 * @param replications of each point; those of its plan unless given.
 */
export function runsOf(
  sweep: Sweep,
  points: Iterable<number>,
  replications?: number,
): readonly SweepRun[] {
  const runs: SweepRun[] = [];
  for (const point of points) {
    const { plan } = sweep.points[point]!;
    const count = replications ?? plan.replications;
    for (let replication = 0; replication < count; replication += 1) {
      runs.push({ point, replication, seed: deriveSeed(plan.seed, replication) });
    }
  }
  return runs;
}

/** The part of the runs that falls to a shard: dealt in turn, so that each gets of every point. */
export function runsOfShard(runs: readonly SweepRun[], shard: Shard): readonly SweepRun[] {
  return runs.filter((_, index) => index % shard.count === shard.index - 1);
}

/** What is done of a sweep. */
export class DoneRuns {
  private readonly sweep: Sweep;
  /** By point, then by replication. */
  private readonly runs = new Map<number, Map<number, RunFigures>>();
  private readonly digests = new Map<number, string>();

  constructor(sweep: Sweep, recorded: Iterable<RecordedRun> = []) {
    this.sweep = sweep;
    for (const run of recorded) this.add(run);
  }

  add({ point, figures }: RecordedRun): void {
    const ofPoint = this.runs.get(point);
    if (ofPoint === undefined) this.runs.set(point, new Map([[figures.replication, figures]]));
    else ofPoint.set(figures.replication, figures);
  }

  has({ point, replication }: Pick<SweepRun, 'point' | 'replication'>): boolean {
    return this.runs.get(point)?.has(replication) === true;
  }

  get(point: number, replication: number): RunFigures | undefined {
    return this.runs.get(point)?.get(replication);
  }

  /** All of them by point, then by replication. */
  sorted(): readonly RecordedRun[] {
    return [...this.runs.keys()]
      .sort((a, b) => a - b)
      .flatMap((point) => this.ofPoint(point).map((figures) => ({ point, figures })));
  }

  /** The first `replications` runs of a point, as far as they are done; those of its plan unless given. */
  figures(point: number, replications?: number): VariantFigures {
    const { plan } = this.sweep.points[point]!;
    const count = replications ?? plan.replications;
    let digest = this.digests.get(point);
    if (digest === undefined) {
      digest = planDigest(plan);
      this.digests.set(point, digest);
    }
    return {
      scenario: plan.scenario,
      variant: plan.variant,
      planDigest: digest,
      modelVersion: MODEL_VERSION,
      runs: this.ofPoint(point).filter(({ replication }) => replication < count),
    };
  }

  private ofPoint(point: number): readonly RunFigures[] {
    const runs = [...(this.runs.get(point)?.values() ?? [])];
    return runs.sort((a, b) => a.replication - b.replication);
  }
}
