/** Generated autoscalers. */
import fc from 'fast-check';
import type { PlannedAutoscaler } from '../../../src/contract/plan.ts';
import { SCALE_DOWN, SCALE_UP } from '../../../src/scenario/defaults.ts';
import { ms, ns } from '../plans.ts';
import { delay } from './values.ts';

/** One that looks again and again even in runs this short. */
export const autoscaler: fc.Arbitrary<PlannedAutoscaler> = fc
  .record({
    minReplicas: fc.integer({ min: 1, max: 3 }),
    more: fc.integer({ min: 0, max: 4 }),
    metrics: fc.array(
      fc.record({
        kind: fc.constantFrom(
          'CpuUtilization' as const,
          'CpuAverage' as const,
          'RequestsPerSecond' as const,
          'RequestsInFlight' as const,
          'QueueLength' as const,
        ),
        target: fc.constantFrom(0.1, 1, 20),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    hasBehavior: fc.boolean(),
    syncPeriod: fc.integer({ min: 1e8, max: 8e8 }).map(ns),
    metricsPeriod: fc.integer({ min: 1e8, max: 8e8 }).map(ns),
    delay: delay(ms(500)),
  })
  .map(({ minReplicas, more, delay: any, ...rest }) => ({
    ...rest,
    name: 'backend',
    namespace: 'default',
    workload: 0,
    minReplicas,
    maxReplicas: minReplicas + more,
    scaleUp: { ...SCALE_UP, tolerance: 0.1 },
    scaleDown: { ...SCALE_DOWN, tolerance: 0.1, stabilizationWindow: any },
    cpuInitializationPeriod: any,
    initialReadinessDelay: any,
  }));
