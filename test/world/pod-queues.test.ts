/** The pods of the express lane against a pod that is simulated step by step. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Journeys } from '../../src/world/express/journeys.ts';
import {
  ARRIVED,
  BEGUN,
  DEMAND,
  FACTS,
  HOP,
  INSERTED,
  POD,
  SERVED,
  TIMES,
} from '../../src/world/express/layout.ts';
import type { PodQueues } from '../../src/world/express/serve/pod-queues.ts';
import { SingleWorkers } from '../../src/world/express/serve/single-workers.ts';
import { WorkerPools } from '../../src/world/express/serve/worker-pools.ts';
import { OpenWindows } from '../../src/world/measure/open-windows.ts';
import { World } from '../../src/world/world.ts';
import { plan } from './plans.ts';

fc.configureGlobal({ seed: 42 });

const requests = fc.array(
  fc.record({ gap: fc.nat(30), demand: fc.oneof(fc.nat(10), fc.nat(200)), pod: fc.nat(1) }),
  { minLength: 1, maxLength: 150 },
);
type Requests = readonly { readonly gap: number; readonly demand: number; readonly pod: number }[];

/** The row of a request that arrives at `now`. */
function rowOf({ demand, pod }: Requests[number], now: number, journeys: Journeys): number {
  const row = journeys.take();
  journeys.times[row * TIMES + ARRIVED] = now;
  journeys.times[row * TIMES + INSERTED] = now - 1;
  journeys.times[row * TIMES + DEMAND] = demand;
  journeys.times[row * TIMES + HOP] = 0;
  journeys.facts[row * FACTS + POD] = pod;
  return row;
}

/** When each begins: workers one by one, each free from some instant on. */
function byHand(sequence: Requests, workers: number): { begun: number; served: number }[] {
  const freeAt = [0, 1].map(() => Array.from({ length: workers }, () => 0));
  let now = 0;
  return sequence.map(({ gap, demand, pod }) => {
    now += gap;
    const free = freeAt[pod]!;
    const worker = free.indexOf(Math.min(...free));
    const begun = Math.max(now, free[worker]!);
    free[worker] = begun + demand;
    return { begun, served: begun + demand };
  });
}

/** Whether one is still at its pod when another arrives that set out 1 ns before. */
function isThere({ begun, served }: { begun: number; served: number }, at: number): boolean {
  return served > at || (served === at && begun >= at - 1);
}

function worldOf(workers: number): World {
  const windows = [{ name: 'late', from: null, to: null }];
  return new World(plan({ pods: 2, workload: { concurrency: workers }, windows }), 1, {});
}

function queuesOf(world: World, journeys: Journeys, workers: number): PodQueues {
  return workers === 1
    ? new SingleWorkers(2, journeys, world.loads, world.measurement)
    : new WorkerPools(world.pods, journeys, world.loads, world.measurement);
}

describe.each([1, 2, 3, 7])('pods with %d workers', (workers) => {
  it('begin each request when a worker is free, first come, first served', () => {
    fc.assert(
      fc.property(requests, (sequence) => {
        const world = worldOf(workers);
        const journeys = new Journeys(1);
        const queues = queuesOf(world, journeys, workers);
        journeys.reserve(sequence.length);
        let now = 0;
        const rows = Int32Array.from(sequence, (one) => {
          now += one.gap;
          return rowOf(one, now, journeys);
        });
        queues.serve(rows, 0, rows.length);
        const found = [...rows].map((row) => ({
          begun: journeys.times[row * TIMES + BEGUN],
          served: journeys.times[row * TIMES + SERVED],
        }));
        expect(found).toEqual(byHand(sequence, workers));

        // Just after the last has come, what is there is what has not been served.
        queues.tellLoads(now + 1);
        for (const pod of [0, 1]) {
          const there = sequence.filter((one, i) => one.pod === pod && found[i]!.served! > now);
          expect(world.loads.inFlight(pod)).toBe(there.length);
          expect(world.loads.busy(pod)).toBe(Math.min(there.length, workers));
        }
      }),
    );
  });

  it('tell how many there were at most, window by window', () => {
    fc.assert(
      fc.property(requests, fc.nat(150), (sequence, cut) => {
        const world = worldOf(workers);
        const { loads, measurement } = world;
        const journeys = new Journeys(1);
        const queues = queuesOf(world, journeys, workers);
        journeys.reserve(sequence.length);
        let now = 0;
        const arrived = sequence.map((one) => (now += one.gap));
        const served = byHand(sequence, workers);
        const most = [0, 1].map(() => [0, 0]);
        sequence.forEach((one, i) => {
          const window = i < cut ? 0 : 1;
          if (i === cut) queues.tellLoads(arrived[i]!);
          measurement.current = new OpenWindows(null, [window], null);
          queues.serve(Int32Array.of(rowOf(one, arrived[i]!, journeys)), 0, 1);
          const there = sequence.filter(
            (other, j) => j < i && other.pod === one.pod && isThere(served[j]!, arrived[i]!),
          );
          most[one.pod]![window] = Math.max(most[one.pod]![window]!, there.length + 1);
        });
        if (queues.isInDoubt) return;
        expect([0, 1].map((pod) => [0, 1].map((window) => loads.maximum(pod, window)))).toEqual(
          most,
        );
      }),
    );
  });
});
