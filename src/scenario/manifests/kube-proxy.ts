/** KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1): defaults for spec.proxy. */
import { parseDuration } from '../../base/units.ts';
import { IPVS_SCHEDULERS, KUBE_PROXY_MODES } from '../../contract/plan.ts';
import type { ProxyMode } from '../../contract/plan.ts';
import type { Cursor } from './cursor.ts';
import type { KubeProxyManifest } from './model.ts';

export function readKubeProxy(root: Cursor): KubeProxyManifest {
  // An empty mode means the platform's default, which on Linux is iptables.
  const mode = root.at('mode').choice(['', ...KUBE_PROXY_MODES]);
  const minSyncPeriod: Partial<Record<ProxyMode, string>> = {};
  const syncPeriod: Partial<Record<ProxyMode, string>> = {};
  for (const each of KUBE_PROXY_MODES) {
    const least = readPeriod(root.at(each).at('minSyncPeriod'));
    if (least !== undefined) minSyncPeriod[each] = least;
    const period = readPeriod(root.at(each).at('syncPeriod'));
    if (period !== undefined) syncPeriod[each] = period;
  }
  const ipvs = root.at('ipvs');
  // An empty scheduler means rr.
  const scheduler = ipvs.at('scheduler').choice(['', ...IPVS_SCHEDULERS]);
  const conntrack = root.at('conntrack');
  return {
    kind: 'KubeProxyConfiguration',
    document: root.document,
    mode: mode === undefined || mode === '' ? null : mode,
    minSyncPeriod,
    syncPeriod,
    masqueradeAll: {
      iptables: root.at('iptables').at('masqueradeAll').flag() ?? null,
      nftables: root.at('nftables').at('masqueradeAll').flag() ?? null,
    },
    scheduler: scheduler === undefined || scheduler === '' ? null : scheduler,
    ipvsTcpTimeout: readPeriod(ipvs.at('tcpTimeout')) ?? null,
    ipvsUdpTimeout: readPeriod(ipvs.at('udpTimeout')) ?? null,
    conntrackMaxPerCore: conntrack.at('maxPerCore').integer(0) ?? null,
    conntrackMin: conntrack.at('min').integer(0) ?? null,
    conntrackTimeouts: readTimeouts(conntrack),
  };
}

function readTimeouts(conntrack: Cursor): KubeProxyManifest['conntrackTimeouts'] {
  const timeouts: Partial<Record<string, string>> = {};
  for (const field of ['tcpEstablishedTimeout', 'udpTimeout', 'udpStreamTimeout']) {
    const written = readPeriod(conntrack.at(field));
    // Zero leaves what the kernel has.
    if (written !== undefined && parseDuration(written) !== 0) timeouts[field] = written;
  }
  return timeouts;
}

function readPeriod(field: Cursor): string | undefined {
  const written = field.text();
  if (written === undefined) return undefined;
  if (parseDuration(written) !== undefined) return written;
  field.error('Invalid', `"${written}" is not a duration`, 'Units: ns us ms s m h');
  return undefined;
}
