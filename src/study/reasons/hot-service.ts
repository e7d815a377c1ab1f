/** The facts that rules look at: the load of each pod of a Service, run by run. */
import type { Plan, PlannedClient, PlannedProxy, PlannedService } from '../../contract/plan.ts';
import type { RunResult, SharedConnectionsResult } from '../../contract/result.ts';
import { hottestByChance } from '../../stats/hottest-by-chance.ts';
import type { HottestByChance } from '../../stats/hottest-by-chance.ts';
import { picksOf, sharedConnectionsTo, sharingOver } from '../figures/picks.ts';
import type { Sharing } from '../figures/picks.ts';
import type { VariantRuns } from '../study.ts';

/** A pod in one run, window `all`. */
export interface PodLoad {
  readonly pod: string;
  readonly node: string;
  readonly zone: string;
  readonly requests: number;
  /** Its fair share, 0–1, and its requests over that. */
  readonly fair: number;
  readonly load: number;
  readonly readyNs: number;
  /** Served, and the mean time that each took once it had a worker, ns. */
  readonly served: number;
  readonly serviceNs: number;
  readonly shared: SharedConnectionsResult | null;
}

export interface HotRun {
  readonly requests: number;
  /** Pods that were ready at some time. */
  readonly pods: readonly PodLoad[];
  readonly hottest: PodLoad;
}

