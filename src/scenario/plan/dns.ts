/** The cluster's DNS, and how the pods of each client resolve the name of their target. */
import { isIPv4 } from '../../base/ipv4.ts';
import type { Duration } from '../../base/time.ts';
import { parseRatio } from '../../base/units.ts';
import type { Distribution, PlannedDns, PlannedResolver } from '../../contract/plan.ts';
import { candidates, namesUpTo, searchList, serviceName } from '../../kube/dns.ts';
import {
  BALANCER_DNS_CACHE,
  DNS_ATTEMPTS,
  DNS_CACHE,
  DNS_CONCURRENCY,
  DNS_NDOTS,
  DNS_SERVICE_TIME,
  DNS_TIMEOUT,
  DNS_TTL,
  DNS_UPSTREAM,
  NODE_CACHE_DENIAL,
  NODE_CACHE_SUCCESS,
} from '../dns-defaults.ts';
import { isBuiltIn, isClusterDns } from '../manifests/cluster-dns.ts';
import type { ResolverInput } from '../schema/dns.ts';
import type { ClientInput } from '../schema/traffic/client.ts';
import { locate } from '../text/tree.ts';
import type { Path } from '../text/tree.ts';
import { durationOf, planDistribution } from './distributions.ts';
import type { ScenarioDocument } from './scenario-document.ts';
import type { ServiceDraft } from './services.ts';
import type { Draft } from './workload-drafts.ts';

export interface DnsSurroundings {
  readonly planned: PlannedDns;
  /** What answers the queries, and how fast where spec.workloads does not say. */
  readonly backends: ReadonlySet<Draft>;
  readonly serviceTime: Distribution;
  readonly concurrency: number;
}

/** Null where names resolve for free, or after findings. */
export function planDns(
  services: readonly ServiceDraft[],
  document: ScenarioDocument,
): DnsSurroundings | null {
  const input = document.spec.dns ?? {};
  const path = ['spec', 'dns'];
  const distribution = (field: 'serviceTime' | 'upstream', otherwise: Distribution) => {
    const written = input[field];
    return written === undefined
      ? otherwise
      : planDistribution(written, [...path, field], document);
  };
  const serviceTime = distribution('serviceTime', DNS_SERVICE_TIME);
  const upstream = distribution('upstream', DNS_UPSTREAM);
  checkTimeout(input, path, document);
  const concurrency = input.concurrency ?? DNS_CONCURRENCY;
  if (input.enabled === false) return null;
  const service = services.findIndex(({ manifest }) => isClusterDns(manifest.document));
  const draft = services[service];
  const ports = draft === undefined ? undefined : dnsPorts(draft, document);
  if (draft === undefined || ports === undefined) return null;
  reportReplicas(draft, document);
  const planned: PlannedDns = {
    service,
    ...ports,
    ttl: input.ttl === undefined ? DNS_TTL : durationOf(input.ttl),
    upstream,
    race: input.race === undefined ? 0 : (parseRatio(input.race) ?? 0),
    nodeCache:
      input.nodeLocal === true
        ? { serviceTime, concurrency, success: NODE_CACHE_SUCCESS, denial: NODE_CACHE_DENIAL }
        : null,
  };
  return { planned, backends: new Set(draft.backends), serviceTime, concurrency };
}

/** Says of `dns.replicas` that it is about the built-in pods, where the scenario brings its own. */
function reportReplicas({ backends }: ServiceDraft, document: ScenarioDocument): void {
  if (document.spec.dns?.replicas === undefined) return;
  if (backends.some(({ manifest }) => isBuiltIn(manifest.document))) return;
  const message =
    'the DNS pods are of the scenario itself, and its manifests say how many they are';
  document.warn(['spec', 'dns', 'replicas'], 'NoEffect', message);
}

