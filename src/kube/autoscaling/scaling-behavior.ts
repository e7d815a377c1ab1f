/**
 * What becomes of the replicas that metrics ask for: stabilised over a window, and limited in how many come or go in a
 * period (pkg/controller/podautoscaler/horizontal.go; KEP-853). Moments and durations in ns.
 */

export interface ReplicaPolicy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  readonly period: number;
}

export interface ReplicaRules {
  readonly stabilizationWindow: number;
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled';
  readonly policies: readonly ReplicaPolicy[];
}

export interface ReplicaBounds {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly scaleUp: ReplicaRules;
  readonly scaleDown: ReplicaRules;
  /** spec.behavior is given. Without it, replicas at most double in a sync, or come to 4; and any number may go. */
  readonly hasBehavior: boolean;
}

/** Without a behavior: scaleUpLimitFactor and scaleUpLimitMinimum. */
const LIMIT_FACTOR = 2;
const LIMIT_MINIMUM = 4;

interface Remembered {
  readonly at: number;
  readonly replicas: number;
}

/** The memory of one autoscaler: recommendations, and what it did. */
export class ScalingHistory {
  private recommendations: Remembered[] = [];
  private added: Remembered[] = [];
  private removed: Remembered[] = [];
  private readonly bounds: ReplicaBounds;

  constructor(bounds: ReplicaBounds) {
    this.bounds = bounds;
  }

  /** The replicas to have from `now` on, where there are `current` and metrics ask for `asked`; remembers that. */
  decide(current: number, asked: number, now: number): number {
    const stable = this.stabilize(current, asked, now);
    return this.bounds.hasBehavior ? this.limit(current, stable, now) : this.clamp(current, stable);
  }

  /** It has changed the number of replicas. */
  scaled(from: number, to: number, now: number): void {
    const { scaleUp, scaleDown } = this.bounds;
    const longest = Math.max(...[...scaleUp.policies, ...scaleDown.policies].map((p) => p.period));
    this.added = this.added.filter(({ at }) => at > now - longest);
    this.removed = this.removed.filter(({ at }) => at > now - longest);
    if (to > from) this.added.push({ at: now, replicas: to - from });
    else this.removed.push({ at: now, replicas: from - to });
  }

  /** Up no further than the lowest that was asked for in its window, down no further than the highest. */
  private stabilize(current: number, asked: number, now: number): number {
    const { scaleUp, scaleDown, hasBehavior } = this.bounds;
    // A behavior's absence leaves only the window of scaling down.
    const upCutoff = hasBehavior ? now - scaleUp.stabilizationWindow : now;
    const downCutoff = now - scaleDown.stabilizationWindow;
    let lowest = asked;
    let highest = asked;
    this.recommendations = this.recommendations.filter(
      ({ at }) => at >= Math.min(upCutoff, downCutoff),
    );
    for (const { at, replicas } of this.recommendations) {
      if (at > upCutoff) lowest = Math.min(lowest, replicas);
      if (at > downCutoff) highest = Math.max(highest, replicas);
    }
    this.recommendations.push({ at: now, replicas: asked });
    if (!hasBehavior) return highest;
    return Math.min(Math.max(current, lowest), highest);
  }

  private clamp(current: number, replicas: number): number {
    const { minReplicas, maxReplicas } = this.bounds;
    const most = Math.min(maxReplicas, Math.max(LIMIT_FACTOR * current, LIMIT_MINIMUM));
    return Math.min(Math.max(replicas, minReplicas), most);
  }

  private limit(current: number, replicas: number, now: number): number {
    const { minReplicas, maxReplicas } = this.bounds;
    if (replicas > current) {
      const most = Math.max(current, this.mostAfterScaleUp(current, now));
      return Math.min(replicas, maxReplicas, most);
    }
    if (replicas < current) {
      const least = Math.min(current, this.leastAfterScaleDown(current, now));
      return Math.max(replicas, minReplicas, least);
    }
    return replicas;
  }

  private mostAfterScaleUp(current: number, now: number): number {
    const { policies, selectPolicy } = this.bounds.scaleUp;
    if (selectPolicy === 'Disabled') return current;
    const proposals = policies.map(({ type, value, period }) => {
      const before = this.atPeriodStart(current, now - period);
      // Rounded up: a few replicas must be able to become more.
      return type === 'Pods' ? before + value : Math.ceil(before * (1 + value / 100));
    });
    return selectPolicy === 'Max' ? Math.max(...proposals) : Math.min(...proposals);
  }

  private leastAfterScaleDown(current: number, now: number): number {
    const { policies, selectPolicy } = this.bounds.scaleDown;
    if (selectPolicy === 'Disabled') return current;
    const proposals = policies.map(({ type, value, period }) => {
      const before = this.atPeriodStart(current, now - period);
      return type === 'Pods' ? before - value : Math.trunc(before * (1 - value / 100));
    });
    // The policy that changes most is the one that leaves fewest.
    return selectPolicy === 'Max' ? Math.min(...proposals) : Math.max(...proposals);
  }

  /** Replicas when the period began that ends now. */
  private atPeriodStart(current: number, start: number): number {
    return current - sumSince(this.added, start) + sumSince(this.removed, start);
  }
}

function sumSince(events: readonly Remembered[], start: number): number {
  let sum = 0;
  for (const { at, replicas } of events) if (at > start) sum += replicas;
  return sum;
}
