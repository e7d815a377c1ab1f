import { describe, expect, it } from 'vitest';
import type { Plan, PlannedController } from '../../src/contract/plan.ts';
import { doAt } from '../../src/engine/moment.ts';
import { collect } from '../../src/world/measure/collect.ts';
import { World } from '../../src/world/world.ts';
import { at, constant, exponential, ms, ns, plan, poisson, sec } from './plans.ts';

/** One surge pod at a time, with time enough between two for every node to learn of the last. */
const ONE_BY_ONE: PlannedController = {
  kind: 'Deployment',
  strategy: { type: 'RollingUpdate', maxSurge: { count: 1 }, maxUnavailable: { count: 0 } },
  minReady: sec(10),
  progressDeadline: sec(600),
  paused: false,
};
const PODS = 5;
const RATE = 2000;
const NODES = 4;

/** Processes that exit at once at SIGTERM, and nodes that learn of changes after up to some seconds. */
const rolling = (preStop: number, over: Partial<Plan['workloads'][number]> = {}): Plan =>
  plan({
    pods: PODS,
    clientNodes: NODES,
    lag: ms(100),
    duration: 120,
    service: constant(ns(0)),
    client: { arrival: poisson(RATE) },
    network: { podGone: { answer: 'unreachable', after: ns(0) } },
    controlPlane: { watch: { kind: 'uniform', min: ms(100), max: sec(3) } },
    windows: [{ name: 'rollout', from: null, to: null }],
    // Changes nothing, but that pods may die.
    timeline: [{ kind: 'scale', at: at(1), workload: 0, replicas: PODS }],
    workload: { controller: ONE_BY_ONE, preStop: sec(preStop), startUp: constant(sec(1)), ...over },
  });

/** Rolls the workload out at `when` (s), in the window `rollout`. */
function rollOut(planned: Plan, seed: number, when: number = 10) {
  const world = new World(planned, seed, {});
  const { measurement, queue } = world;
  const act = (): void => {
    measurement.enter(1);
    world.workloads[0]!.rollout(null, () => measurement.leave(1), 1);
  };
  doAt(queue, at(when), act);
  queue.run(Infinity, world.horizon + 1);
  return collect(world, 0);
}

describe('a rolling update', () => {
  it('loses new connections: the sum over nodes and pods of lag × rate ÷ pods named', () => {
    let expected = 0;
    let failed = 0;
    let late = 0;
    for (const seed of [1, 2, 3]) {
      const { staleView, rollouts, clients } = rollOut(rolling(0), seed);
      const stale = staleView[0]!.nodes.reduce((sum, { totalNs }) => sum + totalNs, 0) / 1e9;
      expect(staleView[0]!.stopped).toBe(PODS);
      // The one that has come is named by the time at which its predecessor goes.
      expected += (stale * RATE) / NODES / (PODS + 1);
      failed += clients[0]!.errors.unreachable!;
      // Some rules may name the last pod for a while after the end of the rollout.
      expect(rollouts[0]!.errors).toEqual(clients[0]!.errors);
      const within = clients.find(({ window }) => window === 'rollout')!.errors.unreachable!;
      expect(rollouts[0]!.errors.unreachable! - rollouts[0]!.lateErrors).toBe(within);
      late += rollouts[0]!.lateErrors;
    }
    expect(expected).toBeGreaterThan(2000);
    expect(late).toBeGreaterThan(0);
    // A Poisson count: four standard deviations, a false alarm in 16,000 seeds.
    expect(Math.abs(failed - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });

  it('loses nothing where preStop is longer than the longest lag', () => {
    const { clients, rollouts, staleView } = rollOut(rolling(4), 1);
    expect(clients.map(({ errors }) => errors)).toEqual([{}, {}]);
    expect(rollouts[0]!.errors).toEqual({});
    expect(staleView[0]).toEqual({ window: 'all', stopped: PODS, nodes: [] });
  });

  it('counts what was due from its start to its end, as a window over it does', () => {
    const { clients, rollouts, windows } = rollOut(
      rolling(0, { serviceTime: exponential(ms(1)) }),
      1,
    );
    const [rollout] = rollouts;
    const inWindow = clients.find(({ window }) => window === 'rollout')!;
    expect(rollouts).toHaveLength(1);
    expect(rollout).toMatchObject({
      workload: 'deployment/backend',
      namespace: 'default',
      window: 'rollout',
      startedNs: 10e9,
      deadlineExceeded: false,
      requests: inWindow.requests,
      unfinished: 0,
    });
    expect(rollout!.completedNs! - rollout!.startedNs).toBe(windows[1]!.openNs);
    expect(rollout!.endedNs).toBe(rollout!.completedNs);
  });

  it('is none of the business of clients that call other Services', () => {
    const planned = rolling(0);
    const [service] = planned.services;
    const [workload] = planned.workloads;
    const [client] = planned.clients;
    const { clients, rollouts } = rollOut(
      {
        ...planned,
        services: [
          service!,
          { ...service!, name: 'other', label: 'other', clusterIP: '10.96.0.11' },
        ],
        workloads: [
          workload!,
          {
            ...workload!,
            name: 'deployment/other',
            pods: workload!.pods.map((pod) => ({ ...pod, ip: pod.ip.replace('.0.', '.1.') })),
            memberships: [{ service: 1, targetPorts: [8080] }],
          },
        ],
        clients: [
          client!,
          { ...client!, name: 'others', target: { kind: 'servicePort', service: 1, port: 0 } },
        ],
      },
      1,
    );
    const own = clients.find(({ client: name, window }) => name === 'web' && window === 'rollout')!;
    expect(rollouts[0]!.requests).toBe(own.requests);
    expect(clients.filter(({ client: name }) => name === 'others')[0]!.errors).toEqual({});
  });

  it('that is not over by the end of the run has cost what it has by then', () => {
    const { rollouts } = rollOut(rolling(0), 1, 115);
    expect(rollouts[0]).toMatchObject({ startedNs: 115e9, completedNs: null, endedNs: 120e9 });
    expect(Math.abs(rollouts[0]!.requests - 5 * RATE)).toBeLessThan(4 * Math.sqrt(5 * RATE));
  });
});
