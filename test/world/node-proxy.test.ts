/** The kube-proxy of one node: when it syncs, what a sync writes, and what a failure leaves behind. */
import { describe, expect, it } from 'vitest';
import type { Plan, PlannedProxy, TimelineAction } from '../../src/contract/plan.ts';
import type { SyncWork } from '../../src/proxy/data-plane.ts';
import { simulate } from '../../src/world/simulate.ts';
import { World } from '../../src/world/world.ts';
import { runEagerly } from './eagerly.ts';
import { at, FREE, FREE_SYNC, ms, ns, plan, poisson, sec, type PlanOptions } from './plans.ts';

const SECOND = 1e9;
const CLIENT_NODE = 1;

/** Syncs of the clients' node over a run: when each started (s), what it had to write, and when rules changed (s). */
function syncsOf(given: Plan): { starts: number[]; works: SyncWork[]; commits: number[] } {
  const world = new World(given, given.seed, {});
  const { plane } = world.proxyOf(CLIENT_NODE);
  const starts: number[] = [];
  const works: SyncWork[] = [];
  const commits: number[] = [];
  const { programmingTime, synced } = plane;
  plane.programmingTime = (work) => {
    starts.push(world.queue.now / SECOND);
    works.push(work);
    return programmingTime.call(plane, work);
  };
  plane.synced = () => {
    commits.push(world.queue.now / SECOND);
    synced.call(plane);
  };
  runEagerly(world, Infinity, world.horizon);
  return { starts, works, commits };
}

/** Readiness changes of pods in turn at these moments (s), heard of at once. */
const changes = (moments: readonly number[], pods = 4): TimelineAction[] =>
  moments.map((moment, i) => ({
    kind: 'setReady',
    at: at(moment),
    workload: 0,
    pod: `backend-${i % pods}`,
    ready: Math.floor(i / pods) % 2 === 1,
  }));

const quiet = (moments: readonly number[], options: PlanOptions = {}): Plan =>
  plan({
    pods: 4,
    lag: ns(0),
    minSyncPeriod: sec(1),
    duration: 100,
    client: { arrival: poisson(1e-9) },
    timeline: changes(moments),
    ...options,
  });

const burst = (size: number): { proxy: Partial<PlannedProxy> } => ({ proxy: { burst: size } });

describe('kube-proxy', () => {
  it('O9: with a burst of two syncs at 0, 0.1 and 1.1 for changes at 0, 0.1 and 0.2', () => {
    expect(syncsOf(quiet([0, 0.1, 0.2], burst(2))).starts).toEqual([0, 0.1, 1.1]);
  });

  it('O9: without one syncs at 0 and 1.0, which takes the later changes in', () => {
    const { starts, works } = syncsOf(quiet([0, 0.1, 0.2], burst(1)));
    expect(starts).toEqual([0, 1]);
    expect(works.map(({ changedEndpoints }) => changedEndpoints)).toEqual([1, 2]);
  });

  it('waits minSyncPeriod from the end of a sync, and folds into the next what comes while one runs', () => {
    const sync = { ...FREE_SYNC, base: ms(400) };
    const costs = { iptables: { ...FREE.iptables, fullSync: sync, partialSync: sync } };
    const moments = [1, 1.1, 1.2, 1.3, 2.5];
    // 1 to 1.4; after it the changes of 1.1 to 1.3 wait until 2.4, and take until 2.8; that of 2.5 waits until 3.8.
    const alone = syncsOf(quiet(moments, { costs }));
    expect(alone.starts).toEqual([1, 2.4, 3.8]);
    expect(alone.commits).toEqual([1.4, 2.8, 4.2]);
    // With a burst the second follows the first at once, and a token has come back by 2.5.
    const twice = syncsOf(quiet(moments, { costs, ...burst(2) }));
    expect(twice.starts).toEqual([1, 1.4, 2.5]);
  });

  it('counts what a sync writes: all Services and endpoints there are, and those that changed', () => {
    const options = { proxy: { otherServices: 100 } };
    // backend-0 goes and comes back within one sync; backend-1 and backend-2 go.
    const timeline: TimelineAction[] = [
      { kind: 'setReady', at: at(1), workload: 0, pod: 'backend-0', ready: false },
      { kind: 'setReady', at: at(1.1), workload: 0, pod: 'backend-0', ready: true },
      { kind: 'setReady', at: at(1.2), workload: 0, pod: 'backend-1', ready: false },
      { kind: 'setReady', at: at(1.3), workload: 0, pod: 'backend-0', ready: false },
      { kind: 'setReady', at: at(1.4), workload: 0, pod: 'backend-0', ready: true },
      { kind: 'setReady', at: at(1.5), workload: 0, pod: 'backend-2', ready: false },
    ];
    const { works } = syncsOf(quiet([], { ...options, timeline }));
    expect(works).toEqual([
      { full: false, services: 101, endpoints: 203, changedServices: 1, changedEndpoints: 1 },
      // From three endpoints (1, 2, 3) to two (0, 3): one came, two went.
      { full: false, services: 101, endpoints: 202, changedServices: 1, changedEndpoints: 3 },
    ]);
  });

  it('syncs after maxInterval without a sync, and writes everything once in fullSyncPeriod', () => {
    const forced = { maxInterval: sec(10), fullSyncPeriod: sec(25) };
    const { starts, works } = syncsOf(quiet([], { proxy: forced }));
    const [first] = starts;
    // Where in the period it stands at the start is chance: nobody starts a cluster's kube-proxies at once.
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(10);
    starts.forEach((start, i) => expect(start).toBeCloseTo(first! + 10 * i, 6));
    const full = works.flatMap((work, i) => (work.full ? [i] : []));
    expect(full.length).toBeGreaterThan(1);
    for (let i = 1; i < full.length; i++) expect(full[i]! - full[i - 1]!).toBe(3);
  });

  it('puts a forced sync off by every other, and does the full one with whichever comes next', () => {
    const moments = Array.from({ length: 39 }, (_, i) => 2 + 2.5 * i);
    const forced = { maxInterval: sec(10), fullSyncPeriod: sec(25) };
    const { starts, works } = syncsOf(quiet(moments, { proxy: forced }));
    const after = starts.filter((start) => start >= 2);
    expect(after).toEqual(moments);
    const full = starts.filter((_, i) => works[i]!.full);
    for (let i = 1; i < full.length; i++) expect(full[i]! - full[i - 1]!).toBe(25);
  });
});

