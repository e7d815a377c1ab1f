/** The kube-proxy modes there are. A new one is a file beside this, a row here and a name in the plan. */
import type { PlannedProxy, ProxyMode } from '../contract/plan.ts';
import type { RandomStream } from '../engine/random.ts';
import type { DataPlane } from './data-plane.ts';
import { Iptables } from './iptables.ts';
import { Ipvs } from './ipvs/ipvs.ts';
import { SCHEDULERS } from './ipvs/schedulers.ts';
import { Nftables } from './nftables.ts';

/** What a node offers its data plane. */
export interface DataPlaneContext {
  readonly proxy: PlannedProxy;
  /** ServicePorts on the node, the background ones included. */
  readonly services: number;
  readonly picks: RandomStream;
  readonly chainOrder: RandomStream;
}

export const MODES: Readonly<Record<ProxyMode, (context: DataPlaneContext) => DataPlane>> = {
  iptables: ({ proxy, services, picks, chainOrder }) =>
    new Iptables({ costs: proxy.costs.iptables, services, picks, chainOrder }),
  nftables: ({ proxy, picks }) => new Nftables({ costs: proxy.costs.nftables, picks }),
  ipvs: ({ proxy }) =>
    new Ipvs({ costs: proxy.costs.ipvs, scheduler: SCHEDULERS[proxy.ipvs.scheduler] }),
};
