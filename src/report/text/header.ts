/** The line that says what was simulated, and the question it answers. */
import { formatDuration } from '../../base/units.ts';
import type { Arrival, Plan } from '../../contract/plan.ts';
import { formatRate, plural } from '../numbers.ts';
import type { Style } from './style.ts';
import { wrap, wrapParts } from './wrap.ts';

/** `iptables`, or `iptables + ipvs` where nodes differ. */
export function modesOf(plan: Plan): string {
  const used = new Set(plan.nodes.map((node) => node.proxy));
  const modes = plan.proxies.flatMap((proxy, index) => (used.has(index) ? [proxy.mode] : []));
  return [...new Set(modes)].join(' + ');
}

function ratesOf(arrival: Arrival): readonly [low: number, high: number] {
  if (arrival.kind === 'poisson' || arrival.kind === 'constant') {
    return [arrival.rate, arrival.rate];
  }
  const rates = arrival.points.map((point) => point.rate);
  return rates.length === 0 ? [0, 0] : [Math.min(...rates), Math.max(...rates)];
}

function rateOf(plan: Plan): string {
  let low = 0;
  let high = 0;
  for (const client of plan.clients) {
    const [from, to] = ratesOf(client.arrival);
    low += from;
    high += to;
  }
  const top = formatRate(high).replace('/s', ' req/s');
  return low === high ? top : `${formatRate(low).replace('/s', '')}–${top}`;
}

/** Pods that stand behind a Service that is called. */
function podCount(plan: Plan): number {
  const called = new Set(
    plan.clients.flatMap(({ target }) => (target.kind === 'servicePort' ? [target.service] : [])),
  );
  return plan.workloads
    .filter((workload) => workload.memberships.some(({ service }) => called.has(service)))
    .reduce((sum, workload) => sum + workload.pods.length, 0);
}

/** How long was measured: `1m after 10s of warm-up`. */
export function spanOf(plan: Plan): string {
  const warmUp = plan.warmUp > 0 ? ` after ${formatDuration(plan.warmUp)} of warm-up` : '';
  return `${formatDuration(plan.duration)}${warmUp}`;
}

/** Name, size, load, length, replications and seed; then the scenario's question, if it has one. */
export function header(plan: Plan, what: string, style: Style): readonly string[] {
  const facts = [
    what,
    plural(podCount(plan), 'pod'),
    plural(
      plan.clients.reduce((sum, client) => sum + client.replicas.length, 0),
      'client pod',
    ),
    rateOf(plan),
    spanOf(plan),
    plural(plan.replications, 'replication'),
    `seed ${plan.seed}`,
  ];
  const [first, ...rest] = wrapParts(`${plan.scenario}  `, facts, '  ');
  const name = plan.scenario.length;
  return [
    `${style.bold(first!.slice(0, name))}${first!.slice(name)}`,
    ...rest,
    ...(plan.question === '' ? [] : wrap(plan.question).map(style.dim)),
  ];
}
