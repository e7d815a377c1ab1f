/** When a kube-proxy syncs: periods, bursts, forced syncs, failures. */
import type { Duration } from '../../base/time.ts';
import { formatDuration, parseRatio } from '../../base/units.ts';
import type { PlannedProxy, ProxyMode } from '../../contract/plan.ts';
import {
  BURST,
  FORCED_SYNCS,
  FULL_SYNC_PERIOD,
  MIN_SYNC_PERIOD,
  SYNC_PERIOD,
} from '../defaults.ts';
import type { KubeProxyManifest } from '../manifests/model.ts';
import type { ProxyInput } from '../schema/cluster.ts';
import { locate } from '../text/tree.ts';
import type { Path } from '../text/tree.ts';
import { durationOf } from './distributions.ts';
import type { ScenarioDocument } from './scenario-document.ts';

export type SyncSettings = Pick<
  PlannedProxy,
  'minSyncPeriod' | 'syncPeriod' | 'burst' | 'maxInterval' | 'fullSyncPeriod' | 'syncFailure'
>;

export function planSync(
  input: ProxyInput,
  kubeProxy: KubeProxyManifest | undefined,
  mode: ProxyMode,
): SyncSettings {
  const min = input.minSyncPeriod ?? kubeProxy?.minSyncPeriod[mode];
  const period = input.syncPeriod ?? kubeProxy?.syncPeriod[mode];
  const syncPeriod = period === undefined ? SYNC_PERIOD : durationOf(period);
  const burst = input.burst ?? BURST;
  const { isFull, everySyncPeriod } = FORCED_SYNCS[mode];
  return {
    minSyncPeriod: min === undefined ? MIN_SYNC_PERIOD[mode] : durationOf(min),
    syncPeriod,
    burst,
    // The runner without a burst is the newer one.
    maxInterval: everySyncPeriod && burst > 1 ? syncPeriod : FULL_SYNC_PERIOD,
    fullSyncPeriod: isFull ? FULL_SYNC_PERIOD : null,
    syncFailure: parseRatio(input.syncFailure?.probability ?? 0) ?? 0,
  };
}

/** kube-proxy does not start with a syncPeriod of 0, or with one below minSyncPeriod. */
export function checkSync(
  { minSyncPeriod, syncPeriod }: SyncSettings,
  mode: ProxyMode,
  at: {
    readonly input: ProxyInput;
    readonly path: Path;
    readonly kubeProxy: KubeProxyManifest | undefined;
  },
  document: ScenarioDocument,
): void {
  const message = problem(syncPeriod, minSyncPeriod);
  if (message === undefined) return;
  const hint = 'kube-proxy takes a syncPeriod above 0s and not below minSyncPeriod';
  const { input, kubeProxy } = at;
  const field = input.syncPeriod === undefined ? 'minSyncPeriod' : 'syncPeriod';
  if (input[field] !== undefined || kubeProxy === undefined) {
    document.error([...at.path, field], 'Invalid', message, hint);
    return;
  }
  const written = kubeProxy.syncPeriod[mode] === undefined ? 'minSyncPeriod' : 'syncPeriod';
  const span = locate(kubeProxy.document.root, [mode, written]);
  const path = `${kubeProxy.document.label} ${mode}.${written}`;
  document.findings.error({ code: 'Invalid', path, span, message, hint });
}

function problem(syncPeriod: Duration, minSyncPeriod: Duration): string | undefined {
  if (syncPeriod === 0) return 'a syncPeriod of 0s would retry for ever at once';
  if (syncPeriod >= minSyncPeriod) return undefined;
  const [period, least] = [syncPeriod, minSyncPeriod].map(formatDuration);
  return `syncPeriod ${period} is shorter than minSyncPeriod ${least}`;
}
