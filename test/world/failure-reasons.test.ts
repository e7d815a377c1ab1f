/** Why requests fail, as the cluster knows it: a scenario for each reason, and what its client sees of it. */
import { describe, expect, it } from 'vitest';
import type { FailureReason } from '../../src/contract/failures.ts';
import { FAILURE_REASONS } from '../../src/contract/failures.ts';
import type { ErrorCause, Plan, PlannedWorkload, TimelineAction } from '../../src/contract/plan.ts';
import { balancerOf, headless } from './balancing/headless-plans.ts';
import { graph } from './calls/graphs.ts';
import { inconsistencies } from './conservation.ts';
import { dnsPlan } from './dns-plans.ts';
import {
  at,
  breaker,
  bursts,
  conntrack,
  constant,
  keepAlive,
  limited,
  ms,
  ns,
  paced,
  plan,
  poisson,
  retry,
  sec,
} from './plans.ts';
import { record } from './recorded.ts';

const unknownPort = { kind: 'unknownPort', service: 0, port: 81 } as const;
const unknownAddress = { kind: 'unknownAddress', ip: '10.96.99.99', port: 80 } as const;
const outside = [{ ip: '198.51.100.1', node: null }];

/** Something happens to the only pod, or its node, at 5 s. */
const then = (action: object): readonly TimelineAction[] => [
  { at: at(5), ...action } as TimelineAction,
];
const crash = then({ kind: 'crash', workload: 0, pod: null, lasts: sec(2) });
const deleted = then({ kind: 'deletePod', workload: 0, pod: 'backend-0' });
/** Long on the way to the nodes, so that they name pods that are gone. */
const slow = { lag: sec(1), client: { arrival: paced(100), connectTimeout: sec(3.5) } };
const busy = { lag: sec(1), service: constant(sec(1)), workload: { concurrency: 1000 } };

/** Two requests over one kept connection, which conntrack forgets in between. */
const forgotten = plan({
  mode: 'ipvs',
  duration: 1999,
  service: constant(ms(1)),
  client: { arrival: paced(1 / 950), connection: keepAlive() },
});
const tight = plan({
  rate: 500,
  proxy: { conntrack: conntrack(1, sec(100)) },
  client: { connectTimeout: ms(10) },
});
const local = { internalTrafficPolicy: 'Local' } as const;

/** Nobody is left where all are ejected at their first failure. */
const ejecting = headless(
  balancerOf(
    { kind: 'round_robin' },
    {
      outlierDetection: {
        consecutiveFailures: 1,
        interval: sec(60),
        baseEjectionTime: sec(60),
        maxEjectionTime: sec(60),
        maxEjection: 1,
        failurePercentage: null,
        successRate: null,
      },
    },
  ),
  { workload: { errorRate: 1 } },
);

/** A front that calls a back, at once. */
const chain = (back: Partial<PlannedWorkload>, options: Parameters<typeof graph>[1] = {}): Plan =>
  graph(
    [
      { name: 'front', service: constant(ns(0)), calls: [{ to: 'back' }] },
      { name: 'back', workload: back },
    ],
    options,
  );

