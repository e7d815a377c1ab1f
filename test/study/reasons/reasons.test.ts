/**
 * Each reason is found where a plan is made to have it, with figures that are true of the plan, and not in a plan close
 * by that has not.
 */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/contract/plan.ts';
import { hottestByChance } from '../../../src/stats/hottest-by-chance.ts';
import { picksOf, sharedConnectionsTo, sharingOver } from '../../../src/study/figures/picks.ts';
import { RULES } from '../../../src/study/reasons/registry.ts';
import type { Reason } from '../../../src/study/reasons/reason.ts';
import { proxyBalancer, sidecar } from '../../world/mesh/meshes.ts';
import { at, keepAlive, sec } from '../../world/plans.ts';
import { busyPools, crashes, even, hottest, pinned, reasonOf, study } from './plans.ts';

/** Zones a and b; clients are on nodes of both, pods of the plan on as many as `pods` says. */
function zoned(made: Plan, pods: { readonly a: number; readonly b: number }): Plan {
  const [first, ...others] = made.nodes;
  const nodes = [
    { ...first!, zone: 'a' },
    ...others.map((node, i) => ({ ...node, zone: i % 2 === 0 ? 'a' : 'b' })),
  ];
  const [workload] = made.workloads;
  const placed = workload!.pods.slice(0, pods.a + pods.b).map((pod, i) => ({
    ...pod,
    // Node 2 is the first of zone b.
    node: i < pods.a ? 0 : 2,
  }));
  return { ...made, nodes, workloads: [{ ...workload!, pods: placed }] };
}

const slowPod = (factor: number) => [
  {
    kind: 'slowPod' as const,
    at: at(0),
    workload: 0,
    pod: 'backend-3',
    factor,
    lasts: null,
  },
];

interface Case {
  readonly rule: Reason['rule'];
  readonly provokes: Plan;
  readonly closeBy: { readonly plan: Plan; readonly what: string };
}

/** Many addresses and a few: client pods on four nodes. */
const callers = (count: number): Plan['clients'][number]['replicas'] =>
  Array.from({ length: count }, (_, i) => ({ ip: `10.244.7.${i + 1}`, node: 1 + (i % 4) }));

const withClients = (made: Plan, change: Partial<Plan['clients'][number]>): Plan => ({
  ...made,
  clients: made.clients.map((client) => ({ ...client, ...change })),
});

const affinity = { serviceFacts: { sessionAffinity: sec(10_800) } };
const sameZone = { serviceFacts: { topology: 'PreferSameZone' as const } };

const CASES: readonly Case[] = [
  {
    rule: 'pinnedConnections',
    provokes: pinned(),
    closeBy: {
      plan: pinned({ client: { connection: keepAlive({ pool: 4, maxRequests: 1 }) } }),
      what: 'connections of one request each',
    },
  },
  {
    rule: 'clientAddresses',
    provokes: withClients(even(affinity), { replicas: callers(12) }),
    closeBy: { plan: withClients(even(), { replicas: callers(12) }), what: 'sessionAffinity None' },
  },
  {
    rule: 'oneDestination',
    provokes: even({ mode: 'ipvs', scheduler: 'dh' }),
    closeBy: { plan: even({ mode: 'ipvs', scheduler: 'rr' }), what: 'the scheduler rr' },
  },
  {
    rule: 'locality',
    provokes: zoned(even(sameZone), { a: 5, b: 3 }),
    closeBy: { plan: zoned(even(), { a: 5, b: 3 }), what: 'no trafficDistribution' },
  },
  {
    rule: 'slowPods',
    provokes: even({ mode: 'ipvs', scheduler: 'lc', timeline: slowPod(10) }),
    closeBy: {
      plan: even({ mode: 'ipvs', scheduler: 'rr', timeline: slowPod(10) }),
      what: 'the scheduler rr',
    },
  },
  {
    rule: 'rotation',
    provokes: pinned({ ...busyPools, timeline: crashes }),
    closeBy: { plan: pinned(busyPools), what: 'no crash' },
  },
  {
    rule: 'chance',
    provokes: even(),
    closeBy: { plan: even({ mode: 'ipvs', scheduler: 'rr' }), what: 'the scheduler rr' },
  },
];

