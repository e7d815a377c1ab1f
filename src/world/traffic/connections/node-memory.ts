/** How long nodes remember connections over which nothing is sent. */
import type { Plan } from '../../../contract/plan.ts';

/** The shortest time (ns) after which some node forgets an idle connection. */
export function shortestMemory({ proxies }: Plan): number {
  const memories = proxies.map(({ mode, ipvs, conntrack }) => {
    if (mode === 'ipvs') return ipvs.tcpTimeout;
    return mode === 'ebpf' ? Infinity : conntrack.tcpEstablishedTimeout;
  });
  return Math.min(...memories);
}
