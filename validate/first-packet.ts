/**
 * What the rules cost a first packet: simulated beside the published distribution (KEP-3866), and slopes
 * beside the recorded kernel (E2, E2b, E3). A cost is the `proxy` part of a request over a connection of
 * its own, as results report it.
 */
import { linearRegression } from 'simple-statistics';
import { PROXY } from '../src/contract/result.ts';
import { record, service } from './experiment.ts';
import type { Recorded } from './experiment.ts';
import { number } from './kernel-data.ts';
import type { KernelData, Row } from './kernel-data.ts';
import { counted, grouped, percent, table } from './page.ts';
import type { Check, Section } from './page.ts';
import { ascending, quantileOf } from './sample.ts';

/** Accepted deviation of a quantile from the published one, and of a slope from the kernel's. */
const PUBLISHED_TOLERANCE = 0.15;
const SLOPE_TOLERANCE = 0.1;

const QUANTILES = [0.5, 0.9, 0.99] as const;

/**
 * First-packet latency in ms: Kubernetes blog of 2025-02-28 and KEP-3866, iptables-vs-nftables.svg, read from the
 * bars (± 2 µs): p50, p90, p99.
 */
const PUBLISHED: readonly (readonly [string, number, readonly [number, number, number]])[] = [
  ['iptables', 5_000, [0.047, 0.118, 0.154]],
  ['iptables', 10_000, [0.059, 0.186, 0.261]],
  ['iptables', 30_000, [0.272, 0.489, 0.714]],
  ['nftables', 5_000, [0.012, 0.02, 0.036]],
  ['nftables', 10_000, [0.012, 0.02, 0.036]],
  ['nftables', 30_000, [0.012, 0.02, 0.036]],
];

/** Nodes, each with rules in an order of its own, and first packets on each. */
const NODES = 2000;
const PACKETS = 10;

interface Rules {
  /** Fields of `proxy`. */
  readonly proxy: object;
  /** Services on a node, the one that is called included. */
  readonly services: number;
  readonly endpoints?: number;
  readonly nodes?: number;
  readonly packets?: number;
  /** Fields of the Service's spec. */
  readonly service?: object;
}

/** One connection after the other from every node in turn. */
function firstPackets(rules: Rules): Recorded {
  const { proxy, services, endpoints = 1, nodes = NODES, packets = PACKETS } = rules;
  return record({
    spec: {
      duration: `${nodes * packets + 1}us`,
      network: '0s',
      nodes: [{ namePrefix: 'node', count: nodes }],
      proxy: { conntrack: 'none', otherServices: services - 1, ...proxy },
      clients: [
        {
          name: 'load',
          replicas: nodes,
          target: 'http://echo',
          arrival: { constant: { rate: '1000000/s' } },
        },
      ],
    },
    manifests: service({ replicas: endpoints, service: rules.service ?? {} }),
  });
}

/** Costs of all first packets in ns, ascending. */
const costsOf = ({ requests }: Recorded): Float64Array =>
  ascending(requests.map(({ partsNs }) => partsNs[PROXY]!));

const meanOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

function publishedCheck(): { check: Check; body: string } {
  let agreeing = 0;
  const rows = PUBLISHED.flatMap(([mode, services, published]) => {
    const costs = costsOf(firstPackets({ proxy: { mode }, services }));
    return QUANTILES.map((q, i) => {
      const simulated = quantileOf(costs, q) / 1e6;
      const deviation = simulated / published[i]! - 1;
      const agrees = Math.abs(deviation) <= PUBLISHED_TOLERANCE;
      if (agrees) agreeing++;
      return [
        mode,
        grouped(services),
        `p${q * 100}`,
        published[i]!.toFixed(3),
        simulated.toFixed(3),
        percent(deviation),
        agrees ? '✓' : '✗',
      ];
    });
  });
  return {
    check: counted(
      {
        what: 'first packet, published p50, p90, p99',
        recorded: 'KEP-3866 at 5,000, 10,000 and 30,000 Services',
        simulated: `within ${PUBLISHED_TOLERANCE * 100} %`,
      },
      agreeing,
      rows.length,
    ),
    body: table(
      ['mode', 'Services', 'quantile', 'published ms', 'simulated ms', 'deviation', ''],
      rows,
      'lrlrrrl',
    ),
  };
}

/** A slope that was recorded and one that was simulated, in ns for each rule or Service. */
interface Slope {
  readonly what: string;
  readonly backEnd: string;
  readonly recorded: number;
  readonly simulated: number;
}