describe('addresses that keep their pod', () => {
  it('are no reason where their sessions are so short that they pick again and again', () => {
    const callersOf = (timeout: number): Plan =>
      withClients(even({ serviceFacts: { sessionAffinity: sec(timeout) } }), {
        replicas: callers(400),
      });
    expect(reasonOf(callersOf(10_800))?.rule).toBe('clientAddresses');
    expect(reasonOf(callersOf(1))?.rule).not.toBe('clientAddresses');
  });
});

describe('the reasons', () => {
  it('are all provoked here', () => {
    expect(CASES.map(({ rule }) => rule).toSorted()).toEqual(Object.keys(RULES).toSorted());
  });

  it.each(CASES)('$rule is found where it is so', ({ rule, provokes }) => {
    expect(reasonOf(provokes)?.rule).toBe(rule);
  });

  it.each(CASES)('$rule is not found with $closeBy.what', ({ rule, closeBy }) => {
    expect(reasonOf(closeBy.plan)?.rule).not.toBe(rule);
  });
});

describe('the figures of a reason', () => {
  it('count connections and the hottest pod that as many coin flips leave', () => {
    const { ratio, finding } = hottest(study(pinned(), 20));
    const { mean, deviation } = hottestByChance({ pods: 8, draws: 16 });
    expect(finding!.reason).toMatchObject({ connections: 16 });
    expect((finding!.reason as { byChance: number }).byChance).toBeCloseTo(mean, 1);
    // Four standard errors over 20 replications: a false alarm in 16,000.
    expect(Math.abs(ratio - mean)).toBeLessThan((4 * deviation) / Math.sqrt(20));
  });
});

it('tell of slow pods which clients spare that look for an idle connection', () => {
  const made = even({
    pods: 3,
    rate: 4000,
    workload: { concurrency: 100, pods: even().workloads[0]!.pods.slice(1, 4) },
    client: { connection: keepAlive({ pool: 100, reuse: 'Fifo' }) },
    timeline: slowPod(40),
  });
  const { reason } = hottest(study(made, 5)).finding!;
  expect(reason).toMatchObject({ rule: 'slowPods', by: 'pool', pods: ['backend-3'] });
  expect((reason as { times: number }).times).toBeCloseTo(40, -1);
});

describe('a balancer that picks for each request', () => {
  const hashing = proxyBalancer(
    { kind: 'ring_hash', minRingSize: 1024, maxRingSize: 4096 },
    { key: { kind: 'request', keys: 20, skew: 1 } },
  );
  const behindSidecars = (made: Plan): Plan =>
    withClients(made, { mesh: sidecar(), balancer: hashing });

  it('is not taken for connections that keep their pod, however few there are', () => {
    const made = behindSidecars(pinned());
    const variant = study(made, 1);
    const [run] = variant.runs;
    expect(run!.sharedConnections).not.toEqual([]);
    const { label } = made.services[0]!;
    expect(picksOf(1000, sharingOver(sharedConnectionsTo(label, made, run!)))).toBe(1000);
    expect(hottest(variant)).toMatchObject({ finding: null });
    expect(hottest(variant).ratio).toBeGreaterThan(1.2);
  });

  it('is not taken for the session affinity of kube-proxy, which it does not meet', () => {
    const made = withClients(even(affinity), { replicas: callers(3) });
    expect(reasonOf(made, 1)?.rule).toBe('clientAddresses');
    expect(reasonOf(behindSidecars(made), 1)?.rule).not.toBe('clientAddresses');
  });

  it('shares nothing but with those whose connections keep their pod', () => {
    const made = behindSidecars(pinned());
    const both = { ...made, clients: [...made.clients, ...pinned().clients] };
    const [run] = study(made, 1).runs;
    const { label } = made.services[0]!;
    expect(sharedConnectionsTo(label, made, run!)).toEqual([]);
    expect(sharedConnectionsTo(label, both, run!)).not.toEqual([]);
  });
});

describe('requests that pick one by one, of pods all alike', () => {
  it('have no reason but chance: 20 seeds', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const reason = reasonOf({ ...even(), seed }, 1);
      expect(['chance', undefined]).toContain(reason?.rule);
    }
  });
});