export interface HotService {
  readonly plan: Plan;
  readonly service: PlannedService;
  readonly clients: readonly PlannedClient[];
  /** kube-proxies that decide for its clients. */
  readonly proxies: readonly PlannedProxy[];
  /** Of the runs in which it was called. */
  readonly runs: readonly HotRun[];
  /** Load of the hottest pod, mean over runs. */
  readonly ratio: number;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function hotRun(plan: Plan, run: RunResult, service: string): HotRun | null {
  const pods = run.pods.filter(
    (pod) => pod.window === 'all' && pod.service === service && pod.fairNs > 0,
  );
  const requests = total(pods.map((pod) => pod.requests));
  if (requests === 0) return null;
  const fairNs = total(pods.map((pod) => pod.fairNs));
  const shared = new Map(sharedConnectionsTo(service, plan, run).map((row) => [row.pod, row]));
  const loads = pods.map((pod): PodLoad => {
    const fair = pod.fairNs / fairNs;
    const { count, sum } = pod.latency;
    return {
      pod: pod.pod,
      node: pod.node,
      zone: pod.zone,
      requests: pod.requests,
      fair,
      load: pod.requests / (requests * fair),
      readyNs: pod.readyNs,
      served: count,
      serviceNs: count > 0 ? sum / count - pod.queueNsMean : 0,
      shared: shared.get(pod.pod) ?? null,
    };
  });
  const hottest = loads.reduce((most, pod) => (pod.load > most.load ? pod : most));
  return { requests, pods: loads, hottest };
}

/** Of each Service with several pods that was called, in the order of the plan. */
export function hotServices({ plan, runs }: VariantRuns): readonly HotService[] {
  return plan.services.flatMap((service, index) => {
    const clients = plan.clients.filter(
      ({ target }) => target.kind !== 'unknownAddress' && target.service === index,
    );
    const found = runs.flatMap((run) => hotRun(plan, run, service.label) ?? []);
    if (clients.length === 0 || found.length === 0) return [];
    if (found.every(({ pods }) => pods.length < 2)) return [];
    const ratio = mean(found.map(({ hottest }) => hottest.load));
    return [
      {
        plan,
        service,
        clients,
        proxies: proxiesFor(plan, clients.filter(meetsRules)),
        runs: found,
        ratio,
      },
    ];
  });
}

/** Whether kube-proxy decides for it, rather than a mesh, or what balances in the client. */
const meetsRules = ({ mesh, balancer }: PlannedClient): boolean =>
  mesh === null && balancer === null;

/** Those of the nodes that clients are on; where one is outside the cluster or comes by a node port, all. */
function proxiesFor(plan: Plan, clients: readonly PlannedClient[]): readonly PlannedProxy[] {
  const everywhere = clients.some(
    ({ via, replicas }) =>
      (via !== null && via.kind !== 'Ingress') || replicas.some(({ node }) => node === null),
  );
  const nodes = everywhere
    ? plan.nodes
    : clients.flatMap(({ replicas }) => replicas.map(({ node }) => plan.nodes[node!]!));
  return [...new Set(nodes.map(({ proxy }) => proxy))].map((proxy) => plan.proxies[proxy]!);
}

/** The scheduler that all of them have; null: they are not all in mode ipvs, or differ. */
export function schedulerOf({ proxies }: HotService): string | null {
  const [first] = proxies;
  const alike = proxies.every(
    ({ mode, ipvs }) => mode === 'ipvs' && ipvs.scheduler === first!.ipvs.scheduler,
  );
  return alike ? (first?.ipvs.scheduler ?? null) : null;
}

/** Whether each connection to the Service picks its pod by chance, whatever others did. */
export const picksByChance = ({ proxies, clients, service }: HotService): boolean =>
  service.clusterIP !== null &&
  service.sessionAffinity === null &&
  clients.every(({ target, balancer }) => target.kind === 'servicePort' && balancer === null) &&
  proxies.every(({ mode }) => mode !== 'ipvs');

/** What chance makes of so many draws a run: of each run, means over all, and how far such a mean strays. */
export function chanceOf(
  hot: HotService,
  drawsOf: (run: HotRun) => number,
): HottestByChance & { readonly error: number } {
  const each = hot.runs.map((run) => {
    // Unequal shares make as uneven a picture as fewer equal ones.
    const pods = Math.max(1, Math.round(1 / total(run.pods.map(({ fair }) => fair ** 2))));
    return hottestByChance({ pods, draws: Math.max(1, Math.round(drawsOf(run))) });
  });
  const deviation = mean(each.map((one) => one.deviation));
  return {
    mean: mean(each.map((one) => one.mean)),
    deviation,
    error: deviation / Math.sqrt(each.length),
  };
}

/** Standard errors beyond which the hottest pod is too hot for requests that pick one by one. */
const BEYOND_CHANCE = 3;

/** Whether the load of the hottest pod is more than chance makes of single requests. */
export function isUneven(hot: HotService): boolean {
  const { mean: expected, error } = chanceOf(hot, ({ requests }) => requests);
  return hot.ratio > expected + BEYOND_CHANCE * error;
}

/** Which part of the excess must be there between groups of pods for the grouping to be the reason. */
const MOSTLY = 0.5;

/**
 * Whether most of the hottest pod's excess is that of the group which it belongs to: its share over its fair one, by
 * requests.
 */
export function isExplainedBy(
  hot: HotService,
  groupsOf: (run: HotRun) => ReadonlyMap<string, unknown>,
): boolean {
  const excess = hot.runs.map((run) => {
    const groups = groupsOf(run);
    const own = groups.get(run.hottest.pod);
    const group = run.pods.filter(({ pod }) => groups.get(pod) === own);
    return groupLoad(run, group) - 1;
  });
  return mean(excess) >= MOSTLY * (hot.ratio - 1);
}

/** Share of requests of some pods, and their fair share. */
export const shareOf = ({ requests }: HotRun, pods: readonly PodLoad[]): number =>
  total(pods.map((pod) => pod.requests)) / requests;
export const fairShareOf = (pods: readonly PodLoad[]): number =>
  total(pods.map(({ fair }) => fair));
/** Their load; 1 where they have no fair share. */
export function groupLoad(run: HotRun, pods: readonly PodLoad[]): number {
  const fair = fairShareOf(pods);
  return fair > 0 ? shareOf(run, pods) / fair : 1;
}

export const sharingIn = ({ pods }: HotRun): Sharing =>
  sharingOver(pods.flatMap(({ shared }) => shared ?? []));

export const drawsIn = (run: HotRun): number => picksOf(run.requests, sharingIn(run));

/** Whether most requests share connections. */
export const areShared = ({ runs }: HotService): boolean =>
  runs.every((run) => sharingIn(run).requests > run.requests / 2);

/** The Service as a path of `--set` begins with it. */
export function servicePath({ plan, service }: HotService): string {
  const { name, namespace } = service;
  const alone = plan.services.filter((other) => other.name === name).length === 1;
  return alone ? `service/${name}` : `service/${namespace}/${name}`;
}
