/** What is done to generated plans while they run. */
import fc from 'fast-check';
import type { PlannedWorkload, TimelineAction } from '../../../src/contract/plan.ts';
import { at, ms } from '../plans.ts';
import { delay, orNull } from './values.ts';

export const action: fc.Arbitrary<TimelineAction> = fc
  .tuple(
    fc.integer({ min: 0, max: 2200 }).map((moment) => at(moment / 1000)),
    fc.oneof(
      fc.record({
        kind: fc.constant('setReady' as const),
        pod: orNull(fc.integer({ min: 0, max: 3 }).map((i) => `backend-${i}`)),
        ready: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('scale' as const), replicas: fc.integer({ min: 0, max: 5 }) }),
      fc.record({
        kind: fc.constant('deletePod' as const),
        pod: fc.integer({ min: 0, max: 3 }).map((i) => `backend-${i}`),
      }),
    ),
  )
  .map(([moment, what]) => ({ at: moment, workload: 0, ...what }));

export const restart: fc.Arbitrary<TimelineAction> = fc.record({
  kind: fc.constant('kubeProxyRestart' as const),
  at: fc.integer({ min: 0, max: 2200 }).map((moment) => at(moment / 1000)),
  node: orNull(fc.integer({ min: 0, max: 2 })),
  lasts: delay(ms(500)),
});

/** Only a controller scales. */
export const isPossible = (
  one: TimelineAction,
  { controller }: Partial<PlannedWorkload>,
): boolean => one.kind !== 'scale' || controller?.kind !== 'None';
