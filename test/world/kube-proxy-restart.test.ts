/** kube-proxy ends and comes back: the kernel goes on with the rules it has, and changes wait. */
import { describe, expect, it } from 'vitest';
import { PROXY_MODES, type PlannedProxy, type TimelineAction } from '../../src/contract/plan.ts';
import { simulate } from '../../src/world/simulate.ts';
import {
  at,
  conntrack,
  constant,
  FREE,
  FREE_SYNC,
  ms,
  ns,
  paced,
  plan,
  sec,
  us,
  type PlanOptions,
} from './plans.ts';
import { outcomes, record, type Recorded } from './recorded.ts';

const LAG = ms(10);
const SECOND = 1e9;

const calm: PlanOptions = {
  lag: LAG,
  hop: us(100),
  service: constant(ms(1)),
  workload: { concurrency: 1000 },
  pods: 3,
  duration: 10,
  client: { arrival: paced(200) },
};

const restart = (moment: number, lasts: number, node: number | null = null): TimelineAction => ({
  kind: 'kubeProxyRestart',
  at: at(moment),
  node,
  lasts: sec(lasts),
});

const setReady = (moment: number, pod: string, ready: boolean): TimelineAction => ({
  kind: 'setReady',
  at: at(moment),
  workload: 0,
  pod,
  ready,
});

/** The last moment (s) at which a connection to a pod was opened from a node. */
function lastTo({ connections }: Recorded, pod: string, node: string): number {
  const opened = connections.filter((each) => each.pod === pod && each.node === node);
  return Math.max(...opened.map(({ openedNs }) => openedNs)) / SECOND;
}

describe('e2e row 12: a Service works after kube-proxy has been restarted', () => {
  it.each(PROXY_MODES)('and while it is away, with all that the kernel remembers: %s', (mode) => {
    const picks = (timeline: readonly TimelineAction[]): string[] => {
      const given = plan({
        ...calm,
        mode,
        timeline,
        proxy: { conntrack: conntrack(1000, sec(120)) },
        duration: 4,
      });
      const result = record(given);
      expect(result.totals.syncs).toBe(timeline.length);
      return result.connections.map(({ verdict, pod }) => `${verdict} ${pod}`);
    };
    // Pick for pick as if nothing had happened: ipvs goes on where its scheduler stood, the table stays full.
    const undisturbed = picks([]);
    expect(undisturbed).toHaveLength(799);
    expect(picks([restart(1, 0.5), restart(2, 1)])).toEqual(undisturbed);
  });

  it.each(PROXY_MODES)(
    'leaves no stale rules: it begins with what there is by then, %s',
    (mode) => {
      const result = record(
        plan({
          ...calm,
          mode,
          timeline: [
            restart(2, 3),
            // Missed: one for good, one there and back again.
            setReady(3, 'backend-0', false),
            setReady(3.5, 'backend-1', false),
            setReady(4, 'backend-1', true),
            // Heard of as it happens.
            setReady(7, 'backend-2', false),
          ],
        }),
      );
      expect(new Set(outcomes(result))).toEqual(new Set(['ok']));
      const last = (pod: string): number => lastTo(result, pod, 'worker-1');
      expect(last('backend-0')).toBeGreaterThan(4.9);
      expect(last('backend-0')).toBeLessThanOrEqual(5);
      expect(last('backend-1')).toBeGreaterThan(9.9);
      expect(last('backend-2')).toBeLessThanOrEqual(7.03);
      // Of each of the four changes, however many a list has folded into one.
      expect(result.networkProgramming[0]).toMatchObject({
        changes: 4,
        pending: 0,
        latency: { count: 4, max: 2 * SECOND },
      });
    },
  );
});

