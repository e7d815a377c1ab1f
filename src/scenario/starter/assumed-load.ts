/**
 * How much traffic a scenario begins with, where nobody has said: so little that no pod comes near its limits. A pod
 * is taken to need SERVICE_MS for a request, and is kept LOAD busy at most.
 */
import type { AutoscalerManifest } from '../manifests/model.ts';
import type { Draft } from '../plan/workload-drafts.ts';
import type { ServiceDraft } from '../plan/services.ts';
import { podsOf } from './survey.ts';

/** Mean service time that stands in for a measured one, in milliseconds. */
export const SERVICE_MS = 10;
/** Share of a pod's capacity that is used. */
const LOAD = 0.3;
/** Under session affinity single pods may get several times their share. */
const AFFINITY_LOAD = 0.1;
/** Requests per second of a whole scenario, so that a first run takes seconds. */
const TOTAL_MAX = 2000;
/** No pod is taken to serve more at once, whatever its CPU. */
const CONCURRENCY_MAX = 64;

/** Requests that a pod serves at once: one for each core that it may use. */
export function assumedConcurrency(draft: Draft): number {
  if (draft.kind === 'slice') return 1;
  const cores = draft.manifest.template.containers.map(({ cpuLimit }) => cpuLimit ?? 0);
  return Math.min(CONCURRENCY_MAX, Math.max(1, Math.floor(Math.max(0, ...cores))));
}

/** Requests per second that one pod is given in all. */
function podRate(draft: Draft, autoscalers: readonly AutoscalerManifest[]): number {
  const slots = (LOAD * 1000) / SERVICE_MS;
  const rate = slots * assumedConcurrency(draft);
  if (draft.kind === 'slice' || !isScaledByCpu(draft, autoscalers)) return rate;
  // All of the service time then counts as CPU time.
  const requests = draft.manifest.template.containers.map(({ cpuRequest }) => cpuRequest ?? 0);
  const cores = requests.reduce((sum, request) => sum + request, 0);
  return Math.min(rate, slots * (cores > 0 ? cores : 1));
}

const isScaledByCpu = (draft: Draft, autoscalers: readonly AutoscalerManifest[]): boolean =>
  autoscalers.some(
    ({ target, document, metrics }) =>
      target === draft.name &&
      document.namespace === draft.namespace &&
      metrics.some(({ kind }) => kind === 'cpu'),
  );

/** Requests per second for each of the Services that are called, one entry for each client. */
export function assumedRates(
  called: readonly ServiceDraft[],
  autoscalers: readonly AutoscalerManifest[],
): readonly number[] {
  const clientsOf = new Map<Draft, number>();
  for (const backend of called.flatMap(({ backends }) => backends)) {
    clientsOf.set(backend, (clientsOf.get(backend) ?? 0) + 1);
  }
  const rates = called.map(({ backends, planned }) => {
    const shares = backends.map((each) => podRate(each, autoscalers) / (clientsOf.get(each) ?? 1));
    const pods = backends.reduce((sum, each) => sum + podsOf(each), 0);
    const affinity = planned.sessionAffinity === null ? 1 : AFFINITY_LOAD / LOAD;
    return Math.min(...shares) * pods * affinity;
  });
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  return rates.map((rate) => rate * Math.min(1, TOTAL_MAX / total));
}

/** A rate with two digits, rounded down: `150/s`, `12/m`. */
export function rateText(perSecond: number): string {
  if (perSecond < 1) return `${Math.max(1, Math.floor(perSecond * 60))}/m`;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(perSecond)) - 1);
  return `${Math.floor(perSecond / step) * step}/s`;
}
