/** Clients: what they send, how, and what they do about failures. */
import { formatDuration } from '../../../base/units.ts';
import { meanSessionLength } from '../../../contract/plan.ts';
import type {
  Arrival,
  BalancingPolicy,
  Plan,
  PlannedBalancer,
  PlannedClient,
} from '../../../contract/plan.ts';
import { arrivalRateRange, meanArrivalRate } from '../../../stats/arrival-rates.ts';
import { formatRate, formatRatio, formatSignificant, plural } from '../../numbers.ts';
import { distributionText } from './distribution.ts';
import { defenceTexts, hedgeText } from './defences.ts';
import { itemLines } from './items.ts';

export function clientLines(plan: Plan): readonly string[] {
  return itemLines(
    'Clients',
    plan.clients.map((client) => [client.name, clientText(plan, client)] as const),
  );
}

function clientText(plan: Plan, client: PlannedClient): string {
  const { replicas, protocol, connectTimeout, timeout, retry, resolver } = client;
  const outside = replicas.every(({ node }) => node === null);
  const nodes = new Set(replicas.map(({ node }) => node)).size;
  const where = outside ? 'outside the cluster' : `on ${plural(nodes, 'node')}`;
  return [
    `${plural(replicas.length, 'pod')} ${where} to ${targetText(plan, client)}`,
    client.origin === null
      ? arrivalText(client.arrival, plan.warmUp)
      : `calls of ${plan.workloads[client.origin]!.name}`,
    ...sessionText(client),
    ...(protocol === 'UDP' ? ['UDP'] : []),
    connectionText(client),
    ...(client.balancer === null ? [] : [balancerText(client, client.balancer)]),
    ...(connectTimeout === null ? [] : [`connectTimeout ${formatDuration(connectTimeout)}`]),
    timeout === null ? 'no timeout' : `timeout ${formatDuration(timeout)}`,
    ...(client.deadline === null ? [] : [`deadline ${formatDuration(client.deadline)}`]),
    retry === null
      ? client.hedge === null
        ? 'no retries'
        : hedgeText(client.hedge)
      : `${retry.attempts === 1 ? '1 retry' : `${retry.attempts} retries`} on ${retry.on.join(', ')}${retry.budget === null ? '' : `, budget ${formatRatio(retry.budget)}`}`,
    ...defenceTexts(client),
    ...(resolver === null ? [] : [resolver.cached ? 'keeps DNS answers' : 'asks DNS each time']),
  ].join('; ');
}

const MESH_WORDS = {
  Sidecar: 'sidecars of a mesh',
  Ztunnel: 'ztunnels of an ambient mesh',
  Waypoint: 'waypoints of an ambient mesh',
} as const;

function targetText({ services }: Plan, { mesh, target, via }: PlannedClient): string {
  if (target.kind === 'unknownAddress') return `${target.ip}:${target.port} (nobody's)`;
  const { label, ports } = services[target.service]!;
  if (target.kind === 'unknownPort') return `${label}:${target.port} (no such port)`;
  const proxy = mesh === null ? '' : ` by ${MESH_WORDS[mesh.mode]}`;
  const way = via === null ? proxy : ` by ${via.kind}`;
  return `${label}:${ports[target.port]!.port}${way}`;
}