describe('session affinity', () => {
  // ipvs is not among them: what its persistence does when a server goes is a matter of its own.
  const modes = PROXY_MODES.filter((mode) => mode !== 'ipvs');

  it.each(modes)('outlives kube-proxy and its full sync, with %s', (mode) => {
    const made = plan({
      ...calm,
      mode,
      pods: 8,
      clientNodes: 4,
      timeline: [restart(2, 1), setReady(2.5, 'backend-7', false), restart(5, 0)],
    });
    const [service] = made.services;
    const result = record({ ...made, services: [{ ...service!, sessionAffinity: sec(1000) }] });
    const podsOf = (client: string): Set<string> =>
      new Set(result.connections.flatMap((each) => (each.clientIp === client ? each.pod : [])));
    for (const { ip } of made.clients[0]!.replicas) {
      // Only who was with the pod that went has met a second one.
      const pods = podsOf(ip);
      expect(pods.size).toBe(pods.has('backend-7') ? 2 : 1);
    }
  });
});

describe('a restart of kube-proxy', () => {
  it('is one node where one is named', () => {
    const timeline = [restart(2, 3, 1), setReady(3, 'backend-0', false)];
    const result = record(plan({ ...calm, clientNodes: 2, timeline }));
    expect(lastTo(result, 'backend-0', 'worker-1')).toBeGreaterThan(4.9);
    expect(lastTo(result, 'backend-0', 'worker-2')).toBeLessThanOrEqual(3.03);
  });

  it('writes everything at once, however soon after the last sync, and then has its burst again', () => {
    const base = { minSyncPeriod: sec(5), burst: 2 } satisfies Partial<PlannedProxy>;
    const changes = [1, 1.1, 1.2].map((moment, i) => setReady(moment, `backend-${i}`, false));
    const back = [2, 2.1, 2.2].map((moment, i) => setReady(moment, `backend-${i}`, true));
    const timeline = [...changes, restart(1.5, 0.1), ...back];
    const result = simulate(plan({ ...calm, proxy: base, lag: ns(0), timeline }), 1);
    // 1, 1.1, then 1.6 with the third change; 2, 2.1, then five seconds after it.
    expect(result.totals.syncs).toBe(6);
    expect(result.networkProgramming[0]!.latency.max).toBe(4.9 * SECOND);
    const { sum } = result.networkProgramming[0]!.latency;
    expect(sum / SECOND).toBeCloseTo(0.4 + 4.9, 6);
  });

  it('loses the sync that runs, and learns of its change anew', () => {
    const sync = { ...FREE_SYNC, base: sec(1) };
    const costs = { nftables: { ...FREE.nftables, fullSync: sync, partialSync: sync } };
    const timeline = [setReady(2, 'backend-0', false), restart(2.5, 1)];
    const result = record(plan({ ...calm, mode: 'nftables', costs, timeline }));
    // Back at 3.5, in force at 4.5.
    expect(lastTo(result, 'backend-0', 'worker-1')).toBeGreaterThan(4.4);
    expect(lastTo(result, 'backend-0', 'worker-1')).toBeLessThanOrEqual(4.5);
    expect(result.totals.syncs).toBe(1);
  });

  it('that comes while it is away lasts until the later of both ends', () => {
    const timeline = [restart(2, 3), restart(3, 1), setReady(2.5, 'backend-0', false)];
    const result = record(plan({ ...calm, timeline }));
    expect(lastTo(result, 'backend-0', 'worker-1')).toBeGreaterThan(4.9);
    expect(result.totals.syncs).toBe(1);
  });

  it('takes what is on its way to it from the list that it begins with, and never goes back', () => {
    const base = plan({
      ...calm,
      clientNodes: 5,
      duration: 30,
      timeline: [
        setReady(1, 'backend-0', false),
        setReady(1.2, 'backend-1', false),
        restart(1.5, 0),
        setReady(1.6, 'backend-1', true),
      ],
    });
    // Up to 20 s over the watch: everything before the restart arrives long after it.
    const watch = { kind: 'uniform', min: sec(1), max: sec(20) } as const;
    const result = record({ ...base, controlPlane: { ...base.controlPlane, watch } });
    for (const node of ['worker-1', 'worker-2', 'worker-3', 'worker-4', 'worker-5']) {
      expect(lastTo(result, 'backend-0', node)).toBeLessThanOrEqual(1.5);
      expect(lastTo(result, 'backend-1', node)).toBeGreaterThan(29.5);
    }
    expect(result.networkProgramming[0]).toMatchObject({ changes: 15, pending: 0 });
  });
});
