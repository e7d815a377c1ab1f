/** How a container is started, and started again: back-off, images, revisions, warm-up. */
import { describe, expect, it } from 'vitest';
import { CONTROL_PLANE } from '../../../src/scenario/defaults.ts';
import { BackOff } from '../../../src/world/kubelet/back-off.ts';
import { at, constant, keepAlive, ms, ns, paced, plan, sec } from '../plans.ts';
import { part, record } from '../recorded.ts';
import { newPod, phases, probes, revision, runTo, worldOf } from './one-pod.ts';

describe('CrashLoopBackOff', () => {
  it('waits 0, 10, 20, 40 … 300 s, and starts anew after ten minutes of running', () => {
    const backOff = new BackOff(CONTROL_PLANE.backOff);
    const waits = Array.from({ length: 9 }, () => backOff.afterEnd(sec(1)) / 1e9);
    expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300, 300]);
    expect(backOff.afterEnd(sec(600))).toBe(sec(300));
    expect(backOff.afterEnd(sec(600.001))).toBe(0);
    expect(backOff.afterEnd(sec(1))).toBe(sec(10));
  });

  it('is what a process that dies 5 s after each start is restarted by', () => {
    const world = worldOf({ workload: { startUp: constant(sec(2)) } });
    const pod = newPod(world, revision({ crashesAfter: constant(sec(5)) }));
    pod.start();
    const starts = phases(world, pod, 800)
      .filter(({ state }) => state === 'Starting')
      .map(({ at }) => at);
    const gaps = starts.slice(1).map((start, i) => start - starts[i]! - 5);
    expect(gaps).toEqual([0, 10, 20, 40, 80, 160, 300]);
    expect(pod.restarts).toBe(7);
  });

  it('does not hold a process that the script brings back after a time of its own', () => {
    const world = worldOf({});
    const [pod] = world.pods;
    for (let i = 0; i < 3; i++) {
      pod!.crash(sec(3));
      const [down, up] = phases(world, pod!, 10 * (i + 1));
      expect(down).toMatchObject({ state: 'Down', ready: false });
      expect(up).toMatchObject({ at: 10 * i + 3, state: 'Running', ready: true });
    }
  });
});

describe('the first container of a pod', () => {
  const startUp = constant(sec(4));

  it('starts when the kubelet has heard of the pod and has the image, and serves after startUp', () => {
    const world = worldOf({
      workload: { startUp, imagePull: constant(sec(20)) },
      controlPlane: { watch: constant(sec(1)) },
    });
    const pod = newPod(world, revision({}));
    pod.start();
    expect(phases(world, pod, 100)).toEqual([
      { at: 0, state: 'Pending', ready: false },
      { at: 21, state: 'Starting', ready: false },
      { at: 25, state: 'Running', ready: true },
    ]);
  });

  it('finds the image on a node that had a pod of the start, and is there once for all who wait for it', () => {
    const world = worldOf({ workload: { startUp, imagePull: constant(sec(20)) } });
    const same = newPod(world);
    same.start();
    expect(phases(world, same, 10).at(-1)).toMatchObject({ at: 4, state: 'Running' });
    const made = revision({});
    const [first, second] = [newPod(world, made), newPod(world, made)];
    first.start();
    runTo(world, 25);
    second.start();
    expect(phases(world, second, 100).at(-1)).toMatchObject({ at: 34, state: 'Running' });
    expect(first.isReady).toBe(true);
  });

  it("takes its revision's time, and is never Ready where that says so", () => {
    const world = worldOf({ workload: { startUp } });
    const pod = newPod(world, revision({ startUp: constant(sec(9)), ready: false }));
    pod.start();
    expect(phases(world, pod, 100).at(-1)).toEqual({ at: 9, state: 'Running', ready: false });
  });

  it('is Ready while it starts where nobody probes it and the workload asks for no ideal probe', () => {
    const world = worldOf({
      workload: { startUp, probes: probes({ readyWithoutProbe: 'Running' }) },
    });
    const pod = newPod(world);
    pod.start();
    expect(phases(world, pod, 100)).toEqual([
      { at: 0, state: 'Starting', ready: true },
      { at: 4, state: 'Running', ready: true },
    ]);
  });
});

describe('a node that dies', () => {
  it('takes its pods along, which start again when it is back', () => {
    const world = worldOf({ workload: { startUp: constant(sec(4)) } });
    const [pod] = world.pods;
    runTo(world, 1);
    pod!.nodeLost();
    expect(pod).toMatchObject({ state: 'Down', isReady: false, isSilent: true });
    // No kubelet reports it.
    runTo(world, 100);
    expect(world.controlPlane.statusOf(pod!).ready).toBe(true);
    pod!.nodeReturned();
    expect(phases(world, pod!, 200)).toEqual([
      { at: 100, state: 'Starting', ready: false },
      { at: 104, state: 'Running', ready: true },
    ]);
    expect(pod!.restarts).toBe(1);
  });

  it('and comes back finds the pods that were deleted meanwhile, and lets them go', () => {
    const world = worldOf({});
    const [pod] = world.pods;
    pod!.nodeLost();
    pod!.delete();
    runTo(world, 100);
    expect(world.controlPlane.statusOf(pod!)).toMatchObject({ terminating: true, gone: false });
    pod!.nodeReturned();
    runTo(world, 101);
    expect(pod!.state).toBe('Gone');
    expect(world.controlPlane.statusOf(pod!).gone).toBe(true);
  });
});

describe('service times', () => {
  it('are multiplied while a pod is slow', () => {
    const world = worldOf({ service: constant(ms(10)), client: { arrival: paced(10) } });
    const [pod] = world.pods;
    const busyMs = (): number => world.loads.busyUpTo(pod!.index, world.queue.now) / 1e6;
    pod!.slow(3);
    pod!.slow(2);
    runTo(world, 2.07);
    // One every 100 ms, the first after 100 ms.
    expect(busyMs()).toBe(20 * 60);
    pod!.slow(1 / 3);
    pod!.slow(1 / 2);
    runTo(world, 4.07);
    expect(busyMs()).toBe(20 * 60 + 20 * 10);
  });

  it('fall in a straight line while a process warms up, by when the service begins', () => {
    // Back at 1 s, 5 times as slow at first, warm at 3 s.
    const result = record(
      plan({
        duration: 4,
        service: constant(ms(1)),
        workload: { warmUp: { lasts: sec(2), slowdown: 5 } },
        client: { arrival: paced(100), connection: keepAlive() },
        lag: ns(0),
        timeline: [{ kind: 'crash', at: at(0.5), workload: 0, pod: null, lasts: sec(0.5) }],
      }),
    );
    const served = result.requests.filter(({ outcome }) => outcome === 'ok');
    expect(served.length).toBeGreaterThan(300);
    for (const request of served) {
      const service = part(request, 'service');
      const begun = request.issuedNs + part(request, 'pool') + part(request, 'queue');
      const age = begun - 1e9;
      const factor = age < 0 || age >= 2e9 ? 1 : 5 - (4 * age) / 2e9;
      expect(Math.abs(service - factor * 1e6)).toBeLessThanOrEqual(1);
    }
  });
});
