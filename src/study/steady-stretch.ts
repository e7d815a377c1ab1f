/**
 * For how long nothing changes by plan: until then every moment of a run, once it has warmed up, is like any
 * other, which is what batch means and the detection of a warm-up rest on.
 */
import type { Plan } from '../contract/plan.ts';

/**
 * The first moment, ns from the start of the run, at which the scenario changes load or cluster; Infinity
 * where it never does. What comes at random from the start, as faults do, or answers to load, as autoscalers
 * do, leaves no such stretch: 0. Probes that flap and processes that crash by themselves are as likely at any
 * moment, and belong to it.
 */
export function steadyUntil(plan: Plan): number {
  if (plan.faults.length > 0 || plan.autoscalers.length > 0) return 0;
  const moments: number[] = plan.timeline.map(({ at }) => at);
  for (const { arrival } of plan.clients) {
    // The curve moves all the time.
    if (arrival.kind === 'daily' || arrival.kind === 'trace' || arrival.kind === 'script') return 0;
    if (arrival.kind !== 'steps' && arrival.kind !== 'ramp') continue;
    // A ramp moves from its first point on; steps have their first rate from the start.
    const [first, ...others] = arrival.points;
    const changes = arrival.kind === 'ramp' ? [first, ...others] : others;
    if (arrival.points.length > 1) moments.push(changes[0]!.at);
  }
  return Math.min(Infinity, ...moments);
}