/** Moments count from the start of the measurement, as in the file. */
export function arrivalText(arrival: Arrival, warmUp: number): string {
  switch (arrival.kind) {
    case 'poisson':
      return `Poisson ${formatRate(arrival.rate)}`;
    case 'constant':
      return `evenly spaced ${formatRate(arrival.rate)}`;
    case 'steps':
    case 'ramp': {
      const points = arrival.points.map(
        ({ at, rate }) => `${formatRate(rate)} at ${formatDuration(at - warmUp)}`,
      );
      const shown = points.slice(0, 4).join(', ');
      const more = points.length > 4 ? ` and ${points.length - 4} more` : '';
      return `Poisson in ${arrival.kind === 'ramp' ? 'a ramp' : 'steps'}: ${shown}${more}`;
    }
    case 'daily': {
      const [low, high] = arrivalRateRange(arrival).map(formatRate);
      const mean = formatRate(meanArrivalRate(arrival));
      return `Poisson, a curve of ${formatDuration(arrival.period)} from ${low} to ${high}, ${mean} on average`;
    }
    case 'closed':
      return `${plural(arrival.users, 'user')} who wait for answers and think for ${distributionText(arrival.think)}`;
    case 'renewal': {
      const { interarrival } = arrival;
      return `renewals ${formatRate(meanArrivalRate(arrival))}, gaps ${distributionText(interarrival)}`;
    }
    case 'trace': {
      const { trace, rows, speed, repeat } = arrival;
      return [
        `${plural(rows, 'request')} of ${trace.source.file}: ${formatRate(meanArrivalRate(arrival))} on average`,
        ...(speed === 1 ? [] : [`at ${formatSignificant(speed)} times its speed`]),
        ...(repeat === null ? [] : [`again every ${formatDuration(repeat)}`]),
      ].join(', ');
    }
    case 'script': {
      const { trace, speed } = arrival;
      const fast = speed === 1 ? '' : `, at ${formatSignificant(speed)} times its speed`;
      return `no requests, but connections opened and closed by ${plural(trace.rows, 'row')} of ${trace.source.file}${fast}`;
    }
    case 'onOff': {
      const [on, off] = [arrival.on, arrival.off].map(distributionText);
      return `bursts of Poisson ${formatRate(arrival.rate)}, ${formatRate(meanArrivalRate(arrival))} on average; on ${on}; off ${off}`;
    }
  }
}

function policyText(policy: BalancingPolicy): string {
  switch (policy.kind) {
    case 'least_request': {
      const { choices } = policy;
      return `least_request of ${choices === Infinity ? 'all' : choices}`;
    }
    case 'ring_hash':
      return `ring_hash, at least ${policy.minRingSize} points`;
    case 'maglev':
      return `maglev, table of ${policy.tableSize}`;
    default:
      return policy.kind;
  }
}

function balancerText({ mesh, via }: PlannedClient, balancer: PlannedBalancer): string {
  const { hostSelectionRetries, key, outlierDetection, policy, resolution } = balancer;
  // Proxies are told of addresses, and ask for none.
  const isProxy = mesh !== null || via?.kind === 'Ingress';
  const { every, minInterval, onDisconnect } = resolution;
  const again = [
    ...(onDisconnect ? [`after a lost connection, ${formatDuration(minInterval)} apart`] : []),
    ...(every === null ? [] : [`every ${formatDuration(every)}`]),
  ];
  const hashed =
    key === null
      ? ''
      : key.kind === 'clientIp'
        ? " of the client's address"
        : ` of ${plural(key.keys, 'key')}${key.skew === 0 ? '' : `, skew ${key.skew}`}`;
  return [
    `balances by ${policyText(policy)}${hashed}`,
    ...(isProxy ? [] : [`asks for addresses ${['once', ...again].join(', ')}`]),
    ...(outlierDetection === null ? [] : ['ejects outliers']),
    ...(hostSelectionRetries === 0 ? [] : ['tries again elsewhere']),
  ].join(', ');
}

function connectionText({ connection, protocol }: PlannedClient): string {
  if (connection.mode === 'PerRequest') {
    return protocol === 'UDP' ? 'a socket for each request' : 'PerRequest';
  }
  const { mode, pool, reuse, maxRequests, maxAge, maxAgeJitter, idleTimeout, warmUp } = connection;
  return [
    `${mode}, pool ${pool} a pod`,
    ...(mode === 'KeepAlive' ? [reuse] : []),
    ...(maxRequests === null ? [] : [`maxRequests ${maxRequests}`]),
    ...(warmUp === 0 ? [] : [`${warmUp} opened at the start`]),
    ...(maxAge === null
      ? []
      : [
          `maxAge ${formatDuration(maxAge)}${maxAgeJitter === 0 ? '' : ` ± ${formatRatio(maxAgeJitter)}`}`,
        ]),
    ...(idleTimeout === null ? [] : [`idleTimeout ${formatDuration(idleTimeout)}`]),
  ].join(', ');
}

function sessionText({ session }: PlannedClient): readonly string[] {
  if (session === null) return [];
  const { requests, think, onError } = session;
  const mean = formatSignificant(meanSessionLength(requests));
  const length = requests.kind === 'constant' ? mean : `${requests.kind}, ${mean} on average`;
  const end = onError === 'End' ? ', which end with an error' : '';
  return [`sessions of requests (${length})${end}, think ${distributionText(think)}`];
}
