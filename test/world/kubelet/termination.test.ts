/** From a pod's deletion to the last that is seen of it. */
import { describe, expect, it } from 'vitest';
import type { PlannedTermination } from '../../../src/contract/plan.ts';
import { endingOf } from '../../../src/world/kubelet/termination.ts';
import { at, constant, keepAlive, ms, ns, paced, plan, sec, type PlanOptions } from '../plans.ts';
import { record, type Recorded } from '../recorded.ts';
import { newPod, phases, probe, probes, runTo, worldOf } from './one-pod.ts';

describe('preStop, SIGTERM and SIGKILL', () => {
  const ending = (preStop: number, grace: number): [number, number] => {
    const { sigterm, sigkill } = endingOf({ preStop: sec(preStop) } as never, sec(grace));
    return [sigterm / 1e9, (sigterm + sigkill) / 1e9];
  };

  it.each([
    // preStop, grace period; SIGTERM, SIGKILL, in seconds after the deletion.
    [0, 30, 0, 30],
    [5, 30, 5, 30],
    [29, 30, 29, 31],
    [30, 30, 30, 32],
    [45, 30, 30, 32],
    [0, 1, 0, 2],
    // What the hook took counts in whole seconds.
    [1.5, 30, 1.5, 30.5],
  ])('preStop %d s of %d s: SIGTERM at %d s, SIGKILL at %d s', (preStop, grace, term, kill) => {
    expect(ending(preStop, grace)).toEqual([term, kill]);
  });

  it('begin when the kubelet has heard of the deletion; the pod is gone when its process is', () => {
    const world = worldOf({
      service: constant(sec(5000)),
      workload: { preStop: sec(40), terminationGracePeriod: sec(30) },
      controlPlane: { watch: constant(sec(1)) },
      client: { arrival: paced(1) },
    });
    const [pod] = world.pods;
    runTo(world, 10);
    pod!.delete();
    expect(phases(world, pod!, 100)).toEqual([
      { at: 10, state: 'Running', ready: true },
      { at: 41, state: 'Draining', ready: false },
      { at: 43, state: 'Gone', ready: false },
    ]);
  });

  it('find nothing to do where no container runs yet', () => {
    const world = worldOf({
      workload: { imagePull: constant(sec(50)), startUp: constant(sec(1)) },
    });
    const [, pod] = [world.pods[0], newPod(world)];
    pod.start();
    pod.delete();
    expect(phases(world, pod, 100).at(-1)).toEqual({ at: 0, state: 'Gone', ready: false });
  });

  it('end a process at once that has not come up', () => {
    const world = worldOf({ workload: { startUp: constant(sec(20)), preStop: sec(5) } });
    const pod = newPod(world);
    pod.start();
    runTo(world, 1);
    pod.delete();
    expect(phases(world, pod, 100).at(-1)).toEqual({ at: 6, state: 'Gone', ready: false });
  });
});

describe('a deletion that is forced', () => {
  it('removes the object at once, and the containers run for two seconds more at most', () => {
    const world = worldOf({
      service: constant(sec(5000)),
      workload: { preStop: sec(40) },
      client: { arrival: paced(1) },
    });
    const [pod] = world.pods;
    runTo(world, 10);
    pod!.delete(true);
    expect(world.controlPlane.statusOf(pod!)).toMatchObject({ terminating: true, gone: true });
    expect(phases(world, pod!, 100)).toEqual([
      { at: 10, state: 'Running', ready: true },
      { at: 11, state: 'Draining', ready: false },
      { at: 13, state: 'Gone', ready: false },
    ]);
    expect(world.controlPlane.statusOf(pod!).gone).toBe(true);
  });

  it('is what a grace period of 0 means, and ends one that takes its time', () => {
    const world = worldOf({ workload: { terminationGracePeriod: ns(0) } });
    world.pods[0]!.delete();
    expect(world.controlPlane.statusOf(world.pods[0]!).gone).toBe(true);

    const patient = worldOf({ workload: { preStop: sec(20) } });
    const [pod] = patient.pods;
    pod!.delete();
    runTo(patient, 5);
    pod!.delete(true);
    expect(patient.controlPlane.statusOf(pod!).gone).toBe(true);
    expect(phases(patient, pod!, 100).at(-1)).toEqual({ at: 6, state: 'Gone', ready: false });
  });
});

