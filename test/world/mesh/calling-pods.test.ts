/** What becomes of proxies and balancers when the pods that call by them are started again, or go. */
import { describe, expect, it } from 'vitest';
import type {
  OutlierDetection,
  Plan,
  PlannedClient,
  TimelineAction,
} from '../../../src/contract/plan.ts';
import type { PlannedMesh } from '../../../src/contract/traffic/mesh.ts';
import { startRun } from '../../../src/world/simulate.ts';
import type { World } from '../../../src/world/world.ts';
import { balancerOf } from '../balancing/headless-plans.ts';
import { graph, type CallOf } from '../calls/graphs.ts';
import { inconsistencies } from '../conservation.ts';
import { at, constant, keepAlive, limited, ms, multiplexed, paced, sec, us } from '../plans.ts';
import { record, type Recorded } from '../recorded.ts';
import { AT_ONCE, proxyBalancer, routing, sidecar, ztunnel } from './meshes.ts';

const ROUND_ROBIN = { kind: 'round_robin' } as const;
/** One failure, and nobody sends there again. */
const FOR_EVER: OutlierDetection = {
  consecutiveFailures: 1,
  interval: sec(10),
  baseEjectionTime: sec(3600),
  maxEjectionTime: sec(3600),
  maxEjection: 0.5,
  failurePercentage: null,
  successRate: null,
};

const SIDECAR: Partial<PlannedClient> = {
  mesh: sidecar(),
  balancer: proxyBalancer(ROUND_ROBIN, { outlierDetection: FOR_EVER }),
  connection: multiplexed(),
};
const CHANNEL: Partial<PlannedClient> = {
  target: { kind: 'headless', service: 1, port: 0 },
  balancer: balancerOf(ROUND_ROBIN, { outlierDetection: FOR_EVER }),
  connection: multiplexed(),
};

const crash: TimelineAction = {
  at: at(1.2),
  kind: 'crash',
  workload: 0,
  pod: 'front-0',
  lasts: ms(500),
};
const remove: TimelineAction = { at: at(1.2), kind: 'deletePod', workload: 0, pod: 'front-0' };

/** A front that calls a back ten times a second; a client that is without it while it is away. */
function calling(
  client: Partial<PlannedClient>,
  timeline: readonly TimelineAction[],
  options: {
    readonly call?: Partial<CallOf>;
    readonly service?: number;
    readonly bad?: boolean;
  } = {},
): Plan {
  const { bad = false, call, service = 2 } = options;
  const made = graph(
    [
      {
        name: 'front',
        service: constant(ms(1)),
        workload: { concurrency: 8 },
        calls: [{ to: 'back', client, ...call }],
      },
      { name: 'back', service: constant(ms(service)), workload: { concurrency: 8 } },
      { name: 'bad', pods: bad ? 1 : 0, workload: { errorRate: 1 } },
    ],
    { hop: us(100), duration: 4, client: { arrival: paced(10) }, timeline },
  );
  const isHeadless = client.target?.kind === 'headless';
  return {
    ...made,
    services: made.services.map((one, i) =>
      i === 1 && isHeadless ? { ...one, clusterIP: null } : one,
    ),
    // They are behind the same Service as the good ones.
    workloads: made.workloads.map((one, i) =>
      i === 2 ? { ...one, memberships: made.workloads[1]!.memberships } : one,
    ),
  };
}

function checked(plan: Plan): Recorded {
  const result = record(plan);
  expect(inconsistencies(plan, result)).toEqual([]);
  return result;
}

const connectionsOf = ({ connections }: Recorded) =>
  connections.filter(({ client }) => client === 'front->back');

