/** The cost model of a kube-proxy: defaults, and the coefficients that a file sets. */
import type { Duration } from '../../base/time.ts';
import { parseNanoseconds, parseRatio } from '../../base/units.ts';
import type { Distribution, ProxyCosts, SyncCosts } from '../../contract/plan.ts';
import { IPTABLES_BACKEND, IPTABLES_COSTS, NO_COSTS, PROXY_COSTS } from '../proxy-cost-defaults.ts';
import type { ProxyInput } from '../schema/cluster.ts';
import type { DistributionChoice, DistributionInput } from '../schema/distribution.ts';
import type { CostsInput, IptablesCostsInput, SyncCostsInput } from '../schema/proxy-costs.ts';
import type { Path } from '../text/tree.ts';
import { durationOf, planDistribution } from './distributions.ts';
import type { ScenarioDocument } from './scenario-document.ts';

/** What costs are written as, once for all nodes that share it, and the distribution that it stands for. */
export type WrittenBases = Map<DistributionChoice, Distribution>;

/** Plans the distributions among the costs written at `path`, and says what is wrong with them. */
export function planBases(
  costs: ProxyInput['costs'],
  path: Path,
  document: ScenarioDocument,
  into: WrittenBases,
): void {
  if (typeof costs !== 'object') return;
  for (const [mode, written] of Object.entries(costs)) {
    const base = (written as { base?: DistributionInput } | undefined)?.base;
    if (typeof base !== 'object') continue;
    into.set(base, planDistribution(base, [...path, 'costs', mode, 'base'], document));
  }
}

/** Costs of a node on top of those of all, coefficient by coefficient. */
export function mergeCosts(all: CostsInput, own: CostsInput): CostsInput {
  const merged: CostsInput = { ...all };
  for (const mode of ['iptables', 'nftables', 'ipvs', 'ebpf'] as const) {
    const [below, above] = [all[mode], own[mode]];
    if (below === undefined || above === undefined) {
      merged[mode] = above ?? below;
      continue;
    }
    merged[mode] = {
      ...below,
      ...above,
      fullSync: { ...below.fullSync, ...above.fullSync },
      partialSync: { ...below.partialSync, ...above.partialSync },
    };
  }
  return merged;
}

export function resolveCosts(input: ProxyInput, bases: WrittenBases): ProxyCosts {
  if (input.costs === 'none') return NO_COSTS;
  const { iptables, nftables, ipvs, ebpf } = typeof input.costs === 'object' ? input.costs : {};
  const backend = IPTABLES_COSTS[input.iptables?.backend ?? IPTABLES_BACKEND];
  const both = (
    written: typeof ipvs,
    defaults: ProxyCosts['ipvs'],
  ): { base: Distribution; fullSync: SyncCosts; partialSync: SyncCosts } => ({
    base: resolveBase(written?.base, defaults.base, bases),
    fullSync: resolveSync(written?.fullSync, defaults.fullSync),
    partialSync: resolveSync(written?.partialSync, defaults.partialSync),
  });
  return {
    iptables: { ...resolveRules(iptables ?? {}, backend), ...both(iptables, backend) },
    nftables: {
      perAffinityRule: cost(nftables?.perAffinityRule, PROXY_COSTS.nftables.perAffinityRule),
      masquerade: cost(nftables?.masquerade, PROXY_COSTS.nftables.masquerade),
      ...both(nftables, PROXY_COSTS.nftables),
    },
    ipvs: both(ipvs, PROXY_COSTS.ipvs),
    ebpf: both(ebpf, PROXY_COSTS.ebpf),
  };
}

/** Costs of single rules are fractions of a nanosecond apart: they are not rounded. */
const cost = (written: string | undefined, otherwise: number): number =>
  written === undefined ? otherwise : (parseNanoseconds(written) ?? 0);

function resolveBase(
  written: DistributionInput | undefined,
  otherwise: Distribution,
  bases: WrittenBases,
): Distribution {
  if (written === undefined) return otherwise;
  if (typeof written === 'object') return bases.get(written) as Distribution;
  return { kind: 'constant', value: durationOf(written) as Duration };
}

/** A `perServiceRule` that is written alone is the cost of every rule, whatever the caches hold. */
function resolveRules(
  written: IptablesCostsInput,
  otherwise: ProxyCosts['iptables'],
): Omit<ProxyCosts['iptables'], 'base' | 'fullSync' | 'partialSync'> {
  const { cachedRules } = written;
  const warm = cost(written.perServiceRule, otherwise.perServiceRule);
  const isAlone = written.perServiceRule !== undefined && written.perServiceRuleCold === undefined;
  const cold = cost(written.perServiceRuleCold, isAlone ? warm : otherwise.perServiceRuleCold);
  const first = isAlone ? cold : otherwise.perServiceRuleColdFirst;
  return {
    perServiceRule: warm,
    perServiceRuleCold: cold,
    perServiceRuleColdFirst: cost(written.perServiceRuleColdFirst, first),
    coldFirstRules: written.coldFirstRules ?? otherwise.coldFirstRules,
    coldShare: parseRatio(written.coldShare ?? otherwise.coldShare) ?? 0,
    cachedRules: cachedRules === 'none' ? null : (cachedRules ?? otherwise.cachedRules),
    perEndpointRule: cost(written.perEndpointRule, otherwise.perEndpointRule),
    perAffinityRule: cost(written.perAffinityRule, otherwise.perAffinityRule),
    perAffinityEndpoint: cost(written.perAffinityEndpoint, otherwise.perAffinityEndpoint),
    masquerade: cost(written.masquerade, otherwise.masquerade),
  };
}

function resolveSync(written: SyncCostsInput | undefined, otherwise: SyncCosts): SyncCosts {
  if (written === undefined) return otherwise;
  const term = (name: Exclude<keyof SyncCosts, 'squaredBeyond'>): number =>
    cost(written[name], otherwise[name]);
  return {
    base: term('base'),
    perService: term('perService'),
    perEndpoint: term('perEndpoint'),
    perServiceSquared: term('perServiceSquared'),
    squaredBeyond: written.squaredBeyond ?? otherwise.squaredBeyond,
    perChainSquared: term('perChainSquared'),
    perChangedService: term('perChangedService'),
    perWrittenEndpoint: term('perWrittenEndpoint'),
    perChangedEndpoint: term('perChangedEndpoint'),
  };
}
