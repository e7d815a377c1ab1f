/** IPVS in the Plan. */
import type { Duration } from '../base/time.ts';

/** The schedulers, by the name that KubeProxyConfiguration's `ipvs.scheduler` takes. */
export const IPVS_SCHEDULERS = [
  'rr',
  'wrr',
  'lc',
  'wlc',
  'sed',
  'nq',
  'sh',
  'dh',
  'mh',
  'lblc',
  'lblcr',
  'fo',
  'ovf',
] as const;
export type IpvsScheduler = (typeof IPVS_SCHEDULERS)[number];

/** How kube-proxy adds several endpoints at once: by address, or in any order. */
export const IPVS_ORDERS = ['sorted', 'random'] as const;
export type IpvsOrder = (typeof IPVS_ORDERS)[number];

/** What kube-proxy and the kernel of a node in mode ipvs are set to. */
export interface PlannedIpvs {
  readonly scheduler: IpvsScheduler;
  /** How long an entry outlives its last packet: of an established TCP connection, and of UDP. */
  readonly tcpTimeout: Duration;
  readonly udpTimeout: Duration;
  readonly order: IpvsOrder;
  /** sysctl net.ipv4.vs.conn_reuse_mode. */
  readonly connReuseMode: 0 | 1;
}
