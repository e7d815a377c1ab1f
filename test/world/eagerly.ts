/**
 * A run in which every node goes on at each moment at which something happens on it, as if all of that were events.
 * Otherwise a node goes on when somebody meets its rules: that must come to the same.
 */
import type { Instant } from '../../src/base/time.ts';
import type { Plan } from '../../src/contract/plan.ts';
import type { RunOptions, RunResult } from '../../src/contract/result.ts';
import type { NodeProxy } from '../../src/world/control/node-proxy.ts';
import { startRun } from '../../src/world/simulate.ts';
import type { World } from '../../src/world/world.ts';

/** When something next happens on a node that is up to date, ns. */
const dueOn = (proxy: NodeProxy): number => (proxy as unknown as { readonly due: number }).due;

/** Fires up to `limit` events before `until` (ns), as EventQueue.run does, and has nodes go on between them. */
export function runEagerly(world: World, limit: number, until: number): number {
  const { queue } = world;
  const proxies = world.proxiesOn(null);
  const { run } = Object.getPrototypeOf(queue) as typeof queue;
  for (let fired = 0; fired < limit;) {
    for (const proxy of proxies) proxy.keepUp();
    const due = Math.min(...proxies.map(dueOn));
    const next = queue.nextAt();
    if (Math.min(due, next) >= until) return fired;
    if (due <= next) queue.advanceTo(due as Instant);
    else fired += run.call(queue, 1, until);
  }
  return limit;
}

/** As `simulate`. */
export function simulateEagerly(plan: Plan, seed: number, options: RunOptions): RunResult {
  const run = startRun(plan, seed, options, 'by events');
  const { world } = run as unknown as { readonly world: World };
  world.queue.run = (limit, until) => runEagerly(world, limit, until);
  while (!run.advance(Infinity));
  return run.result();
}
