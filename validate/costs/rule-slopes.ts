/** What a rule costs that a first packet passes: the slopes of recorded packets (E2, E2b, E2c) and of simulated ones. */
import { linearRegression } from 'simple-statistics';
import { PROXY } from '../../src/contract/result.ts';
import { BACK_ENDS, costsOf, firstPackets, meanOf } from './connecting.ts';
import { record, service } from '../experiment.ts';
import { number } from '../kernel-data.ts';
import type { KernelData, Row } from '../kernel-data.ts';

/** A slope that was recorded and one that was simulated, in ns for each rule or Service. */
export interface Slope {
  readonly what: string;
  readonly backEnd: string;
  readonly recorded: number;
  readonly simulated: number;
}

/** Accepted: this far from the kernel's slope. */
export const SLOPE_TOLERANCE = 0.1;
/** Flat is a slope below this, in ns for each rule: within the recorded packets' own spread. */
export const FLAT_NS = 0.1;

export const isSame = ({ recorded, simulated }: Slope): boolean =>
  Math.abs(recorded) < FLAT_NS
    ? Math.abs(simulated) < FLAT_NS
    : Math.abs(simulated / recorded - 1) <= SLOPE_TOLERANCE;

/** Rules that a packet to the Service at a recorded position passes before its own. */
const PASSED: Readonly<Record<string, (services: number) => number>> = {
  first: () => 0,
  middle: (services) => services / 2,
  last: (services) => services,
};

/** Recorded ns for each Service rule passed, tenth percentile of UDP packets: the line through all sizes. */
function recordedServiceSlope(rows: readonly Row[], backEnd: string, cache: string): number {
  const points = rows
    .filter((row) => row['mode'] === backEnd && row['cache'] === cache && row['proto'] === 'udp')
    .filter((row) => Object.hasOwn(PASSED, row['position']!))
    .map((row) => [PASSED[row['position']!]!(number(row, 'services')), number(row, 'fwd_p10_ns')]);
  return linearRegression(points).m;
}

/** Mean ns by the mean of rules passed, over the recorded sizes, with a cost a rule as it was recorded. */
function simulatedServiceSlope(backEnd: string, perRuleNs: number): number {
  const proxy = {
    ...BACK_ENDS[backEnd],
    ...(backEnd === 'nftables'
      ? {}
      : { costs: { iptables: { base: '7us', perServiceRule: `${perRuleNs}ns` } } }),
  };
  const points = [100, 1000, 5000, 10_000, 20_000, 30_000].map((services) => [
    (services - 1) / 2,
    meanOf(costsOf(firstPackets({ proxy, services, nodes: 1000, packets: 1 }))),
  ]);
  return linearRegression(points).m;
}

function serviceSlopes(data: KernelData): Slope[] {
  const rows = data.rows('e2_first_packet', ['mode', 'services', 'position', 'proto', 'cache']);
  return ['warm', 'cold'].flatMap((cache) =>
    Object.keys(BACK_ENDS).map((backEnd) => {
      const recorded = recordedServiceSlope(rows, backEnd, cache);
      return {
        what: `each Service rule passed, ${cache} caches`,
        backEnd,
        recorded,
        simulated: simulatedServiceSlope(backEnd, recorded),
      };
    }),
  );
}

/** ns for each statistic rule passed, from the place of the endpoint that was picked among 1,000. */
function endpointSlopes(data: KernelData): Slope[] {
  const rows = data.rows('e2b_by_index', [
    'mode',
    'endpoints',
    'index_from',
    'index_to',
    'fwd_p50_ns',
  ]);
  return Object.keys(BACK_ENDS).map((backEnd) => {
    const points = rows
      .filter((row) => row['mode'] === backEnd && row['endpoints'] === '1000')
      .map((row) => [
        (number(row, 'index_from') + number(row, 'index_to')) / 2,
        number(row, 'fwd_p50_ns'),
      ]);
    const proxy = {
      ...BACK_ENDS[backEnd],
      costs: { iptables: { base: '7us' }, nftables: { base: '7us' } },
    };
    const { requests } = firstPackets({
      proxy,
      services: 1,
      endpoints: 1000,
      nodes: 1,
      packets: 20_000,
    });
    const costs = new Set(requests.map(({ partsNs }) => partsNs[PROXY]!));
    const simulated = [...costs].sort((a, b) => a - b).map((cost, i) => [i, cost]);
    return {
      what: 'each endpoint rule passed, of 1,000',
      backEnd,
      recorded: linearRegression(points).m,
      // One cost for all of them is a flat line.
      simulated: simulated.length < 2 ? 0 : linearRegression(simulated).m,
    };
  });
}

/** Endpoints of a Service with affinity. */
const AFFINITY_ENDPOINTS = 10;

/** ns for each affinity rule passed, with so many endpoints with affinity on the node. */
function affinityRuleSlope(proxy: object, onNode: number): number {
  const services = onNode / AFFINITY_ENDPOINTS;
  const names = Array.from({ length: services }, (_, i) => `echo${i}`);
  const { requests } = record({
    spec: {
      // Everybody calls each Service once, and the first of them again and again.
      duration: '10s',
      network: '0s',
      nodes: [{ name: 'node' }],
      proxy: { conntrack: 'none', ...proxy },
      clients: names.map((name, i) => ({
        name,
        replicas: i === 0 ? 100 : 1,
        target: `http://${name}`,
        arrival: { constant: { rate: i === 0 ? '100/s' : '0.9/s' } },
      })),
    },
    manifests: names.flatMap((name) =>
      service({
        name,
        replicas: AFFINITY_ENDPOINTS,
        service: { sessionAffinity: 'ClientIP' },
      }),
    ),
  });
  const stuck = requests.filter(({ client, issuedNs }) => client === 'echo0' && issuedNs > 2e9);
  const costs = [...new Set(stuck.map(({ partsNs }) => partsNs[PROXY]!))].sort((a, b) => a - b);
  return costs.length < 2 ? 0 : linearRegression(costs.map((cost, i) => [i, cost])).m;
}

/** What an endpoint with affinity on the node adds to each affinity rule passed, ns. */
function affinitySlopes(data: KernelData): Slope[] {
  const rows = data.rows('e2c_affinity_tables', [
    'mode',
    'affinity_endpoints_on_node',
    'target_affinity',
    'slope_ns_per_affinity_rule',
  ]);
  return Object.keys(BACK_ENDS).map((backEnd) => {
    const { m, b } = linearRegression(
      rows
        .filter((row) => row['mode'] === backEnd && row['target_affinity'] === 'affinity')
        .map((row) => [
          number(row, 'affinity_endpoints_on_node'),
          number(row, 'slope_ns_per_affinity_rule'),
        ]),
    );
    const iptables = {
      base: '7us',
      perServiceRule: '0ns',
      perAffinityRule: `${Math.max(0, b)}ns`,
      perAffinityEndpoint: `${m}ns`,
    };
    const proxy = {
      ...BACK_ENDS[backEnd],
      costs: backEnd === 'nftables' ? { nftables: { base: '7us' } } : { iptables },
    };
    const points = [100, 500, 1000].map((onNode) => [onNode, affinityRuleSlope(proxy, onNode)]);
    return {
      what: 'each affinity rule passed, for each endpoint with affinity on the node',
      backEnd,
      recorded: m,
      simulated: linearRegression(points).m,
    };
  });
}

/** All slopes that were recorded, beside the simulated ones. */
export const ruleSlopes = (data: KernelData): Slope[] => [
  ...serviceSlopes(data),
  ...endpointSlopes(data),
  ...affinitySlopes(data),
];