describe('a sync that fails', () => {
  const failing = { proxy: { syncFailure: 1 } };

  it('is done again after syncPeriod, in full, and its changes wait for that', () => {
    const { starts, works, commits } = syncsOf(quiet([1], failing));
    expect(starts).toEqual([1, 31, 61, 91]);
    expect(works.map(({ full }) => full)).toEqual([false, true, true, true]);
    expect(new Set(works.map(({ changedEndpoints }) => changedEndpoints))).toEqual(new Set([1]));
    expect(new Set(works.map(({ endpoints }) => endpoints))).toEqual(new Set([3]));
    expect(commits).toEqual([]);
  });

  it('is done again sooner where a change asks for a sync, which is full', () => {
    const { starts, works } = syncsOf(quiet([1, 5], { proxy: { syncFailure: 1 } }));
    expect(starts).toEqual([1, 5, 35, 65, 95]);
    expect(works.map(({ full }) => full)).toEqual([false, true, true, true, true]);
    expect(works.map(({ changedEndpoints }) => changedEndpoints)).toEqual([1, 2, 2, 2, 2]);
  });

  it('waits minSyncPeriod for a change that comes right after it', () => {
    expect(syncsOf(quiet([1, 1.5], failing)).starts).toEqual([1, 2, 32, 62, 92]);
  });

  it('keeps the old rules in force, and loses no change in the end', () => {
    const moments = [1, 10, 20, 30];
    for (let seed = 1; seed <= 20; seed++) {
      const given = {
        ...quiet(moments, { duration: 1000, proxy: { syncFailure: 0.5 } }),
        seed,
      };
      const { starts, works, commits } = syncsOf(given);
      expect(commits.length).toBeGreaterThan(0);
      // A partial sync follows a success, or is the first; a full one follows a failure.
      const ends = new Set(commits);
      for (let i = 1; i < starts.length; i++) {
        expect(works[i]!.full).toBe(!ends.has(starts[i - 1]!));
      }
      expect(works.at(-1)!.endpoints).toBe(0);
      expect(commits.at(-1)).toBe(starts.at(-1));
    }
  });
});

describe('network programming latency', () => {
  const windows = [
    { name: 'early', from: at(0), to: at(5) },
    { name: 'late', from: at(5), to: at(100) },
  ];

  it('counts once a node and change, in the windows in which the change was caused', () => {
    const options = { ...burst(1), clientNodes: 3, windows };
    const { networkProgramming } = simulate(quiet([4, 4.5, 10], options), 1);
    // The change at 4.5 is in force at 5: half a second later, and in another window.
    expect(
      networkProgramming.map(({ window, changes, pending, latency }) => ({
        window,
        counts: [changes, pending, latency.count],
        sum: latency.sum / SECOND,
        max: latency.max / SECOND,
      })),
    ).toEqual([
      { window: 'all', counts: [9, 0, 9], sum: 1.5, max: 0.5 },
      { window: 'early', counts: [6, 0, 6], sum: 1.5, max: 0.5 },
      { window: 'late', counts: [3, 0, 3], sum: 0, max: 0 },
    ]);
  });

  it('of what is not in force at the end is not known, and that is counted', () => {
    const { networkProgramming, totals } = simulate(
      quiet([1, 50, 99.5], { clientNodes: 2, proxy: { syncFailure: 1 } }),
      1,
    );
    expect(networkProgramming[0]).toMatchObject({ changes: 6, pending: 6, latency: { count: 0 } });
    // At 1, 31, 50, 80, 99.5 on each node.
    expect(totals).toMatchObject({ syncs: 0, syncFailures: 10 });
  });

  it('of a change whose sync fails goes on until one succeeds', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const given = quiet([1], { duration: 2000, proxy: { syncFailure: 0.7 } });
      const { networkProgramming, totals } = simulate(given, seed);
      expect(networkProgramming[0]!.latency.max).toBe(totals.syncFailures * sec(30));
    }
  });
});
