/**
 * How many pods a PodDisruptionBudget lets go, and which.
 * Source: k8s pkg/controller/disruption/disruption.go; pkg/registry/core/pod/storage/eviction.go.
 */
import { resolveUp, type IntOrPercent } from './int-or-percent.ts';

export type DisruptionLimit =
  { readonly minAvailable: IntOrPercent } | { readonly maxUnavailable: IntOrPercent };

/** Pods that have to be healthy, of `expected` that their controllers want. Shares round up, either way. */
export function desiredHealthy(limit: DisruptionLimit, expected: number): number {
  if ('minAvailable' in limit) return resolveUp(limit.minAvailable, expected);
  return Math.max(0, expected - resolveUp(limit.maxUnavailable, expected));
}

/** status.disruptionsAllowed: of `expected` pods, `healthy` are ready and not terminating. */
export function disruptionsAllowed(
  limit: DisruptionLimit,
  expected: number,
  healthy: number,
): number {
  return expected <= 0 ? 0 : Math.max(0, healthy - desiredHealthy(limit, expected));
}