const cases: readonly (readonly [FailureReason, ErrorCause, Plan])[] = [
  ['noEndpoints', 'refused', plan({ pods: 0 })],
  ['noService', 'refused', plan({ mode: 'ipvs', client: { target: unknownPort } })],
  [
    'noService',
    'connectTimeout',
    plan({ mode: 'nftables', client: { target: unknownAddress, connectTimeout: sec(1) } }),
  ],
  [
    'unrouted',
    'connectTimeout',
    plan({ client: { target: unknownAddress, connectTimeout: ms(1) } }),
  ],
  ['unrouted', 'connectTimeout', plan({ client: { replicas: outside, connectTimeout: ms(1) } })],
  [
    'noLocalEndpoints',
    'connectTimeout',
    plan({ serviceFacts: local, client: { connectTimeout: ms(1) } }),
  ],
  ['conntrackFull', 'connectTimeout', tight],
  ['forgotten', 'reset', forgotten],
  [
    'icmpLimited',
    'connectTimeout',
    plan({
      pods: 0,
      network: { icmpRateLimit: { interval: sec(100), burst: 1 } },
      client: { connectTimeout: ms(100) },
    }),
  ],
  ['notListening', 'refused', plan({ ...slow, timeline: crash })],
  [
    'podGone',
    'unreachable',
    plan({
      ...slow,
      network: { podGone: { answer: 'unreachable', after: ns(0) } },
      timeline: deleted,
    }),
  ],
  [
    'podGone',
    'connectTimeout',
    plan({ ...slow, network: { podGone: { answer: 'none', after: ns(0) } }, timeline: deleted }),
  ],
  [
    'backlogFull',
    'connectTimeout',
    plan({
      service: constant(sec(10)),
      workload: { backlog: 0 },
      client: { arrival: bursts([1], 8), connectTimeout: sec(1) },
    }),
  ],
  ['processEnded', 'reset', plan({ ...busy, timeline: crash })],
  ['queueFull', '503', plan({ rate: 200, workload: { queueLimit: 1 } })],
  [
    'shed',
    '503',
    plan({
      rate: 200,
      workload: { shedding: { kind: 'queueTime', limit: ms(20), at: 'Arrival' } },
    }),
  ],
  ['application', '500', plan({ workload: { errorRate: 0.1 } })],
  [
    'nodeDown',
    'connectTimeout',
    plan({ ...slow, timeline: then({ kind: 'nodeDown', node: 0, lasts: sec(60) }) }),
  ],
  [
    'nodeDown',
    'timeout',
    plan({
      ...busy,
      client: { timeout: sec(3) },
      timeline: then({ kind: 'nodeDown', node: 0, lasts: null }),
    }),
  ],
  [
    'nodeRestarted',
    'reset',
    plan({
      duration: 30,
      service: constant(ms(1)),
      client: { arrival: paced(1 / 4), connection: keepAlive() },
      timeline: then({ kind: 'nodeDown', node: 0, lasts: sec(2) }),
    }),
  ],
  [
    'partition',
    'connectTimeout',
    plan({
      ...slow,
      timeline: then({
        kind: 'partition',
        between: [
          { nodes: [0], external: false, controlPlane: false },
          { nodes: [1], external: false, controlPlane: false },
        ],
        lasts: null,
      }),
    }),
  ],
  ['network', 'connectTimeout', plan({ hop: ms(10), client: { connectTimeout: ms(5) } })],
  [
    'network',
    'timeout',
    plan({ hop: ms(10), service: constant(ns(0)), client: { timeout: ms(25) } }),
  ],
  ['queueing', 'timeout', plan({ rate: 150, client: { timeout: ms(200) } })],
  ['service', 'timeout', plan({ rate: 1, client: { timeout: ms(10) } })],
  ['connecting', 'timeout', plan({ hop: ms(10), client: { timeout: ms(15) } })],
  [
    'pool',
    'timeout',
    plan({
      // The only connection that the pool may have is never up.
      rate: 150,
      serviceFacts: local,
      client: { connection: keepAlive(), timeout: ms(50) },
    }),
  ],
  [
    'proxy',
    'timeout',
    plan({
      client: {
        replicas: outside,
        via: { kind: 'Ingress', proxyTime: constant(ms(100)), routing: null },
        timeout: ms(50),
      },
    }),
  ],
  [
    'noPorts',
    'noPorts',
    plan({ client: { ports: { first: 1000, last: 1000, timeWait: sec(60) } } }),
  ],
  ['circuitOpen', 'circuitOpen', plan({ pods: 0, client: { circuitBreaker: breaker() } })],
  ['concurrencyLimit', 'limited', plan({ rate: 200, client: { concurrencyLimit: limited(1) } })],
  ['calls', 'timeout', chain({}, { client: { timeout: ms(10) } })],
  ['callFailed', '502', chain({ errorRate: 1 })],
  ['callerGone', 'cancelled', chain({ serviceTime: constant(sec(1)) }, { timeline: crash })],
  ['dns', 'dns', dnsPlan({ dnsPods: 0, duration: 20, client: { timeout: null } })],
  ['noHealthyEndpoints', '503', ejecting],
];

describe('a request that fails', () => {
  it.each(cases)('because of %s, which its client sees as %s', (reason, cause, planned) => {
    const result = record(planned);
    expect(inconsistencies(planned, result)).toEqual([]);
    // What pods call for others has books of its own.
    const own = result.clients.find(({ failures }) =>
      failures.some((one) => one.reason === reason),
    );
    const { failures, errors } = own ?? result.clients[0]!;
    expect(failures).toContainEqual(expect.objectContaining({ cause, reason }));
    const counted = failures.filter((failure) => failure.cause === cause);
    expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(errors[cause]);
  });

  it('can do so for every reason that there is', () => {
    // An entry of ipvs whose server is gone: held by the tests of the data plane.
    const tried = new Set([...cases.map(([reason]) => reason), 'staleEntry']);
    expect(FAILURE_REASONS.filter((reason) => !tried.has(reason))).toEqual([]);
  });
});

describe('a request that is not tried again', () => {
  const failing = (policy: Parameters<typeof retry>[0] | null) =>
    record(
      plan({
        pods: 0,
        client: { arrival: poisson(100), retry: policy === null ? null : retry(policy) },
      }),
    ).clients[0]!.failures.map(({ retry: end }) => end);

  it('knows why: no policy, not for this cause, no attempts or no budget left', () => {
    expect(failing(null)).toEqual(['noPolicy']);
    expect(failing({ on: ['503'] })).toEqual(['notRetried']);
    expect(failing({ attempts: 3 })).toEqual(['attemptsSpent']);
    // One retry for every other request: the others have none left.
    expect(failing({ attempts: 1, budget: 0.5 })).toEqual(['attemptsSpent', 'budgetSpent']);
  });

  it('has the reason of its last attempt', () => {
    const { failures } = record(
      plan({
        rate: 20,
        service: constant(ms(20)),
        workload: { queueLimit: 0 },
        client: { retry: retry({ attempts: 1, on: ['503'] }), timeout: ms(10) },
      }),
    ).clients[0]!;
    expect(failures).toEqual([
      { cause: 'timeout', reason: 'service', retry: 'notRetried', count: expect.any(Number) },
      { cause: '503', reason: 'queueFull', retry: 'attemptsSpent', count: expect.any(Number) },
    ]);
  });
});
