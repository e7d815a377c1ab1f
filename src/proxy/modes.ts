/** The kube-proxy modes there are. A new one is a file beside this, a row here and a name in the plan. */
import type { PlannedProxy, ProxyMode } from '../contract/plan.ts';
import { createSampler } from '../engine/distributions/sampler.ts';
import type { RandomStream } from '../engine/random.ts';
import type { DataPlane } from './data-plane.ts';
import { Ebpf } from './ebpf.ts';
import { Iptables } from './iptables.ts';
import { Ipvs } from './ipvs/ipvs.ts';
import { Nftables } from './nftables.ts';

/** What a node offers its data plane. */
export interface DataPlaneContext {
  readonly proxy: PlannedProxy;
  /** ServicePorts on the node, the background ones included. */
  readonly services: number;
  readonly picks: RandomStream;
  readonly chainOrder: RandomStream;
  /** What first packets cost, and whether they find rules in the CPU's caches. */
  readonly firstPackets: RandomStream;
  readonly caches: RandomStream;
}

export const MODES: Readonly<Record<ProxyMode, (context: DataPlaneContext) => DataPlane>> = {
  iptables: ({ proxy, services, picks, chainOrder, firstPackets, caches }) =>
    new Iptables({
      costs: proxy.costs.iptables,
      ...proxy.iptables,
      services,
      withoutEndpoints: proxy.otherServicesWithoutEndpoints,
      picks,
      chainOrder,
      base: createSampler(proxy.costs.iptables.base, firstPackets),
      caches,
    }),
  nftables: ({ proxy, picks, firstPackets }) =>
    new Nftables({
      costs: proxy.costs.nftables,
      ...proxy.nftables,
      picks,
      base: createSampler(proxy.costs.nftables.base, firstPackets),
    }),
  ipvs: ({ proxy, chainOrder, firstPackets }) =>
    new Ipvs({
      costs: proxy.costs.ipvs,
      settings: proxy.ipvs,
      order: chainOrder,
      base: createSampler(proxy.costs.ipvs.base, firstPackets),
    }),
  ebpf: ({ proxy, picks, firstPackets }) =>
    new Ebpf({
      costs: proxy.costs.ebpf,
      ...proxy.ebpf,
      picks,
      base: createSampler(proxy.costs.ebpf.base, firstPackets),
    }),
};
