/** Plans for the reasons, and studies of them. */
import { deriveSeed } from '../../../src/base/seed.ts';
import type { Plan, TimelineAction } from '../../../src/contract/plan.ts';
import type { RunOptions } from '../../../src/contract/result.ts';
import { hottestPods } from '../../../src/study/reasons/registry.ts';
import type { HottestPod } from '../../../src/study/reasons/registry.ts';
import type { Reason } from '../../../src/study/reasons/reason.ts';
import type { VariantRuns } from '../../../src/study/study.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { at, constant, exponential, keepAlive, ms, plan, sec } from '../../world/plans.ts';
import type { PlanOptions } from '../../world/plans.ts';

/** So many replications of a plan. */
export function study(made: Plan, replications: number = 3, options: RunOptions = {}): VariantRuns {
  const runs = Array.from({ length: replications }, (_, replication) =>
    simulate(made, deriveSeed(made.seed, replication), { ...options, replication }),
  );
  return { plan: made, runs };
}

/** What is found of the hottest pod of the only Service. */
export function hottest(variant: VariantRuns): HottestPod {
  const found = hottestPods(variant);
  if (found.length !== 1) throw new Error(`${found.length} Services were called`);
  return found[0]!;
}

/** The reason of a plan's hottest pod; null: none is found. */
export const reasonOf = (made: Plan, replications: number = 3): Reason | null =>
  hottest(study(made, replications)).finding?.reason ?? null;

/** Eight pods at half load, each request over a connection of its own. */
export const even = (options: PlanOptions = {}): Plan =>
  plan({
    pods: 8,
    clientNodes: 4,
    rate: 800,
    service: exponential(ms(5)),
    hop: ms(0.1),
    ...options,
  });

/** The same over 16 kept connections, all as busy. */
export const pinned = (options: PlanOptions = {}): Plan =>
  even({ client: { connection: keepAlive({ pool: 4, reuse: 'Fifo' }) }, ...options });

/** Hundreds of connections that are busy at a time. */
export const busyPools: PlanOptions = {
  rate: 3000,
  service: constant(ms(100)),
  workload: { concurrency: 200 },
  client: { connection: keepAlive({ pool: 100, reuse: 'Fifo' }) },
};

/** Most pods lose their connections, and are back soon. */
export const crashes: readonly TimelineAction[] = [0, 1, 2, 3, 4].map((pod) => ({
  kind: 'crash',
  at: at(2),
  workload: 0,
  pod: `backend-${pod}`,
  lasts: sec(1),
}));
