/** `proxy.ipvs`: the scheduler, and what kube-proxy and the kernel of a node in mode ipvs are set to. */
import type { Duration } from '../../base/time.ts';
import type { PlannedIpvs } from '../../contract/plan.ts';
import {
  IPVS_CONN_REUSE_MODE,
  IPVS_ORDER,
  IPVS_SCHEDULER,
  IPVS_TCP_TIMEOUT,
  IPVS_UDP_TIMEOUT,
} from '../defaults.ts';
import type { KubeProxyManifest } from '../manifests/model.ts';
import type { IpvsInput } from '../schema/cluster.ts';
import { durationOf } from './distributions.ts';

export function planIpvs(
  input: IpvsInput | undefined,
  kubeProxy: KubeProxyManifest | undefined,
): PlannedIpvs {
  return {
    scheduler: input?.scheduler ?? kubeProxy?.scheduler ?? IPVS_SCHEDULER,
    tcpTimeout: timeout(input?.tcpTimeout ?? kubeProxy?.ipvsTcpTimeout, IPVS_TCP_TIMEOUT),
    udpTimeout: timeout(input?.udpTimeout ?? kubeProxy?.ipvsUdpTimeout, IPVS_UDP_TIMEOUT),
    order: input?.order ?? IPVS_ORDER,
    connReuseMode: input?.connReuseMode === 0 ? 0 : IPVS_CONN_REUSE_MODE,
  };
}

/** As in KubeProxyConfiguration, 0 leaves what the kernel has. */
function timeout(written: string | null | undefined, kernels: Duration): Duration {
  const span = durationOf(written ?? '0s');
  return span === 0 ? kernels : span;
}
