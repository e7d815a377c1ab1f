/** Requests that cross the network to a waypoint, and from there to a pod. */
import { describe, expect, it } from 'vitest';
import { NETWORK, PROXY } from '../../../src/contract/result.ts';
import type { Plan, PlannedNode, TimelineAction } from '../../../src/contract/plan.ts';
import { simulate, startRun } from '../../../src/world/simulate.ts';
import type { World } from '../../../src/world/world.ts';
import { inconsistencies } from '../conservation.ts';
import { at, constant, keepAlive, ms, ns, paced, plan, us, type PlanOptions } from '../plans.ts';
import { AT_ONCE, proxyBalancer, routing } from './meshes.ts';

/** Clients on worker-2 in zone a, waypoints on other nodes, and the pods on worker-1 in zone b. */
function byWaypoint(homes: readonly number[], options: PlanOptions = {}): Plan {
  const made = plan({
    pods: 4,
    duration: 6.005,
    service: constant(ms(1)),
    ...options,
    network: {
      sameNode: constant(us(10)),
      sameZone: constant(us(200)),
      crossZone: constant(us(1500)),
      ...options.network,
    },
    client: {
      arrival: paced(100),
      connection: keepAlive({ pool: 1e6 }),
      mesh: {
        mode: 'Waypoint',
        workload: 1,
        proxyTime: {
          client: constant(us(50)),
          waypoint: constant(us(400)),
          server: constant(us(70)),
        },
        routing: routing(),
      },
      balancer: proxyBalancer({ kind: 'round_robin' }),
      ...options.client,
    },
  });
  const [pods] = made.workloads;
  const [first, second] = made.nodes as [PlannedNode, PlannedNode];
  return {
    ...made,
    nodes: [
      { ...first, zone: 'b' },
      { ...second, zone: 'a' },
      { ...second, zone: 'a', name: 'worker-3', ip: '172.18.0.9' },
    ],
    workloads: [
      pods!,
      {
        ...pods!,
        name: 'deployment/waypoint',
        podNamePrefix: 'waypoint-',
        memberships: [],
        pods: homes.map((node, i) => ({
          ...pods!.pods[0]!,
          name: `waypoint-${i}`,
          ip: `10.244.7.${i + 1}`,
          node,
        })),
      },
    ],
  };
}

const record = { recordConnections: true, recordRequests: true };

describe('a waypoint', () => {
  it('is crossed to and from over the network that lies between, on the way to the pod and back', () => {
    const made = byWaypoint([2]);
    const result = simulate(made, 1, record);
    expect(inconsistencies(made, result)).toEqual([]);
    const { requests } = result;
    // There and back: within the zone to the waypoint, and from there to the zone of the pods.
    for (const { partsNs } of requests!) {
      expect(partsNs[NETWORK]).toBe(2 * (200_000 + 1_500_000));
      expect(partsNs[PROXY]).toBe(520_000);
    }
    expect(result.pods.slice(0, 4).map((pod) => pod.requests)).toEqual([150, 150, 150, 150]);
  });

  it('takes a shorter way where it is on the node of the client', () => {
    const { requests } = simulate(byWaypoint([1]), 1, record);
    for (const { partsNs } of requests!) expect(partsNs[NETWORK]).toBe(2 * (10_000 + 1_500_000));
  });

  it('is 503 where none is ready', () => {
    const { clients } = simulate(byWaypoint([]), 1, record);
    expect(clients[0]!.failures).toEqual([
      { cause: '503', reason: 'noHealthyEndpoints', retry: 'noPolicy', count: 600 },
    ]);
  });

  it('takes the requests that it has with it when its node dies, and others go to those that are left', () => {
    const died: TimelineAction = { kind: 'nodeDown', node: 2, lasts: null, at: at(3) };
    const made = byWaypoint([2, 1], {
      service: constant(ms(50)),
      workload: { concurrency: 100 },
      network: { sameZone: constant(ns(0)) },
      timeline: [died],
    });
    const result = simulate(made, 1, record);
    expect(inconsistencies(made, result)).toEqual([]);
    const { failures } = result.clients[0]!;
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ cause: 'reset', reason: 'nodeDown' });
    // Of the five or six under way, those at the one of the two that died.
    expect(failures[0]!.count).toBeGreaterThan(0);
    expect(failures[0]!.count).toBeLessThan(7);
    expect(result.totals.unfinished).toBe(0);
  });
});

describe('a waypoint whose pod is gone', () => {
  it('is told of endpoints no more, once it has passed on what it had', () => {
    const deleted = [0, 1, 2, 3, 4].map((i): TimelineAction => ({
      kind: 'deletePod',
      at: at(1 + 3 * i),
      workload: 1,
      pod: `waypoint-${i}`,
    }));
    const run = startRun(byWaypoint([2], { duration: 17, timeline: deleted }), 1, {}, 'by events');
    const { world } = run as unknown as { readonly world: World };
    while (!run.advance(Infinity));
    expect(world.pods.filter(({ isGone }) => isGone).length).toBeGreaterThan(3);
    // One of them takes requests.
    expect(world.discoveryOf(AT_ONCE).pushed.readers.size).toBe(1);
  });
});

describe('an ingress that balances', () => {
  it('picks for each request, and opens its connections to pods where others would go by the ClusterIP', () => {
    const outside = {
      arrival: paced(100),
      connection: keepAlive({ pool: 2 }),
      mesh: null,
    };
    const way = { kind: 'Ingress', proxyTime: constant(us(500)) } as const;
    const byPods = byWaypoint([], {
      hop: us(100),
      client: { ...outside, via: { ...way, routing: routing() } },
    });
    const byRules = byWaypoint([], {
      client: { ...outside, via: { ...way, routing: null }, balancer: null },
    });
    const served = [byPods, byRules].map((made) => {
      const result = simulate(made, 1, record);
      expect(inconsistencies(made, result)).toEqual([]);
      return result.pods.map(({ requests }) => requests);
    });
    expect(served[0]).toEqual([150, 150, 150, 150]);
    expect(served[1]!.filter((count) => count > 0).length).toBeLessThanOrEqual(2);
  });
});
