/**
 * The default costs of first packets and syncs in each mode, in nanoseconds, with the source of each number: a part
 * of defaults.ts.
 */
import { MICROSECOND, MILLISECOND } from '../base/time.ts';
import type { Duration } from '../base/time.ts';
import type { Distribution, ProxyCosts, SyncCosts } from '../contract/plan.ts';

const constant = (ns: number): Distribution => ({ kind: 'constant', value: ns as Duration });

/**
 * A first packet's latency as KEP-3866 publishes it for nftables at any number of Services: p01 8 µs, p50
 * 12 µs, p90 20 µs, p99 36 µs, straight lines between; the longest, 60 µs, is an assumption.
 */
const FIRST_PACKET_US: readonly number[] = [8, 12, 20, 36, 60];
const FIRST_PACKET_COUNTS: readonly number[] = [1, 49, 40, 9, 1];
const firstPacket = (slower: number): Distribution => ({
  kind: 'histogram',
  upper: FIRST_PACKET_US.map((us) => us * MICROSECOND * slower),
  counts: FIRST_PACKET_COUNTS,
});

const FREE_SYNC: SyncCosts = {
  base: 0,
  perService: 0,
  perEndpoint: 0,
  perServiceSquared: 0,
  squaredBeyond: 0,
  perChainSquared: 0,
  perChangedService: 0,
  perWrittenEndpoint: 0,
  perChangedEndpoint: 0,
};

/** Source of the rewritten source address's cost: an assumption; one more look-up and a search for a free port. */
const MASQUERADE = 1 * MICROSECOND;

/**
 * The iptables command over the kernel's own xtables (`legacy`) or over nf_tables (`nft`). `legacy` is the default
 * because its rules cost what the published first packets show; newer distributions install `nft`.
 */
export const IPTABLES_BACKEND = 'legacy';

/**
 * Rules of KUBE-SERVICES: within 12 % of all nine published quantiles of KEP-3866 (5,000, 10,000 and 30,000
 * Services; validate/costs/first-packet-fit.ts). Recorded kernels say the same of the single rule: 5.5 ns with warm
 * caches, 18–22 ns with cold ones and 30 ns for the first thousand. The other rules are recorded: 56 ns each statistic
 * rule passed, 181 ns each affinity rule and 4.7 ns for each endpoint with affinity on the node. Programming: recorded, with the errors of fit that docs/fidelity.md names.
 */
const IPTABLES_LEGACY: ProxyCosts['iptables'] = {
  base: firstPacket(1),
  perServiceRule: 5.5,
  perServiceRuleCold: 20.5,
  perServiceRuleColdFirst: 43.8,
  coldFirstRules: 1000,
  coldShare: 0.53,
  cachedRules: 11_400,
  perEndpointRule: 56,
  perAffinityRule: 181,
  perAffinityEndpoint: 4.7,
  masquerade: MASQUERADE,
  fullSync: {
    ...FREE_SYNC,
    base: 6.02 * MILLISECOND,
    perService: 23.2 * MICROSECOND,
    perEndpoint: 19.8 * MICROSECOND,
    perChainSquared: 0.313,
  },
  partialSync: {
    ...FREE_SYNC,
    base: 4.52 * MILLISECOND,
    perService: 22.2 * MICROSECOND,
    perEndpoint: 12.1 * MICROSECOND,
  },
};

/** All recorded: 11.8 ns a rule with warm caches up to 30,000 rules, 17 ns with cold ones. */
const IPTABLES_NFT: ProxyCosts['iptables'] = {
  ...IPTABLES_LEGACY,
  perServiceRule: 11.8,
  perServiceRuleCold: 17,
  perServiceRuleColdFirst: 17,
  cachedRules: null,
  perEndpointRule: 185,
  perAffinityRule: 162,
  perAffinityEndpoint: 6.9,
  fullSync: {
    ...FREE_SYNC,
    base: 42 * MILLISECOND,
    perService: 36.7 * MICROSECOND,
    perChainSquared: 40.3,
  },
  partialSync: {
    ...FREE_SYNC,
    base: 30.5 * MILLISECOND,
    perService: 31.5 * MICROSECOND,
    perEndpoint: 2.51 * MICROSECOND,
    perServiceSquared: 5.59,
    perChangedService: 92.8 * MICROSECOND,
    perWrittenEndpoint: 100 * MICROSECOND,
  },
};

/** What iptables costs, by `proxy.iptables.backend`. */
export const IPTABLES_COSTS: Readonly<Record<'legacy' | 'nft', ProxyCosts['iptables']>> = {
  legacy: IPTABLES_LEGACY,
  nft: IPTABLES_NFT,
};

/**
 * nftables: recorded; a partial sync is nft's listing of the chains and its transaction. ipvs: a first packet as
 * nftables' and 8 % more (recorded: 2–10 %); syncs as reported, 1–2 ms an endpoint that changes and 5 s for 4,000
 * endpoints (kubernetes/kubernetes #73382), 0.33–0.42 ms a line of ipvsadm recorded. ebpf: assumptions, in the
 * order of a few map operations.
 */
export const PROXY_COSTS: ProxyCosts = {
  iptables: IPTABLES_COSTS[IPTABLES_BACKEND],
  nftables: {
    base: firstPacket(1),
    perAffinityRule: 69,
    masquerade: MASQUERADE,
    fullSync: {
      ...FREE_SYNC,
      perService: 298 * MICROSECOND,
      perEndpoint: 83.1 * MICROSECOND,
      perServiceSquared: 1170,
      squaredBeyond: 1000,
    },
    partialSync: {
      ...FREE_SYNC,
      base: 20.7 * MILLISECOND,
      perService: 17.9 * MICROSECOND,
      perEndpoint: 9.17 * MICROSECOND,
      perChangedService: 359 * MICROSECOND,
      perWrittenEndpoint: 24.2 * MICROSECOND,
    },
  },
  ipvs: {
    base: firstPacket(1.08),
    fullSync: {
      ...FREE_SYNC,
      base: 10 * MILLISECOND,
      perService: 375 * MICROSECOND,
      perEndpoint: 1250 * MICROSECOND,
    },
    partialSync: {
      ...FREE_SYNC,
      base: 10 * MILLISECOND,
      perChangedEndpoint: 1500 * MICROSECOND,
    },
  },
  ebpf: {
    base: constant(1 * MICROSECOND),
    fullSync: {
      ...FREE_SYNC,
      base: 50 * MILLISECOND,
      perService: 20 * MICROSECOND,
      perEndpoint: 20 * MICROSECOND,
    },
    partialSync: {
      ...FREE_SYNC,
      base: 5 * MILLISECOND,
      perChangedService: 50 * MICROSECOND,
      perChangedEndpoint: 50 * MICROSECOND,
    },
  },
};

const FREE = { base: constant(0), fullSync: FREE_SYNC, partialSync: FREE_SYNC } as const;

/** `proxy.costs: none`. */
export const NO_COSTS: ProxyCosts = {
  iptables: {
    ...FREE,
    perServiceRule: 0,
    perServiceRuleCold: 0,
    perServiceRuleColdFirst: 0,
    coldFirstRules: 0,
    coldShare: 0,
    cachedRules: null,
    perEndpointRule: 0,
    perAffinityRule: 0,
    perAffinityEndpoint: 0,
    masquerade: 0,
  },
  nftables: { ...FREE, perAffinityRule: 0, masquerade: 0 },
  ipvs: FREE,
  ebpf: FREE,
};
