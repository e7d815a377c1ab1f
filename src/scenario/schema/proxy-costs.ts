/** `proxy.costs`: the cost model's coefficients, as they are written. */
import type * as z from 'zod';
import { distribution } from './distribution.ts';
import type { DistributionInput } from './distribution.ts';
import { duration, fields, integer, orNone, ratio } from './fields.ts';

export interface SyncCostsInput {
  base?: string | undefined;
  perService?: string | undefined;
  perEndpoint?: string | undefined;
  perServiceSquared?: string | undefined;
  squaredBeyond?: number | undefined;
  perChainSquared?: string | undefined;
  perChangedService?: string | undefined;
  perWrittenEndpoint?: string | undefined;
  perChangedEndpoint?: string | undefined;
}

interface ModeCostsInput {
  base?: DistributionInput | undefined;
  fullSync?: SyncCostsInput | undefined;
  partialSync?: SyncCostsInput | undefined;
}

export interface IptablesCostsInput extends ModeCostsInput {
  perServiceRule?: string | undefined;
  perServiceRuleCold?: string | undefined;
  perServiceRuleColdFirst?: string | undefined;
  coldFirstRules?: number | undefined;
  coldShare?: string | number | undefined;
  cachedRules?: number | 'none' | undefined;
  perEndpointRule?: string | undefined;
  perAffinityRule?: string | undefined;
  perAffinityEndpoint?: string | undefined;
  masquerade?: string | undefined;
}

export interface NftablesCostsInput extends ModeCostsInput {
  perAffinityRule?: string | undefined;
  masquerade?: string | undefined;
}

export interface CostsInput {
  iptables?: IptablesCostsInput | undefined;
  nftables?: NftablesCostsInput | undefined;
  ipvs?: ModeCostsInput | undefined;
  ebpf?: ModeCostsInput | undefined;
}

const sync = fields({
  base: duration.optional(),
  perService: duration.optional(),
  perEndpoint: duration.optional(),
  perServiceSquared: duration.optional(),
  squaredBeyond: integer(0).optional(),
  perChainSquared: duration.optional(),
  perChangedService: duration.optional(),
  perWrittenEndpoint: duration.optional(),
  perChangedEndpoint: duration.optional(),
});

const ofEveryMode = {
  base: distribution.optional(),
  fullSync: sync.optional(),
  partialSync: sync.optional(),
};

export const costs: z.ZodType<CostsInput> = fields(
  {
    iptables: fields({
      ...ofEveryMode,
      perServiceRule: duration.optional(),
      perServiceRuleCold: duration.optional(),
      perServiceRuleColdFirst: duration.optional(),
      coldFirstRules: integer(0).optional(),
      coldShare: ratio.optional(),
      cachedRules: orNone(integer(0)).optional(),
      perEndpointRule: duration.optional(),
      perAffinityRule: duration.optional(),
      perAffinityEndpoint: duration.optional(),
      masquerade: duration.optional(),
    }).optional(),
    nftables: fields({
      ...ofEveryMode,
      perAffinityRule: duration.optional(),
      masquerade: duration.optional(),
    }).optional(),
    ipvs: fields(ofEveryMode).optional(),
    ebpf: fields(ofEveryMode).optional(),
  },
  'calibrated, none or a map of costs',
);
