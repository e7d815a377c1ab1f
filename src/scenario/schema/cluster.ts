/** Nodes, network, kube-proxy and control plane, as they are written. */
import * as z from 'zod';
import { EBPF_ALGORITHMS, IPVS_ORDERS, IPVS_SCHEDULERS, PROXY_MODES } from '../../contract/plan.ts';
import type { EbpfAlgorithm, IpvsOrder, IpvsScheduler, ProxyMode } from '../../contract/plan.ts';
import { distribution } from './distribution.ts';
import type { DistributionInput } from './distribution.ts';
import {
  choice,
  duration,
  fields,
  flag,
  integer,
  list,
  orNone,
  quantity,
  ratio,
  text,
} from './fields.ts';
import { costs } from './proxy-costs.ts';
import type { CostsInput } from './proxy-costs.ts';

export interface NodeInput {
  name?: string | undefined;
  namePrefix?: string | undefined;
  count?: number | undefined;
  zone?: string | undefined;
  zones?: string[] | undefined;
  cpu?: string | number | undefined;
}

export const node: z.ZodType<NodeInput> = fields({
  name: text().optional(),
  namePrefix: text().optional(),
  count: integer(1, 20_000).optional(),
  zone: text().optional(),
  zones: list(text()).min(1).optional(),
  cpu: quantity.optional(),
}).meta({ description: 'A node by name, or `count` nodes prefix-1, prefix-2 …' });

export interface NetworkInput {
  sameNode?: DistributionInput | undefined;
  sameZone?: DistributionInput | undefined;
  crossZone?: DistributionInput | undefined;
  external?: DistributionInput | undefined;
  podGone?: { answer?: 'unreachable' | 'none' | undefined; after?: string | undefined } | undefined;
  tcpSynRetries?: number | undefined;
  tcpSynLinearTimeouts?: number | undefined;
  synTimeout?: string | undefined;
  icmpRateLimit?:
    'none' | { interval?: string | undefined; burst?: number | undefined } | undefined;
}

export const network: z.ZodType<string | NetworkInput> = z.union([
  duration,
  fields(
    {
      sameNode: distribution.optional(),
      sameZone: distribution.optional(),
      crossZone: distribution.optional(),
      external: distribution.optional(),
      podGone: fields({
        answer: choice(['unreachable', 'none']).optional(),
        after: duration.optional(),
      }).optional(),
      tcpSynRetries: integer(1, 127).optional(),
      tcpSynLinearTimeouts: integer(0, 127).optional(),
      synTimeout: duration.optional(),
      icmpRateLimit: orNone(
        fields(
          { interval: duration.optional(), burst: integer(1, 1_000_000).optional() },
          'none or a map',
        ),
      ).optional(),
    },
    'a duration or a map of hops',
  ),
]);

export interface IpvsInput {
  scheduler?: IpvsScheduler | undefined;
  tcpTimeout?: string | undefined;
  tcpFinTimeout?: string | undefined;
  udpTimeout?: string | undefined;
  order?: IpvsOrder | undefined;
  connReuseMode?: number | undefined;
}

interface IptablesInput {
  backend?: (typeof IPTABLES_BACKENDS)[number] | undefined;
  masqueradeAll?: boolean | undefined;
  ipListTot?: number | undefined;
}

interface EbpfInput {
  algorithm?: EbpfAlgorithm | undefined;
  maglevTableSize?: number | undefined;
}

/** Timeouts of conntrack: those that KubeProxyConfiguration has, and the kernel's others. */
export const CONNTRACK_TIMEOUT_FIELDS = [
  'timeWait',
  'close',
  'synSent',
  'tcpEstablishedTimeout',
  'udpTimeout',
  'udpStreamTimeout',
] as const;

export type ConntrackInput = { max?: number | 'none' | undefined } & {
  [timeout in (typeof CONNTRACK_TIMEOUT_FIELDS)[number]]?: string | undefined;
};

export interface ProxyInput {
  mode?: ProxyMode | undefined;
  minSyncPeriod?: string | undefined;
  syncPeriod?: string | undefined;
  burst?: number | undefined;
  syncFailure?: { probability?: string | number | undefined } | undefined;
  iptables?: IptablesInput | undefined;
  nftables?: { masqueradeAll?: boolean | undefined } | undefined;
  ipvs?: IpvsInput | undefined;
  ebpf?: EbpfInput | undefined;
  otherServices?: number | undefined;
  otherServicesWithoutEndpoints?: number | undefined;
  costs?: 'calibrated' | 'none' | CostsInput | undefined;
  conntrack?: 'none' | ConntrackInput | undefined;
  perNode?: Record<string, ProxyInput> | undefined;
}

/** Which iptables command writes the rules, and so which kernel tables packets walk. */
const IPTABLES_BACKENDS = ['legacy', 'nft'] as const;

const proxyFields = {
  mode: choice(PROXY_MODES).optional(),
  minSyncPeriod: duration.optional(),
  syncPeriod: duration.optional(),
  burst: integer(1).optional(),
  syncFailure: fields({ probability: ratio.optional() }).optional(),
  iptables: fields({
    backend: choice(IPTABLES_BACKENDS).optional(),
    masqueradeAll: flag().optional(),
    ipListTot: integer(1, 65_535).optional(),
  }).optional(),
  nftables: fields({ masqueradeAll: flag().optional() }).optional(),
  ipvs: fields({
    scheduler: choice(IPVS_SCHEDULERS).optional(),
    tcpTimeout: duration.optional(),
    tcpFinTimeout: duration.optional(),
    udpTimeout: duration.optional(),
    order: choice(IPVS_ORDERS).optional(),
    connReuseMode: integer(0, 1).optional(),
  }).optional(),
  ebpf: fields({
    algorithm: choice(EBPF_ALGORITHMS).optional(),
    maglevTableSize: integer(1).optional(),
  }).optional(),
  otherServices: integer(0).optional(),
  otherServicesWithoutEndpoints: integer(0).optional(),
  costs: z.union([z.literal(['calibrated', 'none']), costs]).optional(),
  conntrack: orNone(
    fields(
      {
        max: orNone(integer(1)).optional(),
        timeWait: duration.optional(),
        close: duration.optional(),
        synSent: duration.optional(),
        tcpEstablishedTimeout: duration.optional(),
        udpTimeout: duration.optional(),
        udpStreamTimeout: duration.optional(),
      },
      'none or a map',
    ),
  ).optional(),
};

export const proxy: z.ZodType<ProxyInput> = fields({
  ...proxyFields,
  perNode: z
    .record(z.string(), fields(proxyFields), { error: 'a map of nodes by name' })
    .optional(),
});
