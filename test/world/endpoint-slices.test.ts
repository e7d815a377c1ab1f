/**
 * The EndpointSlice controller: five workers, one Service each, that look at the pods and write slices as fast as the
 * API client's limit lets them; what it folds together, and what it does when a sync fails.
 */
import { describe, expect, it } from 'vitest';
import type { Plan, PlannedEndpointSlices, TimelineAction } from '../../src/contract/plan.ts';
import { CONTROL_PLANE } from '../../src/scenario/defaults.ts';
import { World } from '../../src/world/world.ts';
import { at, constant, ms, ns, plan, poisson, sec } from './plans.ts';

const SECOND = 1e9;

interface Made {
  readonly services?: number;
  readonly pods?: number;
  readonly sync?: number;
  readonly slices?: Partial<PlannedEndpointSlices>;
  readonly timeline: readonly TimelineAction[];
}

/** Services of pods of their own, whose kubelets' reports arrive at once; a sync takes `sync` ms. */
function many({ services = 1, pods = 2, sync = 0, slices, timeline }: Made): Plan {
  const made = plan({
    duration: 3000,
    client: { arrival: poisson(1e-12) },
    timeline,
    controlPlane: {
      kubelet: constant(ns(0)),
      endpointSlice: constant(ms(sync)),
      watch: constant(ns(0)),
      endpointSlices: { ...CONTROL_PLANE.endpointSlices, ...slices },
    },
  });
  const [service] = made.services;
  const [workload] = made.workloads;
  const indices = Array.from({ length: services }, (_, i) => i);
  return {
    ...made,
    services: indices.map((i) => ({ ...service!, name: `s-${i}`, clusterIP: `10.96.1.${i + 1}` })),
    workloads: indices.map((i) => ({
      ...workload!,
      name: `deployment/w-${i}`,
      pods: Array.from({ length: pods }, (_, k) => ({
        name: `w-${i}-${k}`,
        ip: `10.${i}.${k >> 8}.${k & 255}`,
        node: 0,
        ready: true,
        terminating: false,
        hints: null,
      })),
      memberships: [{ service: i, targetPorts: [8080] }],
    })),
  };
}

const setReady = (
  moment: number,
  workload: number,
  ready: boolean,
  pod: string | null = null,
): TimelineAction => ({ kind: 'setReady', at: at(moment), workload, pod, ready });

interface Written {
  readonly service: number;
  /** When the last of its slices was, s. */
  readonly at: number;
  readonly ready: number;
}

function run(given: Plan): { written: Written[]; world: World } {
  const world = new World(given, 1, {});
  const written: Written[] = [];
  const { changes } = world.controlPlane;
  const { append } = changes;
  changes.append = (change) => {
    const ready = change.sets[0]!.endpoints.filter((endpoint) => endpoint.ready).length;
    written.push({ service: change.service, at: change.writtenAt / SECOND, ready });
    append.call(changes, change);
  };
  world.queue.run(Infinity, world.horizon);
  return { written, world };
}

const all = (services: number, moment: number): TimelineAction[] =>
  Array.from({ length: services }, (_, i) => setReady(moment, i, false));

