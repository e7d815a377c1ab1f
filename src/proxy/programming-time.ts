/**
 * How long a sync takes until its rules are in force. The form follows what was measured
 * (test/validate/cost-fit.test.ts refits it): iptables-restore replaces the whole table, so even one change
 * costs a term per Service and endpoint; iptables-nft looks every chain up in a list of all chains, which is
 * quadratic; nftables writes what changed after it has listed the table.
 *
 * Left out: contention for CPU and for the xtables lock; iptables-save, which small clusters pay on every
 * sync and large ones once a syncPeriod.
 */
import type { SyncCosts } from '../contract/plan.ts';
import type { SyncWork } from './data-plane.ts';

/** What the costs of syncs are called in every mode. */
interface ModeCosts {
  readonly fullSync: SyncCosts;
  readonly partialSync: SyncCosts;
}

/** Programming time of `work` in whole nanoseconds. */
export function programmingTime(costs: ModeCosts, work: SyncWork): number {
  const { services, endpoints, changedServices, changedEndpoints } = work;
  const sync = work.full ? costs.fullSync : costs.partialSync;
  const beyond = Math.max(0, services - sync.squaredBeyond);
  const chains = services + endpoints;
  const written = services === 0 ? 0 : changedServices * (endpoints / services);
  return Math.round(
    sync.base +
      sync.perService * services +
      sync.perEndpoint * endpoints +
      sync.perServiceSquared * beyond * beyond +
      sync.perChainSquared * chains * chains +
      sync.perChangedService * changedServices +
      sync.perWrittenEndpoint * written +
      sync.perChangedEndpoint * changedEndpoints,
  );
}
