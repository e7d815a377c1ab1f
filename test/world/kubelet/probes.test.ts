/** What the kubelet's probes find, and when: the steps of its prober, to the tick. */
import { describe, expect, it } from 'vitest';
import type { PlannedProbe } from '../../../src/contract/plan.ts';
import {
  at,
  bursts,
  constant,
  exponential,
  keepAlive,
  ms,
  ns,
  paced,
  plan,
  sec,
} from '../plans.ts';
import type { RunResult } from '../../../src/contract/result.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { record } from '../recorded.ts';
import { newPod, phases, probe, probes, revision, runTo, seconds, worldOf } from './one-pod.ts';
import type { Phase } from './one-pod.ts';

const startUp = constant(sec(4));

/** What becomes of a pod that is made at 0 with this readiness probe. */
function readinessOf(facts: Partial<PlannedProbe>, startUpSeconds: number): Phase[] {
  const workload = {
    startUp: constant(sec(startUpSeconds)),
    probes: probes({ readiness: probe(facts) }),
  };
  const world = worldOf({ workload });
  const pod = newPod(world);
  pod.start();
  return phases(world, pod, 200).filter(({ ready }) => ready);
}

describe('the readiness probe of a new pod', () => {
  it('runs when the container has started and every period from then on', () => {
    expect(readinessOf({ period: sec(3) }, 4)).toMatchObject([{ at: 6 }]);
    expect(readinessOf({ period: sec(3) }, 6)).toMatchObject([{ at: 6 }]);
    expect(readinessOf({ period: sec(3) }, 6.1)).toMatchObject([{ at: 9 }]);
    expect(readinessOf({}, 0)).toMatchObject([{ at: 0 }]);
  });

  it('must pass successThreshold times in a row', () => {
    expect(readinessOf({ period: sec(3), successThreshold: 3 }, 4)).toMatchObject([{ at: 12 }]);
  });

  it('is skipped before initialDelaySeconds are over, and runs at the next tick', () => {
    expect(readinessOf({ period: sec(5), initialDelay: sec(12) }, 1)).toMatchObject([{ at: 15 }]);
    expect(readinessOf({ period: sec(5), initialDelay: sec(10) }, 1)).toMatchObject([{ at: 10 }]);
    expect(readinessOf({ initialDelay: sec(1) }, 0)).toMatchObject([{ at: 10 }]);
  });
});