/** The ports that queries go to; undefined after a finding. */
function dnsPorts(
  { manifest }: ServiceDraft,
  { findings }: ScenarioDocument,
): { readonly udp: number; readonly tcp: number } | undefined {
  const { document, ports, hasFaultyPorts, clusterIP } = manifest;
  const complain = (message: string): undefined => {
    const span = locate(document.root, ['spec']);
    const hint = 'dns: { enabled: false } resolves names for free';
    findings.error({ code: 'Invalid', path: `${document.label} spec`, span, message, hint });
    return undefined;
  };
  if (clusterIP === 'None')
    return complain('pods ask the address of this Service, and it has none');
  const port = (protocol: 'TCP' | 'UDP'): number =>
    ports.findIndex((each) => each.port === 53 && each.protocol === protocol);
  const udp = port('UDP');
  if (udp === -1) {
    return hasFaultyPorts
      ? undefined
      : complain('pods ask port 53 of protocol UDP, and it has none');
  }
  const tcp = port('TCP');
  return { udp, tcp: tcp === -1 ? udp : tcp };
}

/** Of a client, or of a call: what there is to know of its names. */
type Asker = Pick<ClientInput, 'target' | 'namespace' | 'external' | 'dns' | 'balancer'>;

/** How the pods of a client resolve the name of their target; null: nothing to resolve. */
export function planResolver(
  client: Asker,
  path: Path,
  target: { readonly dns: DnsSurroundings | null; readonly service: ServiceDraft | null },
  document: ScenarioDocument,
): PlannedResolver | null {
  const own = client.dns ?? {};
  checkTimeout(own, [...path, 'dns'], document);
  const { dns, service } = target;
  reportUnused(client, path, document);
  // Outside the cluster nobody asks its DNS.
  if (dns === null || service === null || client.external === true) return null;
  const namespace = client.namespace ?? 'default';
  const name = nameIn(client.target, namespace, service);
  if (name === null) return null;
  const { spec } = document;
  const full = serviceName(service.planned.name, service.planned.namespace);
  const search = searchList(namespace, spec.dns?.hostSearch ?? []);
  const ndots = own.ndots ?? spec.dns?.ndots ?? DNS_NDOTS;
  const names = namesUpTo(full, candidates(name, search, ndots));
  if (names === null) {
    // Whatever else leads to a Service, such as the name of a node, is not in its zone.
    if (!name.endsWith('.')) return null;
    const message = `with its final dot "${name}" is a full name, and nothing has it`;
    document.error([...path, 'target'], 'NotFound', message, `did you mean "${full}."?`);
    return null;
  }
  const timeout = own.timeout ?? spec.dns?.timeout;
  return {
    names,
    cached: (own.cache ?? spec.dns?.cache ?? cacheOf(client)) === 'client',
    timeout: timeout === undefined ? DNS_TIMEOUT : durationOf(timeout),
    attempts: own.attempts ?? spec.dns?.attempts ?? DNS_ATTEMPTS,
    singleRequest: own.singleRequest ?? spec.dns?.singleRequest ?? false,
  };
}

/** Whether it keeps answers by default: who balances asks anew whenever it asks. */
function cacheOf({ balancer }: Asker): 'client' | 'none' {
  return balancer === undefined ? DNS_CACHE : BALANCER_DNS_CACHE;
}

/** Says of a client's `dns` that nothing looks up names as it says. */
function reportUnused(client: Asker, path: Path, document: ScenarioDocument): void {
  if (client.dns === undefined) return;
  const warn = (message: string): void =>
    document.warn([...path, 'dns'], 'NoEffect', `without effect: ${message}`);
  if (client.external === true) warn('nobody outside asks the DNS of the cluster');
  else if (document.spec.dns?.enabled === false) warn('names resolve for free');
}

/** The name that a pod looks up for a target: as in its URL, or the shortest that leads there; null: an address. */
function nameIn(target: string, namespace: string, { planned }: ServiceDraft): string | null {
  const host = /^[a-z][a-z0-9+.-]*:\/\/([^/:?#\s]+)/i.exec(target)?.[1]?.toLowerCase();
  if (host !== undefined) return isIPv4(host) ? null : host;
  return planned.namespace === namespace ? planned.name : `${planned.name}.${planned.namespace}`;
}

function checkTimeout(input: ResolverInput, path: Path, document: ScenarioDocument): void {
  if (input.timeout === undefined || durationOf(input.timeout) > (0 as Duration)) return;
  document.error([...path, 'timeout'], 'Invalid', 'must be above 0s');
}
