/** HorizontalPodAutoscalers at work on a workload that is called. */
import { describe, expect, it } from 'vitest';
import type { Plan, PlannedAutoscaler } from '../../src/contract/plan.ts';
import { World } from '../../src/world/world.ts';
import { AUTOSCALING, SCALE_DOWN, SCALE_UP } from '../../src/scenario/defaults.ts';
import { constant, ms, plan, sec, type PlanOptions } from './plans.ts';

const { tolerance, downscaleStabilization, ...PERIODS } = AUTOSCALING;

const HPA: PlannedAutoscaler = {
  name: 'backend',
  namespace: 'default',
  workload: 0,
  minReplicas: 2,
  maxReplicas: 20,
  metrics: [{ kind: 'CpuUtilization', target: 0.6 }],
  hasBehavior: true,
  scaleUp: { ...SCALE_UP, tolerance },
  scaleDown: { ...SCALE_DOWN, tolerance, stabilizationWindow: downscaleStabilization },
  ...PERIODS,
};

/** Pods of half a core each, called by requests of 10 ms of CPU time. */
function scaled(options: PlanOptions, hpa: Partial<PlannedAutoscaler> = {}): Plan {
  const base = plan({
    pods: 2,
    service: constant(ms(10)),
    ...options,
    workload: {
      cpuShare: 1,
      cpuRequest: 0.5,
      concurrency: 100,
      startUp: constant(sec(5)),
      ...options.workload,
    },
  });
  return {
    ...base,
    nodes: base.nodes.map((node) => ({ ...node, cpu: 64 })),
    autoscalers: [{ ...HPA, ...hpa }],
  };
}

/** Replicas after each change, as `[s, replicas]`, the moments rounded down to whole seconds. */
function course(which: Plan, seed: number): (readonly [number, number])[] {
  const world = new World(which, seed, {});
  world.queue.run(Infinity, which.warmUp + which.duration);
  return world.autoscalers[0]!.scalings.map(({ at: moment, to }) => [Math.floor(moment / 1e9), to]);
}

describe('an autoscaler of CPU', () => {
  it('O24: settles where pods use what they should', () => {
    for (const seed of [1, 2, 3]) {
      const replicas = course(scaled({ rate: 300, duration: 200 }), seed).at(-1)![1];
      // 3 cores at 60 % of half a core each.
      expect(replicas).toBeGreaterThanOrEqual(10);
      expect(replicas).toBeLessThanOrEqual(11);
    }
  });
});
