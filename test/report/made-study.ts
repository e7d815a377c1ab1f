import type { Instant } from '../../src/base/time.ts';
import type { Plan } from '../../src/contract/plan.ts';
import { LATENCY_BANDS, PERCENTILE_BANDS } from '../../src/contract/result.ts';
import type { HistogramData, RunResult } from '../../src/contract/result.ts';
import { Histogram } from '../../src/stats/histogram.ts';
import type { Study } from '../../src/study/study.ts';
import { smallPlan, threshold } from '../study/small-plan.ts';

const MS = 1e6;

/** `count` latencies evenly between `from` and `to` milliseconds. */
function latencies(count: number, from: number, to: number): HistogramData {
  const histogram = new Histogram();
  for (let i = 0; i < count; i += 1) {
    histogram.record(Math.round((from + ((to - from) * i) / Math.max(1, count - 1)) * MS));
  }
  return histogram.toData();
}

/** Requests of each pod in one replication. */
export type Loads = readonly number[];

function madeRun(plan: Plan, replication: number, loads: Loads, slowness: number): RunResult {
  const requests = loads.reduce((sum, load) => sum + load, 0);
  const latency = latencies(requests, 5, 100 * slowness + replication);
  return {
    scenario: plan.scenario,
    variant: plan.variant,
    replication,
    seed: 100 + replication,
    fingerprint: { trajectory: `t${replication}`, result: `r${replication}${plan.variant}` },
    windows: plan.windows.map(({ name, from, to }) => ({ window: name, openNs: to! - from! })),
    clients: plan.windows.map(({ name }, index) => ({
      client: 'web',
      window: name,
      requests: index === 0 ? requests : 0,
      succeeded: index === 0 ? requests - 3 : 0,
      completed: index === 0 ? requests - 3 : 0,
      errors: index === 0 ? { refused: 1, '503': 2 } : {},
      failures:
        index === 0
          ? [
              { cause: 'refused', reason: 'noEndpoints', retry: 'noPolicy', count: 1 },
              { cause: '503', reason: 'queueFull', retry: 'noPolicy', count: 2 },
            ]
          : [],
      unfinished: 0,
      attempts: index === 0 ? requests + 4 : 0,
      latency: index === 0 ? latency : latencies(0, 0, 0),
    })),
    breakdown: LATENCY_BANDS.map(({ name }, index) => ({
      client: 'web',
      band: name,
      count: index === 4 ? 0 : 10 * (4 - index),
      meanNs: [0, 0, 1, 0, 2, 10 * index, 8, 0, 0].map((part) => part * MS),
    })),
    percentiles: PERCENTILE_BANDS.map(({ name }, index) => ({
      percentile: name,
      count: index === 3 ? 1 : requests / 2 ** (index + 1),
      meanNs: [0, 0, 1, 0, 2, 30 * index, 8, 0, 0].map((part) => part * MS),
    })),
    sharedConnections: [],
    pods: plan.windows.flatMap(({ name }, index) =>
      loads.map((load, pod) => ({
        service: 'backend',
        pod: `backend-${pod}`,
        node: 'node-1',
        zone: pod % 2 === 0 ? 'a' : '',
        window: name,
        requests: index === 0 ? load : 0,
        connections: index === 0 ? load : 0,
        inFlightMean: 0.5,
        inFlightMax: 3,
        queueNsMean: 2.5 * MS,
        latency: index === 0 ? latencies(load, 5, 60) : latencies(0, 0, 0),
        utilisation: 0.6,
        readyNs: 5e9,
        fairNs: 5e9 / loads.length,
      })),
    ),
    timeline: [0, 1].map((second) => ({
      atNs: second * 1e9,
      requests: second === 0 ? requests : 0,
      errors: second === 0 ? 3 : 0,
      latency: second === 0 ? latency : latencies(0, 0, 0),
      readyPods: loads.length,
    })),
    networkProgramming: plan.windows.map(({ name }, index) => ({
      window: name,
      changes: index === 0 ? 7 : 0,
      pending: index === 0 ? 1 : 0,
      latency: index === 0 ? latencies(6, 20, 900 + replication) : latencies(0, 0, 0),
    })),
    staleView: plan.windows.map(({ name }) => ({ window: name, stopped: 0, nodes: [] })),
    rollouts: [],
    totals: {
      events: 12_345,
      issued: requests,
      succeeded: requests - 3,
      failed: 3,
      unfinished: 0,
      connectionsOpened: requests,
      connectionsClosed: requests,
      connectionsOpen: 0,
      littleL: 1,
      littleLambda: 100,
      littleW: 10 * MS,
      dns: { lookups: 10, failures: 1, queries: 40, served: 38 },
      syncs: 2,
      syncFailures: 0,
      programmingNsMean: 5 * MS,
      programmingNsMax: 9 * MS,
    },
    connections: [
      {
        connection: 0,
        client: 'web',
        clientIp: '10.244.9.1',
        clientPort: 32_768,
        node: 'node-1',
        service: 'backend',
        openedNs: 1_000_001,
        closedNs: null,
        verdict: 'forwarded',
        pod: 'backend-0',
        endpoint: '10.244.0.1:8080',
        requests: 1,
      },
    ],
    requests: [
      {
        request: 0,
        client: 'web',
        node: 'node-1',
        pod: 'backend-0',
        issuedNs: 1_000_000,
        latencyNs: 45,
        outcome: 'ok',
        attempts: 1,
        partsNs: [1, 2, 3, 4, 5, 6, 7, 8, 9],
      },
    ],
  };
}

const UNEVEN: readonly Loads[] = [
  [260, 190, 200, 180, 170],
  [150, 280, 190, 190, 190],
  [210, 190, 150, 200, 250],
];
const EVEN: readonly Loads[] = [
  [200, 200, 200, 200, 200],
  [200, 200, 200, 200, 200],
  [200, 200, 200, 200, 200],
];

/** A study out of made-up figures, so that what is printed depends on nothing but the renderers. */
export function madeStudy(replications: number = 3): Study {
  const plan = (variant: string, mode: 'iptables' | 'ipvs'): Plan => ({
    ...smallPlan({ variant, mode, replications, pods: 5 }),
    windows: [
      ...smallPlan().windows,
      { name: 'rollout', from: 1e9 as Instant, to: 2e9 as Instant },
    ],
    thresholds: [
      threshold('latency.p99 < 90ms', { metric: 'latency.p99', operator: '<', value: 90 * MS }),
      threshold('balance.maxOverMean < 1.5', {
        metric: 'balance.maxOverMean',
        operator: '<',
        value: 1.5,
      }),
      threshold('errors.ratio < 10%', {
        metric: 'errors.ratio',
        operator: '<',
        value: 0.1,
        during: 'rollout',
        severity: 'Warn',
      }),
    ],
  });
  const iptables = plan('iptables', 'iptables');
  const ipvs = plan('ipvs', 'ipvs');
  const take = (from: Plan, loads: readonly Loads[], slowness: number): RunResult[] =>
    loads
      .slice(0, replications)
      .map((load, replication) => madeRun(from, replication, load, slowness));
  return {
    variants: [
      { plan: iptables, runs: take(iptables, UNEVEN, 1) },
      { plan: ipvs, runs: take(ipvs, EVEN, 0.8) },
    ],
    partial: false,
  };
}