describe('O6: a process that stops to pass its readiness probe', () => {
  /** From the moment at which its only worker begins what never ends, to the loss of readiness, s. */
  const detection = (seed: number, facts: Partial<PlannedProbe>): number => {
    const service = constant(sec(5000));
    const workload = { probes: probes({ readiness: probe(facts) }) };
    const world = worldOf({ service, workload, client: { arrival: bursts([100], 50) } }, seed);
    runTo(world, 100);
    const lost = phases(world, world.pods[0]!, 1000).find(({ ready }) => !ready);
    return lost!.at - 100;
  };

  it('is found out after (F − 1)·P to F·P, and timeoutSeconds more where it hangs', () => {
    const found = Array.from({ length: 200 }, (_, seed) => detection(seed, {}));
    expect(Math.min(...found)).toBeGreaterThanOrEqual(20 + 1);
    expect(Math.max(...found)).toBeLessThanOrEqual(30 + 1);
    // Uniform: a mean of 26 s, with a standard error of 10/√12/√200 = 0.2 s; 4 of them: 1 false alarm in 16,000.
    const mean = found.reduce((a, b) => a + b) / found.length;
    expect(Math.abs(mean - 26)).toBeLessThan(0.82);
    expect(Math.min(...found)).toBeLessThan(21.5);
    expect(Math.max(...found)).toBeGreaterThan(30.5);
  });

  it('by the numbers of the probe', () => {
    const facts = { period: sec(2), failureThreshold: 5, timeout: sec(1.5) };
    const found = Array.from({ length: 50 }, (_, seed) => detection(seed, facts));
    for (const time of found) {
      expect(time).toBeGreaterThanOrEqual(8 + 1.5);
      expect(time).toBeLessThanOrEqual(10 + 1.5);
    }
  });

  it('loses no established connection, and new ones go elsewhere when its node has heard', () => {
    const hop = ms(1);
    const made = plan({
      pods: 2,
      hop,
      lag: ms(100),
      duration: 60,
      service: constant(ms(1)),
      workload: { concurrency: 1000, probes: probes({ readiness: probe() }) },
      clients: [
        { name: 'kept', arrival: paced(10), connection: keepAlive({ pool: 10 }) },
        { name: 'new', arrival: paced(10) },
      ],
      timeline: [
        { kind: 'slowPod', at: at(10), workload: 0, pod: 'backend-0', factor: 3000, lasts: null },
      ],
    });
    // What it answers takes 3 s now, and none of its workers is free.
    const slow = { ...made.workloads[0]!, concurrency: 1 };
    const result = record({ ...made, workloads: [slow] });
    const lostAt = result.pods[0]!.readyNs;
    expect(lostAt).toBeGreaterThan(10e9 + 20e9);
    expect(lostAt).toBeLessThan(10e9 + 32e9);
    const opened = result.connections.filter(
      ({ client, pod }) => client === 'new' && pod === 'backend-0',
    );
    const last = Math.max(...opened.map(({ openedNs }) => openedNs));
    expect(last).toBeGreaterThan(lostAt + 3 * 100e6 - 300e6);
    expect(last).toBeLessThan(lostAt + 3 * 100e6);
    expect(new Set(result.requests.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
  });
});

describe('recovery', () => {
  it('takes up to a period for each success that is needed', () => {
    // Its only worker is busy until 200 s; the probe of the tick before waits for it for a second at most.
    const found = Array.from({ length: 100 }, (_, seed) => {
      const world = worldOf(
        {
          service: constant(sec(100)),
          workload: { probes: probes({ readiness: probe({ successThreshold: 2 }) }) },
          client: { arrival: bursts([100], 5) },
        },
        seed,
      );
      const [pod] = world.pods;
      runTo(world, 140);
      if (pod!.isReady) return null;
      const served = world.loads.inFlight(pod!.index);
      const back = phases(world, pod!, 5000).find(({ ready }) => ready);
      return back!.at - 100 - 100 * served;
    }).filter((time) => time !== null);
    expect(found.length).toBeGreaterThan(80);
    expect(Math.min(...found)).toBeGreaterThanOrEqual(9);
    expect(Math.max(...found)).toBeLessThanOrEqual(20);
    expect(Math.max(...found) - Math.min(...found)).toBeGreaterThan(8);
  });
});

describe('what a probe asks', () => {
  const answers = (handler: PlannedProbe['handler'], facts: object = {}): boolean[] => {
    const workload = {
      queueLimit: 100,
      ...facts,
      probes: probes({ readiness: probe({ handler }) }),
    };
    const world = worldOf({
      service: constant(sec(5000)),
      workload,
      client: { arrival: bursts([100], 50) },
    });
    const [pod] = world.pods;
    runTo(world, 200);
    const busy = pod!.isReady;
    pod!.holdUnready(false);
    pod!.drain({ process: 'Finish', lasts: null, closesConnections: false });
    runTo(world, 300);
    return [busy, pod!.isReady];
  };

  it.each([
    // Whether it passes while all workers are busy, and when the process has stopped to listen.
    ['httpGet', false, false],
    ['grpc', false, false],
    ['tcpSocket', true, false],
    ['exec', true, true],
  ] as const)('%s', (handler, busy, closed) => {
    expect(answers(handler)).toEqual([busy, closed]);
  });

  it('tcpSocket fails where the accept queue is full', () => {
    expect(answers('tcpSocket', { backlog: 0 })[0]).toBe(false);
    expect(answers('tcpSocket', { backlog: 1000 })[0]).toBe(true);
  });

  it('httpGet is answered 503 at once where the queue is full', () => {
    const lost = [0, 1].map((queueLimit) => {
      const world = worldOf({
        service: constant(sec(5000)),
        workload: { queueLimit, probes: probes({ readiness: probe({ failureThreshold: 1 }) }) },
        client: { arrival: bursts([100], 50) },
      });
      runTo(world, 100);
      const [pod] = world.pods;
      const tick = phases(world, pod!, 200).find(({ ready }) => !ready)!.at;
      return tick;
    });
    expect(lost[0]).toBe(lost[1]);
  });

  it('httpGet waits for the requests that were there before it, and takes nothing of their time', () => {
    // Ten requests of 0.3 s at once: a probe that comes within the first seconds is answered behind them.
    const world = worldOf({
      service: constant(sec(0.3)),
      workload: {
        probes: probes({
          readiness: probe({ timeout: sec(5), failureThreshold: 1, period: sec(1) }),
        }),
      },
      client: { arrival: bursts([100], 10) },
    });
    const [pod] = world.pods;
    const ready = phases(world, pod!, 110);
    expect(ready).toHaveLength(1);
    expect(world.loads.busyUpTo(pod!.index, world.queue.now) % 3e8).toBe(0);
  });
});

describe('ticks', () => {
  /** Moments at which a pod is looked at, s; `busy`: each look but those at a free pod takes that long. */
  const looks = (facts: Partial<PlannedProbe>, busy: boolean): number[] => {
    const world = worldOf({
      service: constant(sec(5000)),
      workload: { startUp: constant(ns(0)), probes: probes({ readiness: probe(facts) }) },
    });
    const pod = newPod(world);
    const seen: number[] = [];
    const { answerTo } = pod;
    pod.answerTo = (handler) => {
      seen.push(seconds(world));
      return busy ? 'none' : answerTo.call(pod, handler);
    };
    pod.start();
    runTo(world, 60);
    return seen;
  };

  it('come every period', () => {
    expect(looks({ period: sec(10) }, false)).toEqual([0, 10, 20, 30, 40, 50]);
  });

  it('do not shift where answers are late', () => {
    expect(looks({ period: sec(10), timeout: sec(9) }, true)).toEqual([0, 10, 20, 30, 40, 50]);
  });

  it('that are missed are dropped but for one, which is taken when the answer is in', () => {
    const seen = looks({ period: sec(10), timeout: sec(25) }, true);
    expect(seen).toEqual([0, 25, 50]);
    expect(looks({ period: sec(10), timeout: sec(12) }, true)).toEqual([0, 12, 24, 36, 48]);
  });
});

describe('a liveness probe', () => {
  it('has the container killed and started again, and lets the next one be', () => {
    const made = revision({});
    const world = worldOf({
      service: constant(sec(5000)),
      workload: {
        startUp,
        terminationGracePeriod: sec(30),
        probes: probes({ liveness: probe({ terminationGracePeriod: sec(5) }) }),
      },
      client: { arrival: bursts([100], 50) },
    });
    const [pod] = world.pods;
    expect(made.ready).toBe(true);
    const seen = phases(world, pod!, 300);
    const [, draining, starting, running] = seen;
    expect(seen.map(({ state }) => state)).toEqual(['Running', 'Draining', 'Starting', 'Running']);
    expect(draining!.at).toBeGreaterThanOrEqual(121);
    expect(draining!.at).toBeLessThanOrEqual(131);
    // SIGKILL after the probe's own grace period; the first restart is immediate.
    expect(starting!.at - draining!.at).toBeCloseTo(5, 9);
    expect(running!.at - starting!.at).toBeCloseTo(4, 9);
    expect(pod!.restarts).toBe(1);
  });

  it("runs preStop inside the pod's grace period where it has none of its own", () => {
    const world = worldOf({
      service: constant(sec(5000)),
      workload: { preStop: sec(8), probes: probes({ liveness: probe() }) },
      client: { arrival: bursts([100], 50) },
    });
    const [, draining, starting] = phases(world, world.pods[0]!, 300);
    expect(draining!.at).toBeGreaterThanOrEqual(129);
    expect(starting!.at - draining!.at).toBeCloseTo(22, 9);
  });

  it('stops when the pod terminates', () => {
    const world = worldOf({
      service: constant(sec(5000)),
      workload: {
        terminationGracePeriod: sec(1000),
        onTerminate: { process: 'Serve', lasts: null, closesConnections: false },
        probes: probes({ liveness: probe(), readiness: probe() }),
      },
      client: { arrival: bursts([100], 50) },
    });
    const [pod] = world.pods;
    runTo(world, 99);
    pod!.delete();
    const seen = phases(world, pod!, 1200);
    // The readiness probe goes on, and finds it busy.
    expect(seen.map(({ state, ready }) => [state, ready])).toEqual([
      ['Running', true],
      ['Running', false],
      ['Gone', false],
    ]);
    expect(seen[1]!.at).toBeGreaterThanOrEqual(121);
    expect(seen[1]!.at).toBeLessThanOrEqual(131);
    expect(seen[2]!.at).toBe(1099);
  });
});

describe('a startup probe', () => {
  const started = (facts: Partial<PlannedProbe>, up: number): Phase[] => {
    const world = worldOf({
      workload: {
        startUp: constant(sec(up)),
        probes: probes({
          startup: probe(facts),
          liveness: probe({ period: sec(1), failureThreshold: 1 }),
          readiness: probe({ period: sec(60) }),
        }),
      },
    });
    const pod = newPod(world);
    pod.start();
    return phases(world, pod, 200);
  };

  it('holds the others back, and the readiness probe runs as soon as it has succeeded', () => {
    const seen = started({ period: sec(7), failureThreshold: 30 }, 50);
    expect(seen).toEqual([
      { at: 0, state: 'Starting', ready: false },
      { at: 50, state: 'Running', ready: false },
      { at: 56, state: 'Running', ready: true },
    ]);
  });

  it('has a container killed that is not up in time, again and again', () => {
    const seen = started({ period: sec(7), failureThreshold: 3 }, 50);
    // Looks at 7, 14 and 21 s. A process that has not come up dies at SIGTERM; the first restart is immediate.
    expect(seen[0]).toMatchObject({ at: 0, state: 'Starting' });
    const downs = seen.filter(({ state }) => state === 'Down').map(({ at }) => at);
    expect(seen.some(({ state }) => state === 'Running')).toBe(false);
    // 10 s, 20 s and 40 s before the next starts.
    expect(downs.length).toBeGreaterThanOrEqual(3);
  });
});

describe('overload', () => {
  /** Four pods that can serve 40 requests a second between them, for ten minutes. */
  const load = (rate: number, isProbed: boolean): RunResult =>
    simulate(
      plan({
        pods: 4,
        rate,
        hop: ms(1),
        lag: ms(50),
        duration: 600,
        service: exponential(ms(100)),
        workload: {
          queueLimit: 20,
          probes: probes({ readiness: isProbed ? probe({ failureThreshold: 1 }) : null }),
        },
      }),
      3,
    );
  const readyShare = ({ pods }: RunResult): number =>
    pods.filter(({ window }) => window === 'all').reduce((sum, pod) => sum + pod.readyNs, 0) /
    (4 * 600e9);
  const served = ({ clients }: RunResult): number => clients[0]!.succeeded / 600;

  it('makes pods unready, and that overloads the rest: they serve less than they could', () => {
    const calm = load(16, true);
    expect(readyShare(calm)).toBe(1);
    expect(calm.clients[0]!.errors).toEqual({});

    const unprobed = load(60, false);
    // All are busy all the time.
    expect(served(unprobed)).toBeGreaterThan(0.98 * 40);
    expect(unprobed.clients[0]!.errors.refused).toBeUndefined();

    const over = load(60, true);
    expect(readyShare(over)).toBeLessThan(0.6);
    expect(served(over)).toBeLessThan(0.7 * served(unprobed));
    // At times nobody is ready: everybody is refused, although all processes run and serve.
    expect(over.clients[0]!.errors.refused).toBeGreaterThan(0);
    expect(over.pods.every(({ utilisation }) => utilisation > 0.3)).toBe(true);
  });
});
