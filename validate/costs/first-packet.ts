/**
 * What the rules cost a first packet: simulated beside the published distribution (KEP-3866), and slopes
 * beside the recorded kernel (E2, E2b, E3). A cost is the `proxy` part of a request over a connection of
 * its own, as results report it.
 */
import { linearRegression } from 'simple-statistics';
import { PROXY } from '../../src/contract/result.ts';
import { BACK_ENDS, NODES, PACKETS, costsOf, firstPackets } from './connecting.ts';
import { record, service } from '../experiment.ts';
import { PUBLISHED_FIRST_PACKETS } from './first-packet-fit.ts';
import { number } from '../kernel-data.ts';
import type { KernelData } from '../kernel-data.ts';
import { counted, grouped, percent, table } from '../page.ts';
import type { Check, Section } from '../page.ts';
import { FLAT_NS, SLOPE_TOLERANCE, isSame, ruleSlopes } from './rule-slopes.ts';
import { quantileOf } from '../sample.ts';

/** Accepted deviation of a quantile from the published one. */
const PUBLISHED_TOLERANCE = 0.15;

function publishedCheck(): { check: Check; body: string } {
  let agreeing = 0;
  const samples = new Map<string, Float64Array>();
  const rows = PUBLISHED_FIRST_PACKETS.map(({ mode, services, quantile, us }) => {
    const key = `${mode} ${services}`;
    const costs = samples.get(key) ?? costsOf(firstPackets({ proxy: { mode }, services }));
    samples.set(key, costs);
    const simulated = quantileOf(costs, quantile) / 1e6;
    const deviation = simulated / (us / 1e3) - 1;
    const agrees = Math.abs(deviation) <= PUBLISHED_TOLERANCE;
    if (agrees) agreeing++;
    return [
      mode,
      grouped(services),
      `p${quantile * 100}`,
      (us / 1e3).toFixed(3),
      simulated.toFixed(3),
      percent(deviation),
      agrees ? '✓' : '✗',
    ];
  });
  rows.sort(([a], [b]) => (a! < b! ? -1 : Number(a! > b!)));
  return {
    check: counted(
      {
        what: 'first packet, published p50, p90, p99',
        recorded: 'KEP-3866 at 5,000, 10,000 and 30,000 Services',
        simulated: `fitted to it: within ${PUBLISHED_TOLERANCE * 100} %`,
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
  if (
    !['e2_first_packet', 'e2b_by_index', 'e2c_affinity_tables', 'e3_established'].every((name) =>
      data.has(name),
    )
  ) {
    return null;
  }
  const published = publishedCheck();
  const slopes = ruleSlopes(data);
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
the median for endpoints); simulated, the same of simulated packets. For Services and affinity the cost of a rule is set to
the recorded one (\`proxy.costs.iptables.perServiceRule\` and others): the default for Services is a mixture of
warm and cold caches that fits the published table. Endpoint rules cost what they cost by default. Below ${FLAT_NS} ns is flat.

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
