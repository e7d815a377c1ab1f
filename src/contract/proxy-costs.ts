/** The cost model of a node's rules: what first packets and syncs take. */
import type { Distribution } from './distribution.ts';

/**
 * The programming time of a sync, in nanoseconds: a sum of terms in what is on the node and in what changed.
 * src/proxy/programming-time.ts is the formula.
 */
export interface SyncCosts {
  readonly base: number;
  /** Each ServicePort and each endpoint on the node, however little changed. */
  readonly perService: number;
  readonly perEndpoint: number;
  /** The square of the ServicePorts beyond `squaredBeyond`. */
  readonly perServiceSquared: number;
  readonly squaredBeyond: number;
  /** The square of the chains: one a ServicePort and one an endpoint. */
  readonly perChainSquared: number;
  /** Each ServicePort that changed, each of its endpoints (whose rules are written with it), and each endpoint that came or went. */
  readonly perChangedService: number;
  readonly perWrittenEndpoint: number;
  readonly perChangedEndpoint: number;
}

/**
 * What packets and rule changes cost on a node, in nanoseconds. `scenario/proxy-cost-defaults.ts` holds the calibrated values.
 *
 * `base` is a first packet before any rule; `masquerade` is added where its source is rewritten, too.
 */
export interface ProxyCosts {
  readonly iptables: {
    readonly base: Distribution;
    /**
     * Each rule of KUBE-SERVICES that a first packet passes: where the CPU's caches hold it, and where they do not, of which
     * the first `coldFirstRules` of a packet are dearer.
     */
    readonly perServiceRule: number;
    readonly perServiceRuleCold: number;
    readonly perServiceRuleColdFirst: number;
    readonly coldFirstRules: number;
    /** 0–1: first packets that find no rule in the caches. */
    readonly coldShare: number;
    /** Rules that the caches hold at most, the first ones; null: any number. */
    readonly cachedRules: number | null;
    /** Each statistic rule of KUBE-SVC-* that a first packet passes. */
    readonly perEndpointRule: number;
    /** Each affinity rule that it passes, and what each endpoint with affinity on the node adds to that. */
    readonly perAffinityRule: number;
    readonly perAffinityEndpoint: number;
    readonly masquerade: number;
    readonly fullSync: SyncCosts;
    readonly partialSync: SyncCosts;
  };
  readonly nftables: {
    readonly base: Distribution;
    /** Each affinity set that a first packet is looked up in. */
    readonly perAffinityRule: number;
    readonly masquerade: number;
    readonly fullSync: SyncCosts;
    readonly partialSync: SyncCosts;
  };
  readonly ipvs: {
    readonly base: Distribution;
    readonly fullSync: SyncCosts;
    readonly partialSync: SyncCosts;
  };
  readonly ebpf: {
    readonly base: Distribution;
    readonly fullSync: SyncCosts;
    readonly partialSync: SyncCosts;
  };
}