/** Flat is a slope below this, in ns for each rule: within the recorded packets' own spread. */
const FLAT_NS = 0.1;

const isSame = ({ recorded, simulated }: Slope): boolean =>
  Math.abs(recorded) < FLAT_NS
    ? Math.abs(simulated) < FLAT_NS
    : Math.abs(simulated / recorded - 1) <= SLOPE_TOLERANCE;

const BACK_ENDS: Readonly<Record<string, { readonly mode: string; readonly iptables?: object }>> = {
  'iptables-legacy': { mode: 'iptables', iptables: { backend: 'legacy' } },
  'iptables-nft': { mode: 'iptables', iptables: { backend: 'nft' } },
  nftables: { mode: 'nftables' },
};

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

/** What further packets of a flow cost, by how many Services there are. */
function establishedCheck(data: KernelData): { check: Check; text: string } {
  const rows = data
    .rows('e3_established', ['mode', 'services', 'proto', 'fwd_p50_ns'])
    .filter((row) => row['proto'] === 'udp');
  const spreads = Object.keys(BACK_ENDS).map((backEnd) => {
    const points = rows
      .filter((row) => row['mode'] === backEnd)
      .map((row) => [number(row, 'services'), number(row, 'fwd_p50_ns')]);
    return linearRegression(points).m;
  });
  const laterNs = Object.values(BACK_ENDS).map((proxy) => {
    const { requests } = record({
      spec: {
        duration: '1s',
        proxy: { ...proxy, otherServices: 30_000 },
        nodes: [{ name: 'node' }],
        clients: [
          {
            name: 'kept',
            target: 'http://echo',
            arrival: { constant: { rate: '100/s' } },
            connection: { mode: 'KeepAlive', pool: 1 },
          },
        ],
      },
      manifests: service(),
    });
    return Math.max(...requests.slice(1).map(({ partsNs }) => partsNs[PROXY]!));
  });
  const steepest = Math.max(...spreads.map(Math.abs));
  const agrees = steepest < FLAT_NS && laterNs.every((ns) => ns === 0);
  return {
    check: {
      what: 'later packets of a flow',
      recorded: `${steepest.toFixed(3)} ns a Service at most`,
      simulated: 'rules cost them nothing',
      agreement: agrees ? 'all back ends' : 'not all back ends',
      outcome: agrees ? 'agrees' : 'differs',
    },
    text: `Later packets of a flow cost the same whatever the number of Services: recorded, at most ${steepest.toFixed(3)} ns a
Service (up to 30,000); simulated, ${Math.max(...laterNs)} ns of rules.`,
  };
}

/** The section; null where the folder has no such recordings. */
export function firstPacketSection(data: KernelData): Section | null {
  if (!['e2_first_packet', 'e2b_by_index', 'e3_established'].every((name) => data.has(name))) {
    return null;
  }
  const published = publishedCheck();
  const slopes = [...serviceSlopes(data), ...endpointSlopes(data)];
  const established = establishedCheck(data);
  return {
    title: 'First packets',
    checks: [
      published.check,
      counted(
        {
          what: 'first packet, ns for each rule',
          recorded: 'slopes of three back ends, warm and cold caches',
          simulated: `within ${SLOPE_TOLERANCE * 100} % when calibrated to them`,
        },
        slopes.filter(isSame).length,
        slopes.length,
      ),
      established.check,
    ],
    body: `
What the rules cost the first packet of a connection, from ${grouped(NODES)} nodes whose rules are in an order of their own, ${PACKETS}
connections each, with the default costs. Published: Kubernetes blog of 2025-02-28 and KEP-3866, values read from the
chart's bars. A deviation of ${PUBLISHED_TOLERANCE * 100} % is accepted.

${published.body}

Slopes: recorded, the line through the cost of packets by the rules that they pass (the tenth percentile for Services,
the median for endpoints); simulated, the same of simulated packets. For Services the cost of a rule is set to
the recorded one (\`proxy.costs.iptables.perServiceRule\`), since the default is a mixture of warm and
cold caches that fits the published table; endpoint rules cost what they cost by default. Below ${FLAT_NS} ns is flat.

${table(
  ['cost of', 'back end', 'recorded ns', 'simulated ns', ''],
  slopes.map((slope) => [
    slope.what,
    slope.backEnd,
    slope.recorded.toFixed(2),
    slope.simulated.toFixed(2),
    isSame(slope) ? '✓' : '✗',
  ]),
  'llrrl',
)}

${established.text}`,
  };
}
