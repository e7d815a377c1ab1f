/**
 * The kube-proxy of each node: defaults, then KubeProxyConfiguration, then spec.proxy, then perNode.
 * Nodes that are set up alike share one.
 */
import { didYouMean } from '../../base/suggest.ts';
import type { Duration } from '../../base/time.ts';
import { parseNanoseconds } from '../../base/units.ts';
import { IPVS_SCHEDULERS, PROXY_MODES } from '../../contract/plan.ts';
import type {
  IpvsScheduler,
  PlannedNode,
  PlannedProxy,
  ProxyCosts,
  ProxyMode,
} from '../../contract/plan.ts';
import {
  CONNTRACK_MAX_PER_CORE,
  CONNTRACK_MIN,
  CONNTRACK_TIME_WAIT,
  IPVS_SCHEDULER,
  NO_COSTS,
  OTHER_SERVICES,
  PROXY_COSTS,
  PROXY_MODE,
} from '../defaults.ts';
import { notYet } from '../diagnostics/not-yet.ts';
import type { KubeProxyManifest } from '../manifests/model.ts';
import type { ProxyInput } from '../schema/cluster.ts';
import { locate } from '../text/tree.ts';
import type { Path } from '../text/tree.ts';
import { durationOf } from './distributions.ts';
import type { NodeDraft } from './nodes.ts';
import type { ScenarioDocument } from './scenario-document.ts';
import { checkSync, planSync } from './sync-settings.ts';

export function planProxies(
  drafts: readonly NodeDraft[],
  manifests: readonly KubeProxyManifest[],
  document: ScenarioDocument,
): { readonly nodes: readonly PlannedNode[]; readonly proxies: readonly PlannedProxy[] } {
  const input = document.spec.proxy ?? {};
  const kubeProxy = onlyOne(manifests, document);
  checkSettings(input, ['spec', 'proxy'], document);
  checkNodes(input, drafts, document);
  const proxies: PlannedProxy[] = [];
  const indices = new Map<string, number>();
  const shared = new Map<string, number>();
  const indexOf = (node: NodeDraft): number => {
    const own = input.perNode?.[node.name];
    const likeness = `${own === undefined ? '' : node.name} ${node.cpu}`;
    const known = shared.get(likeness);
    if (known !== undefined) return known;
    const settings = own === undefined ? input : merge(input, own);
    const proxy = resolve(settings, kubeProxy, node.cpu);
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
  const scheduler = first?.scheduler;
  if (first !== undefined && typeof scheduler === 'string' && !isBuilt(scheduler)) {
    const span = locate(first.document.root, ['ipvs', 'scheduler']);
    const message = notYet(`scheduler "${scheduler}"`);
    const path = `${first.document.label} ipvs.scheduler`;
    document.findings.error({ code: 'NotSupported', path, span, message });
  }
  return first;
}

const isBuilt = (scheduler: string): scheduler is IpvsScheduler =>
  IPVS_SCHEDULERS.some((built) => built === scheduler);

function checkNodes(
  input: ProxyInput,
  nodes: readonly NodeDraft[],
  document: ScenarioDocument,
): void {
  const names = new Set(nodes.map((node) => node.name));
  for (const [name, own] of Object.entries(input.perNode ?? {})) {
    const path = ['spec', 'proxy', 'perNode', name];
    checkSettings(own, path, document);
    if (names.has(name)) continue;
    const advice = didYouMean(name, names);
    if (!document.hasBroken('nodes'))
      document.errorAtKey(path, 'NotFound', `no node "${name}"${advice}`);
  }
}

function checkSettings(input: ProxyInput, path: Path, document: ScenarioDocument): void {
  if (input.mode === 'ebpf') {
    const hint = `Supported: ${PROXY_MODES.join(', ')}`;
    document.refuse([...path, 'mode'], 'mode ebpf', hint);
  }
  const scheduler = input.ipvs?.scheduler;
  if (scheduler !== undefined && !isBuilt(scheduler)) {
    const hint = `Supported: ${IPVS_SCHEDULERS.join(', ')}`;
    document.refuse([...path, 'ipvs', 'scheduler'], `scheduler "${scheduler}"`, hint);
  }
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
  return { ...all, ...own, ipvs: { ...all.ipvs, ...own.ipvs }, costs, conntrack };
}

type Costs = Exclude<ProxyInput['costs'], 'none' | undefined>;

function mergeCosts(all: Costs, own: Costs): Costs {
  const merged: Costs = { ...all };
  for (const [mode, costs] of Object.entries(own)) merged[mode] = { ...merged[mode], ...costs };
  return merged;
}

function resolve(
  input: ProxyInput,
  kubeProxy: KubeProxyManifest | undefined,
  cpu: number,
): PlannedProxy {
  const written = input.mode ?? kubeProxy?.mode ?? PROXY_MODE;
  const mode: ProxyMode = written === 'ebpf' ? PROXY_MODE : written;
  // What is not built has been refused.
  const scheduler = input.ipvs?.scheduler ?? kubeProxy?.scheduler ?? IPVS_SCHEDULER;
  return {
    mode,
    ...planSync(input, kubeProxy, mode),
    ipvs: { scheduler: isBuilt(scheduler) ? scheduler : IPVS_SCHEDULER },
    costs: resolveCosts(input.costs),
    otherServices: input.otherServices ?? OTHER_SERVICES,
    conntrack: resolveConntrack(input.conntrack, kubeProxy, cpu),
  };
}

function resolveCosts(input: ProxyInput['costs']): ProxyCosts {
  if (input === 'none') return NO_COSTS;
  const override = <Costs extends object>(mode: string, defaults: Costs): Costs => {
    const own = Object.entries(input?.[mode] ?? {}).map(([name, cost]) => [
      name,
      // Costs of single rules are fractions of a nanosecond apart: they are not rounded.
      parseNanoseconds(cost ?? '') ?? 0,
    ]);
    return { ...defaults, ...(Object.fromEntries(own) as Partial<Costs>) };
  };
  return {
    iptables: override('iptables', PROXY_COSTS.iptables),
    nftables: override('nftables', PROXY_COSTS.nftables),
    ipvs: override('ipvs', PROXY_COSTS.ipvs),
  };
}

function resolveConntrack(
  input: ProxyInput['conntrack'],
  kubeProxy: KubeProxyManifest | undefined,
  cpu: number,
): { readonly max: number | null; readonly timeWait: Duration } {
  if (input === 'none') return { max: null, timeWait: CONNTRACK_TIME_WAIT };
  const perCore = kubeProxy?.conntrackMaxPerCore ?? CONNTRACK_MAX_PER_CORE;
  const least = kubeProxy?.conntrackMin ?? CONNTRACK_MIN;
  const size = Math.max(perCore * Math.max(1, Math.floor(cpu)), least);
  const max = input?.max === 'none' ? null : (input?.max ?? size);
  const timeWait = input?.timeWait;
  return { max, timeWait: timeWait === undefined ? CONNTRACK_TIME_WAIT : durationOf(timeWait) };
}
