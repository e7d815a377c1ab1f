/**
 * The kube-proxy of each node: defaults, then KubeProxyConfiguration, then spec.proxy, then perNode.
 * Nodes that are set up alike share one.
 */
import { didYouMean } from '../../base/suggest.ts';
import { MAGLEV_TABLE_SIZES } from '../../contract/plan.ts';
import type { PlannedNode, PlannedProxy, ProxyMode } from '../../contract/plan.ts';
import {
  CONNTRACK_MAX_PER_CORE,
  CONNTRACK_MIN,
  CONNTRACK_TIMEOUTS,
  EBPF_ALGORITHM,
  EBPF_CONNTRACK_MAX,
  IP_LIST_TOT,
  MAGLEV_TABLE_SIZE,
  OTHER_SERVICES,
  OTHER_SERVICES_WITHOUT_ENDPOINTS,
  PROXY_MODE,
} from '../defaults.ts';
import type { KubeProxyManifest } from '../manifests/model.ts';
import { CONNTRACK_TIMEOUT_FIELDS } from '../schema/cluster.ts';
import type { ProxyInput } from '../schema/cluster.ts';
import { locate } from '../text/tree.ts';
import type { Path } from '../text/tree.ts';
import { durationOf } from './distributions.ts';
import { planIpvs } from './ipvs.ts';
import { nodesHint } from './nodes.ts';
import type { NodeDraft } from './nodes.ts';
import { mergeCosts, planBases, resolveCosts } from './proxy-costs.ts';
import type { WrittenBases } from './proxy-costs.ts';
import type { ScenarioDocument } from './scenario-document.ts';
import { checkSync, planSync } from './sync-settings.ts';

export function planProxies(
  drafts: readonly NodeDraft[],
  manifests: readonly KubeProxyManifest[],
  document: ScenarioDocument,
): { readonly nodes: readonly PlannedNode[]; readonly proxies: readonly PlannedProxy[] } {
  const input = document.spec.proxy ?? {};
  const kubeProxy = onlyOne(manifests, document);
  const bases: WrittenBases = new Map();
  const path = ['spec', 'proxy'];
  checkSettings(input, { path, all: input }, document);
  planBases(input.costs, path, document, bases);
  checkNodes(input, drafts, document, bases);
  const proxies: PlannedProxy[] = [];
  const indices = new Map<string, number>();
  const shared = new Map<string, number>();
  const indexOf = (node: NodeDraft): number => {
    const own = input.perNode?.[node.name];
    const likeness = `${own === undefined ? '' : node.name} ${node.cpu}`;
    const known = shared.get(likeness);
    if (known !== undefined) return known;
    const settings = own === undefined ? input : merge(input, own);
    const proxy = resolve(settings, { kubeProxy, cpu: node.cpu, bases });
    const isOwn = own?.syncPeriod !== undefined || own?.minSyncPeriod !== undefined;
    const path = ['spec', 'proxy', ...(isOwn ? ['perNode', node.name] : [])];
    checkSync(proxy, proxy.mode, { input: isOwn ? own : input, path, kubeProxy }, document);
    const identity = JSON.stringify(proxy);
    const index = indices.get(identity) ?? proxies.push(proxy) - 1;
    indices.set(identity, index);
    shared.set(likeness, index);
    return index;
  };
  const nodes = drafts.map((node) => ({ ...node, proxy: indexOf(node) }));
  return { nodes, proxies };
}

function onlyOne(
  manifests: readonly KubeProxyManifest[],
  document: ScenarioDocument,
): KubeProxyManifest | undefined {
  const [first, ...more] = manifests;
  for (const { document: extra } of more) {
    const span = locate(extra.root, ['kind']);
    const message = 'there are two; kube-proxy takes one';
    document.findings.error({ code: 'Duplicate', path: extra.label, span, message });
  }
  return first;
}

function checkNodes(
  input: ProxyInput,
  nodes: readonly NodeDraft[],
  document: ScenarioDocument,
  bases: WrittenBases,
): void {
  const names = new Set(nodes.map((node) => node.name));
  for (const [name, own] of Object.entries(input.perNode ?? {})) {
    const path = ['spec', 'proxy', 'perNode', name];
    checkSettings(own, { path, all: input }, document);
    planBases(own.costs, path, document, bases);
    if (names.has(name)) continue;
    const advice = didYouMean(name, names);
    if (!document.hasBroken('nodes'))
      document.errorAtKey(path, 'NotFound', `no node "${name}"${advice}`, nodesHint([...names]));
  }
}