describe('what a process does at SIGTERM', () => {
  const HOP = ms(1);

  /** Requests of 0.5 s over connections that are kept, or not; the pod is deleted at 2 s. */
  const deleted = (onTerminate: PlannedTermination | null, options: PlanOptions = {}): Recorded =>
    record(
      plan({
        lag: sec(0.1),
        hop: HOP,
        service: constant(ms(500)),
        duration: 8,
        ...options,
        workload: {
          concurrency: 1000,
          controller: { kind: 'None' },
          terminationGracePeriod: sec(3),
          onTerminate,
          ...options.workload,
        },
        client: { arrival: paced(100), connection: keepAlive({ pool: 200 }), ...options.client },
        timeline: [{ kind: 'deletePod', at: at(2), workload: 0, pod: 'backend-0' }],
      }),
    );

  const outcomesBetween = ({ requests }: Recorded, from: number, to: number): Set<string> =>
    new Set(
      requests
        .filter(({ issuedNs }) => issuedNs >= from * 1e9 && issuedNs < to * 1e9)
        .map(({ outcome }) => outcome),
    );

  it('Exit: what is in flight is reset, and there is nobody any more', () => {
    const result = deleted({ process: 'Exit', lasts: null, closesConnections: true });
    expect(outcomesBetween(result, 1.51, 1.99)).toEqual(new Set(['reset']));
    expect(outcomesBetween(result, 0, 1.49)).toEqual(new Set(['ok']));
    expect(result.pods[0]!.readyNs).toBe(2e9);
  });

  it('Finish: what it has is served, and it takes no new connection', () => {
    const result = deleted({ process: 'Finish', lasts: null, closesConnections: true });
    expect(outcomesBetween(result, 0, 1.99)).toEqual(new Set(['ok']));
    expect(outcomesBetween(result, 2.05, 2.15)).toEqual(new Set(['refused']));
    // The same as where nothing is said.
    expect(deleted(null).requests).toEqual(result.requests);
  });

  it('Finish, keeping its connections: these are served for as long as requests overlap', () => {
    const result = deleted({ process: 'Finish', lasts: null, closesConnections: false });
    expect(outcomesBetween(result, 2.05, 4.4)).toEqual(new Set(['ok']));
    // SIGKILL.
    expect(outcomesBetween(result, 4.6, 4.9)).toEqual(new Set(['reset']));
  });

  it('Finish for so long: what is not finished by then is reset', () => {
    const result = deleted({ process: 'Finish', lasts: sec(0.2), closesConnections: true });
    expect(outcomesBetween(result, 0, 1.68)).toEqual(new Set(['ok']));
    expect(outcomesBetween(result, 1.72, 1.98)).toEqual(new Set(['reset']));
  });

  it('Serve: it goes on, for new connections too, until SIGKILL or for so long', () => {
    const perRequest = { client: { connection: { mode: 'PerRequest' } } } as const;
    const serve = { process: 'Serve', lasts: null, closesConnections: false } as const;
    // The last that is ready or serves is used although it terminates.
    const result = deleted(serve, perRequest);
    expect(outcomesBetween(result, 0, 4.49)).toEqual(new Set(['ok']));
    expect(outcomesBetween(result, 4.52, 4.98)).toEqual(new Set(['reset']));
    expect(result.pods[0]!.readyNs).toBe(5e9);
    const shorter = deleted({ ...serve, lasts: sec(1) }, perRequest);
    expect(outcomesBetween(shorter, 0, 2.49)).toEqual(new Set(['ok']));
    expect(outcomesBetween(shorter, 2.52, 2.98)).toEqual(new Set(['reset']));
  });

  it('Serve, closing connections: a kept connection carries one more request at most', () => {
    const result = deleted({ process: 'Serve', lasts: null, closesConnections: true });
    const late = result.connections.filter(({ openedNs }) => openedNs > 2.1e9 && openedNs < 4.4e9);
    expect(late.length).toBeGreaterThan(100);
    for (const { requests } of late) expect(requests).toBeLessThanOrEqual(1);
    // A request that meets a connection as it is closed is reset: the race of every keep-alive.
    expect(outcomesBetween(result, 0, 1.99)).toEqual(new Set(['ok']));
    expect(outcomesBetween(result, 2.01, 4.49)).toEqual(new Set(['ok']));
  });
});

describe('a pod that terminates', () => {
  it('stays ready, to those who fall back on it, until its readiness probe has failed often enough', () => {
    const world = worldOf({
      service: constant(sec(5000)),
      workload: {
        probes: probes({ readiness: probe({ period: sec(3), failureThreshold: 4 }) }),
      },
      client: { arrival: paced(1) },
    });
    const [pod] = world.pods;
    // Busy with one request; from SIGTERM on nobody listens, which the next look tells.
    runTo(world, 1.01);
    pod!.delete();
    const seen = phases(world, pod!, 100);
    expect(seen[0]).toEqual({ at: 1.01, state: 'Draining', ready: true });
    expect(seen[1]!.at).toBeGreaterThanOrEqual(1.01 + 9);
    expect(seen[1]!.at).toBeLessThanOrEqual(1.01 + 12);
    expect(seen[1]!.ready).toBe(false);
    expect(seen[2]).toEqual({ at: 31.01, state: 'Gone', ready: false });
  });
});
