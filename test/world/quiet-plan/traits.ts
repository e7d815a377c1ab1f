/** What makes a quiet plan worth running, as a test counts it: how many runs the express lane has done of each kind. */
import type { IpvsScheduler, Plan, PlannedProxy } from '../../../src/contract/plan.ts';
import type { RunResult } from '../../../src/contract/result.ts';

/** How long IPVS keeps an entry in TIME_WAIT, ns. */
const TIME_WAIT = 120e9;

/** Schedulers that go by the list of servers alone, and those that go by where connections come from. */
const BY_LIST: readonly IpvsScheduler[] = ['rr', 'wrr', 'dh', 'fo'];
const BY_SOURCE: readonly IpvsScheduler[] = ['sh', 'mh'];

/** The kube-proxies that clients meet. */
function proxiesOf({ clients, nodes, proxies }: Plan): ReadonlySet<PlannedProxy> {
  const met = clients.flatMap(({ replicas }) => replicas.map(({ node }) => nodes[node!]!.proxy));
  return new Set(met.map((index) => proxies[index]!));
}

/** Of a run of the plan: its modes, schedulers and whatever else it is an example of. */
export function traitsOf(plan: Plan, result: RunResult): ReadonlySet<string> {
  const { services, duration } = plan;
  const clients = result.clients.filter(({ window }) => window === 'all');
  const traits = new Set<string>(['any']);
  const proxies = [...proxiesOf(plan)];
  const ipvs = proxies.filter(({ mode }) => mode === 'ipvs').map((proxy) => proxy.ipvs);
  const longest = Math.max(...clients.map(({ latency }) => latency.max));
  for (const { mode } of proxies) traits.add(mode);
  for (const { scheduler } of ipvs) traits.add(scheduler);
  const note = (trait: string, holds: boolean): void => void (holds && traits.add(trait));
  note('several modes', new Set(proxies.map(({ mode }) => mode)).size > 1);
  note('several clients', clients.length > 1);
  note(
    'affinity',
    services.some(({ sessionAffinity }) => sessionAffinity !== null),
  );
  note(
    'constant times',
    plan.workloads.some(({ serviceTime: { kind } }) => kind === 'constant' || kind === 'empirical'),
  );
  note(
    'many pods',
    plan.workloads.some(({ pods }) => pods.length > 32),
  );
  note(
    'names',
    plan.clients.some(({ resolver }) => resolver !== null),
  );
  note('longer than TIME_WAIT', duration > TIME_WAIT);
  note(
    'silent for too long',
    ipvs.some(({ tcpTimeout }) => tcpTimeout < longest),
  );
  const cycles = plan.clients.map(({ ports, replicas }, i) => {
    const range = ports === null ? Infinity : ports.last - ports.first + 1;
    return (range * replicas.length) / clients[i]!.requests;
  });
  note(
    'ports again',
    cycles.some((cycle) => cycle < 1),
  );
  note(
    'ports again in TIME_WAIT',
    ipvs.length > 0 && cycles.some((cycle) => cycle < 1 && cycle * duration < TIME_WAIT),
  );
  const recurs = ['affinity', 'ports again'].some((trait) => traits.has(trait));
  const isByList = ipvs.every(({ scheduler }) => BY_LIST.includes(scheduler));
  note('IPVS without any entry', ipvs.length > 0 && isByList && !recurs);
  note(
    'counts of connections alone',
    !isByList &&
      !ipvs.some(({ scheduler }) => BY_SOURCE.includes(scheduler)) &&
      !recurs &&
      !traits.has('silent for too long'),
  );
  return traits;
}