describe('the EndpointSlice controller', () => {
  it('syncs five Services at a time', () => {
    const { written } = run(many({ services: 12, sync: 100, timeline: all(12, 1) }));
    const times = written.map((change) => change.at);
    expect(times).toEqual([...Array<number>(5).fill(1.1), ...Array<number>(5).fill(1.2), 1.3, 1.3]);
    expect(written.map(({ service }) => service)).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });

  it('writes 30 slices at once and 20 a second from then on: 100 Services take (100 − 30) ÷ 20 s', () => {
    const { written, world } = run(many({ services: 100, timeline: all(100, 1) }));
    const times = written.map((change) => change.at);
    expect(times).toHaveLength(100);
    expect(times.filter((time) => time === 1)).toHaveLength(30);
    times.forEach((time, i) => expect(time).toBeCloseTo(1 + Math.max(0, i + 1 - 30) / 20, 9));
    expect(times.at(-1)).toBe(1 + (100 - 30) / 20);
    expect(world.controlPlane.endpointSlices).toMatchObject({ syncs: 100, writes: 100 });
  });

  it('has its whole burst again after a quiet time, and no limit where none is set', () => {
    const timeline = [...all(40, 1), ...all(40, 100).map((a) => ({ ...a, ready: true }))];
    const { written } = run(many({ services: 40, timeline }));
    expect(written.at(-1)!.at).toBe(100.5);
    const free = run(many({ services: 40, timeline, slices: { writeLimit: null } }));
    expect(free.written.at(-1)!.at).toBe(100);
  });

  it('tells nodes of a Service when the last of its slices is written', () => {
    // 250 endpoints in slices of 5: 50 writes, of which 30 go at once.
    const slices = { maxEndpointsPerSlice: 5 };
    const { written, world } = run(many({ pods: 250, slices, timeline: [setReady(1, 0, false)] }));
    expect(written).toEqual([{ service: 0, at: 1 + 20 / 20, ready: 0 }]);
    expect(world.controlPlane.endpointSlices.writes).toBe(50);
  });

  it('takes in what changes before it begins, and does again what changes while it is at it', () => {
    const timeline = [
      setReady(1, 0, false, 'w-0-0'),
      setReady(1, 0, false, 'w-0-1'),
      setReady(1.05, 0, false, 'w-0-2'),
      setReady(1.06, 0, false, 'w-0-3'),
    ];
    const { written } = run(many({ pods: 6, sync: 100, timeline }));
    expect(written).toEqual([
      { service: 0, at: 1.1, ready: 4 },
      { service: 0, at: 1.2, ready: 2 },
    ]);
  });

  it('writes nothing, and tells nobody, where all is as before', () => {
    const timeline = [setReady(1, 0, false, 'w-0-0'), setReady(1, 0, true, 'w-0-0')];
    const { written, world } = run(many({ timeline }));
    expect(written).toEqual([]);
    expect(world.controlPlane.endpointSlices.writes).toBe(0);
  });

  it('lets the first change wait for others, for as long as the batch period', () => {
    const timeline = [1, 1.2, 1.4, 1.6].map((moment, i) => setReady(moment, 0, false, `w-0-${i}`));
    const { written, world } = run(many({ pods: 6, slices: { batchPeriod: ms(500) }, timeline }));
    expect(written).toEqual([
      { service: 0, at: 1.5, ready: 3 },
      { service: 0, at: 2.1, ready: 2 },
    ]);
    // Latency counts from the earliest of the changes.
    world.controlPlane.settle();
    expect(world.measurement.programming).toMatchObject({ count: 2, max: sec(0.5) });
  });

  it('tries again after 1 s, 2 s, 4 s … up to 1,000 s, 15 times, and then only when something changes', () => {
    const timeline = [setReady(1, 0, false)];
    const given = many({ timeline, slices: { syncFailure: 1 } });
    const { written, world } = run({ ...given, duration: sec(20_000) });
    expect(written).toEqual([]);
    const { endpointSlices } = world.controlPlane;
    expect([endpointSlices.syncs, endpointSlices.work.retries]).toEqual([16, 15]);
    // 1 + 2 + … + 512 + 5 × 1,000.
    const last = 1 + 1023 + 5 * 1000;
    const shorter = run({ ...given, duration: sec(last) });
    expect(shorter.world.controlPlane.endpointSlices.syncs).toBe(15);
    const longer = run({ ...given, duration: sec(last + 0.001) });
    expect(longer.world.controlPlane.endpointSlices.syncs).toBe(16);
  });

  it('counts the latency of a change over the tries that it took', () => {
    for (let failures = 0, seed = 1; seed <= 20; seed++) {
      const given = many({ timeline: [setReady(1, 0, false)], slices: { syncFailure: 0.6 } });
      const world = new World(given, seed, {});
      world.queue.run(Infinity, world.horizon);
      world.controlPlane.settle();
      failures = world.controlPlane.endpointSlices.work.retries;
      if (failures > 10) continue;
      expect(world.measurement.programming.max).toBe((2 ** failures - 1) * SECOND);
    }
  });

  it('takes as many times as long as the API server is slow', () => {
    const given = many({ sync: 100, timeline: [setReady(1, 0, false)] });
    const world = new World(given, 1, {});
    world.controlPlane.slow(7);
    world.queue.run(Infinity, world.horizon);
    world.controlPlane.settle();
    expect(world.measurement.programming.max).toBe(0.7 * SECOND);
  });
});