describe('a process that is started again', () => {
  it('finds its sidecar as it was: with its connections, and with whom it has ejected', () => {
    const result = checked(calling(SIDECAR, [crash], { bad: true, call: { onError: 'Ignore' } }));
    const opened = connectionsOf(result);
    expect(opened.map(({ pod }) => pod).toSorted()).toEqual(['back-0', 'bad-0']);
    expect(opened.every(({ closedNs }) => closedNs === null)).toBe(true);
    expect(result.pods.find(({ pod }) => pod === 'bad-0')!.requests).toBe(1);
  });

  it('has a channel of its own, that knows of nothing', () => {
    const result = checked(calling(CHANNEL, [crash], { bad: true, call: { onError: 'Ignore' } }));
    const [first, second, ...others] = connectionsOf(result).filter(({ pod }) => pod === 'back-0');
    expect(others).toEqual([]);
    expect(first!.closedNs).toBe(crash.at);
    expect(second!.closedNs).toBeNull();
    expect(result.pods.find(({ pod }) => pod === 'bad-0')!.requests).toBe(2);
  });

  it.each([
    ['a sidecar', SIDECAR],
    ['a channel', CHANNEL],
    ['a ztunnel', { mesh: ztunnel(), connection: keepAlive() }],
  ])('leaves no call behind that %s has for it', (_, way) => {
    // A call at a time, of 30 ms; the process ends during one.
    const plan = calling({ ...way, concurrencyLimit: limited(1) }, [{ ...crash, at: at(1.21) }], {
      service: 30,
    });
    const result = checked(plan);
    const calls = result.requests.filter(({ client }) => client === 'front->back');
    const ended = calls.filter(({ outcome }) => outcome !== 'ok');
    expect(
      ended.map(({ outcome, issuedNs, latencyNs }) => [outcome, issuedNs + latencyNs]),
    ).toEqual([['cancelled', at(1.21)]]);
    // Another one is let through as soon as there is a process again.
    expect(calls.filter(({ issuedNs }) => issuedNs > at(1.71)).length).toBeGreaterThan(20);
  });
});

describe('a pod that goes', () => {
  it.each([
    ['sidecar', SIDECAR],
    ['channel', CHANNEL],
  ])('takes its %s with it: its successor begins anew', (_, way) => {
    const result = checked(calling(way, [remove], { bad: true, call: { onError: 'Ignore' } }));
    const [first, second] = connectionsOf(result).filter(({ pod }) => pod === 'back-0');
    expect(first!.clientIp).toBe('10.244.20.1');
    expect(first!.closedNs).not.toBeNull();
    expect(second!.clientIp).not.toBe(first!.clientIp);
    expect(second!.closedNs).toBeNull();
    expect(result.pods.find(({ pod }) => pod === 'bad-0')!.requests).toBe(2);
  });

  it('takes its sidecar with it where its process had ended before', () => {
    const down: TimelineAction = { ...crash, at: at(1), lasts: sec(60) };
    const result = checked(calling(SIDECAR, [down, { ...remove, at: at(2) }]));
    const [first, second] = connectionsOf(result);
    expect(first!.closedNs).toBe(at(2));
    expect(second!.closedNs).toBeNull();
  });

  it.each<readonly [string, PlannedMesh]>([
    ['sidecars', sidecar()],
    ['ztunnels', ztunnel()],
  ])('is forgotten by who told its %s of endpoints', (_, mesh) => {
    const balancer = mesh.mode === 'Ztunnel' ? null : proxyBalancer(ROUND_ROBIN);
    const churn = Array.from({ length: 6 }, (_unused, i): TimelineAction => {
      const second = 0.5 + i * 0.5;
      return { at: at(second), kind: 'rollout', workload: 0, revision: null };
    });
    const run = startRun(calling({ mesh, balancer }, churn), 1, {}, 'by events');
    const { world } = run as unknown as { readonly world: World };
    while (!run.advance(Infinity));
    expect(world.pods.filter(({ isGone }) => isGone).length).toBeGreaterThan(4);
    // One pod calls at the end.
    expect(world.discoveryOf(AT_ONCE).pushed.readers.size).toBe(1);
    const calls = world.clients.find(({ isCaller }) => !isCaller)!;
    expect(calls.replicas).toHaveLength(1);
  });

  it('has its calls go by a waypoint no more, and others go on there', () => {
    const mesh: PlannedMesh = {
      mode: 'Waypoint',
      workload: 1,
      proxyTime: {
        client: constant(us(50)),
        waypoint: constant(us(400)),
        server: constant(us(50)),
      },
      routing: routing(),
    };
    const way = { mesh, balancer: proxyBalancer(ROUND_ROBIN), connection: multiplexed() };
    const result = checked(calling(way, [crash, { ...remove, at: at(3) }]));
    // The connections are the waypoint's.
    expect(connectionsOf(result).map(({ clientIp }) => clientIp)).toEqual(['10.244.21.1']);
    expect(result.totals.unfinished).toBe(0);
  });
});
