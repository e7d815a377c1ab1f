/** HorizontalPodAutoscalers at work on a workload that is called. */
import { describe, expect, it } from 'vitest';
import type { Plan, PlannedAutoscaler, PlannedWorkload } from '../../src/contract/plan.ts';
import { World } from '../../src/world/world.ts';
import { AUTOSCALING, SCALE_DOWN, SCALE_UP } from '../../src/scenario/defaults.ts';
import { at, constant, exponential, ms, plan, sec, type PlanOptions } from './plans.ts';

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

const ON_CPU: Partial<PlannedWorkload> = {
  cpuShare: 1,
  cpuRequest: 0.5,
  concurrency: 100,
  startUp: constant(sec(5)),
};

/** Pods that request half a core, called by requests of 10 ms of CPU time, on nodes with cores for all. */
function scaled(options: PlanOptions, hpa: Partial<PlannedAutoscaler> = {}): Plan {
  const workload = { ...ON_CPU, ...options.workload };
  const base = plan({ pods: 2, service: constant(ms(10)), ...options, workload });
  return {
    ...base,
    nodes: base.nodes.map((node) => ({ ...node, cpu: 64 })),
    autoscalers: [{ ...HPA, ...hpa }],
  };
}

/** Replicas after each change, with its moment in s. */
function course(which: Plan, seed: number): (readonly [number, number])[] {
  const world = new World(which, seed, {});
  world.queue.run(Infinity, which.warmUp + which.duration);
  return world.autoscalers[0]!.scalings.map(({ at: moment, to }) => [moment / 1e9, to]);
}

const SEEDS = [1, 2, 3];

describe('an autoscaler of CPU', () => {
  it('O24: settles where pods use what they should', () => {
    for (const seed of SEEDS) {
      const replicas = course(scaled({ rate: 300, duration: 150 }), seed).at(-1)![1];
      // 3 cores at 60 % of half a core each.
      expect(replicas).toBeGreaterThanOrEqual(10);
      expect(replicas).toBeLessThanOrEqual(11);
    }
  });

  it('follows a surge a scrape and a sync behind, adds 4 pods first, and waits 300 s to scale down', () => {
    const points = [
      { at: at(0), rate: 50 },
      { at: at(100), rate: 600 },
      { at: at(190), rate: 50 },
    ];
    for (const seed of SEEDS) {
      const surge = scaled({ client: { arrival: { kind: 'steps', points } }, duration: 560 });
      const scalings = course(surge, seed);
      const [[first, replicas]] = scalings as [readonly [number, number]];
      expect(first).toBeGreaterThan(100);
      // What is measured by then may hold a second of the surge; or its first whole period ends after 30 s.
      expect(first).toBeLessThan(130);
      expect(replicas).toBeGreaterThan(2);
      expect(replicas).toBeLessThanOrEqual(6);
      expect(Math.max(...scalings.map(([, to]) => to))).toBe(20);
      const down = scalings.filter(([, to], i) => to < (scalings[i - 1]?.[1] ?? 2));
      // Asked for as many until a scrape and a sync after the surge, or a period before.
      expect(down[0]![0]).toBeGreaterThan(190 - 15 + 300);
      expect(down[0]![0]).toBeLessThan(190 + 30 + 300 + 15);
    }
  });

  it('makes no more of pods that are throttled: their use ends at the limit', () => {
    // 3 cores are asked for; two pods give 0.5 each, which is 100 % of 60 %: 1.67 times as many at a time.
    const replicas = course(
      scaled({ rate: 300, duration: 60, workload: { cpuLimit: 0.5 } }),
      1,
    ).map(([, to]) => to);
    expect(replicas[0]).toBe(4);
  });

  it('leaves a workload alone that uses what it should', () => {
    for (const seed of SEEDS) {
      // 0.6 cores of 1 that two pods request.
      const steady = scaled({
        rate: 60,
        duration: 200,
        client: { arrival: { kind: 'constant', rate: 60 } },
      });
      expect(course(steady, seed)).toEqual([]);
    }
  });
});

describe('an autoscaler of what pods have to do', () => {
  const waiting = { cpuShare: 0, cpuRequest: null };
  const last = (which: Plan): number => course(which, 1).at(-1)![1];

  it('by requests per second: rate / target', () => {
    const metrics = [{ kind: 'RequestsPerSecond', target: 50 }] as const;
    const replicas = last(scaled({ rate: 400, duration: 150, workload: waiting }, { metrics }));
    expect(replicas).toBeGreaterThanOrEqual(8);
    expect(replicas).toBeLessThanOrEqual(9);
  });

  it("by requests in flight: Little's law", () => {
    const metrics = [{ kind: 'RequestsInFlight', target: 2 }] as const;
    const slow = scaled(
      { rate: 200, duration: 150, service: exponential(ms(60)), workload: waiting },
      { metrics },
    );
    // 12 in flight over all.
    expect(last(slow)).toBeGreaterThanOrEqual(6);
    expect(last(slow)).toBeLessThanOrEqual(7);
  });

  it('by requests that wait: none, once there are workers enough', () => {
    const metrics = [{ kind: 'QueueLength', target: 1 }] as const;
    const short = scaled(
      { rate: 250, duration: 60, workload: { ...waiting, concurrency: 1 } },
      { metrics },
    );
    // Two workers can do 200 a second: the queue grows until there are more.
    const [first] = course(short, 1);
    expect(first![1]).toBe(6);
  });

  it('by the metric that asks for most', () => {
    const metrics = [
      { kind: 'RequestsPerSecond', target: 1000 },
      { kind: 'RequestsPerSecond', target: 50 },
    ] as const;
    const replicas = last(scaled({ rate: 400, duration: 150, workload: waiting }, { metrics }));
    expect(replicas).toBeGreaterThanOrEqual(8);
  });
});

describe('bounds', () => {
  it('are kept by a workload of before: more than maxReplicas go, fewer than minReplicas come, at once', () => {
    const idle = { rate: 1, duration: 20 };
    expect(course(scaled({ ...idle, pods: 9 }, { maxReplicas: 4 }), 1)).toMatchObject([
      [expect.any(Number), 4],
    ]);
    expect(course(scaled({ ...idle, pods: 1 }, { minReplicas: 7 }), 1)).toMatchObject([
      [expect.any(Number), 7],
    ]);
  });

  it('without a behavior let one pod become 4', () => {
    const busy = scaled(
      { pods: 1, rate: 300, duration: 40 },
      { minReplicas: 1, hasBehavior: false },
    );
    expect(course(busy, 1)[0]![1]).toBe(4);
  });
});