/** @param all the settings of all nodes, on top of which `input` lies */
function checkSettings(
  input: ProxyInput,
  { path, all }: { readonly path: Path; readonly all: ProxyInput },
  document: ScenarioDocument,
): void {
  const finTimeout = input.ipvs?.tcpFinTimeout;
  if (finTimeout !== undefined && durationOf(finTimeout) !== 0) {
    const at = [...path, 'ipvs', 'tcpFinTimeout'];
    document.warn(at, 'NoEffect', 'read, but without effect: both sides close within one crossing');
  }
  const size = input.ebpf?.maglevTableSize;
  if (size !== undefined && !MAGLEV_TABLE_SIZES.includes(size)) {
    const hint = `One of the primes ${MAGLEV_TABLE_SIZES.join(', ')}`;
    const at = [...path, 'ebpf', 'maglevTableSize'];
    document.error(at, 'Invalid', `${size} is no size of a Maglev table`, hint);
  }
  const isCalledFromOutside = document.spec.clients?.some(({ external }) => external === true);
  if (input.ebpf?.algorithm === 'maglev' && isCalledFromOutside !== true) {
    const message = 'Maglev is for what comes from outside the cluster, and no client does';
    const hint = 'what pods call is picked at random, at connect()';
    document.warn([...path, 'ebpf', 'algorithm'], 'NoEffect', message, hint);
  }
  checkOtherServices(input, { path, otherServices: all.otherServices }, document);
}

function checkOtherServices(
  { otherServices: own, otherServicesWithoutEndpoints: without = 0 }: ProxyInput,
  at: { readonly path: Path; readonly otherServices: number | undefined },
  document: ScenarioDocument,
): void {
  const count = own ?? at.otherServices ?? OTHER_SERVICES;
  if (without <= count) return;
  const message = `${without} of ${count} other Services cannot be without endpoints`;
  document.error([...at.path, 'otherServicesWithoutEndpoints'], 'Invalid', message);
}

/** Settings of a node on top of those of all. */
function merge(all: ProxyInput, own: ProxyInput): ProxyInput {
  const costs =
    typeof all.costs === 'object' && typeof own.costs === 'object'
      ? mergeCosts(all.costs, own.costs)
      : (own.costs ?? all.costs);
  const conntrack =
    typeof all.conntrack === 'object' && typeof own.conntrack === 'object'
      ? { ...all.conntrack, ...own.conntrack }
      : (own.conntrack ?? all.conntrack);
  return {
    ...all,
    ...own,
    iptables: { ...all.iptables, ...own.iptables },
    nftables: { ...all.nftables, ...own.nftables },
    ipvs: { ...all.ipvs, ...own.ipvs },
    ebpf: { ...all.ebpf, ...own.ebpf },
    costs,
    conntrack,
  };
}

/** What else decides on how a node is set up. */
interface NodeSetting {
  readonly kubeProxy: KubeProxyManifest | undefined;
  readonly cpu: number;
  readonly bases: WrittenBases;
}

function resolve(input: ProxyInput, { kubeProxy, cpu, bases }: NodeSetting): PlannedProxy {
  const mode = input.mode ?? kubeProxy?.mode ?? PROXY_MODE;
  return {
    mode,
    ...planSync(input, kubeProxy, mode),
    iptables: {
      masqueradeAll: input.iptables?.masqueradeAll ?? kubeProxy?.masqueradeAll.iptables ?? false,
      ipListTot: input.iptables?.ipListTot ?? IP_LIST_TOT,
    },
    nftables: {
      masqueradeAll: input.nftables?.masqueradeAll ?? kubeProxy?.masqueradeAll.nftables ?? false,
    },
    ipvs: planIpvs(input.ipvs, kubeProxy),
    ebpf: {
      algorithm: input.ebpf?.algorithm ?? EBPF_ALGORITHM,
      maglevTableSize: input.ebpf?.maglevTableSize ?? MAGLEV_TABLE_SIZE,
    },
    costs: resolveCosts(input, bases),
    otherServices: input.otherServices ?? OTHER_SERVICES,
    otherServicesWithoutEndpoints:
      input.otherServicesWithoutEndpoints ?? OTHER_SERVICES_WITHOUT_ENDPOINTS,
    conntrack: resolveConntrack(input.conntrack, { kubeProxy, mode, cpu }),
  };
}

function resolveConntrack(
  input: ProxyInput['conntrack'],
  {
    kubeProxy,
    mode,
    cpu,
  }: { kubeProxy: KubeProxyManifest | undefined; mode: ProxyMode; cpu: number },
): PlannedProxy['conntrack'] {
  if (input === 'none') return { max: null, ...CONNTRACK_TIMEOUTS };
  const perCore = kubeProxy?.conntrackMaxPerCore ?? CONNTRACK_MAX_PER_CORE;
  const least = kubeProxy?.conntrackMin ?? CONNTRACK_MIN;
  const kubeProxySize = Math.max(perCore * Math.max(1, Math.floor(cpu)), least);
  const size = mode === 'ebpf' ? EBPF_CONNTRACK_MAX : kubeProxySize;
  const max = input?.max === 'none' ? null : (input?.max ?? size);
  const timeouts = { ...CONNTRACK_TIMEOUTS };
  for (const field of CONNTRACK_TIMEOUT_FIELDS) {
    const written = input?.[field] ?? kubeProxy?.conntrackTimeouts[field];
    if (written !== undefined) timeouts[field] = durationOf(written);
  }
  return { max, ...timeouts };
}
