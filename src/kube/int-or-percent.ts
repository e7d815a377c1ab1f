/** A number of pods, or a share of the replicas: an IntOrString of the API. */
export type IntOrPercent = { readonly count: number } | { readonly percent: number };

/** In pods, rounded up. Source: k8s staging/src/k8s.io/apimachinery/pkg/util/intstr. */
export function resolveUp(value: IntOrPercent, total: number): number {
  return 'count' in value ? value.count : Math.ceil((value.percent * total) / 100);
}

/** In pods, rounded down. */
export function resolveDown(value: IntOrPercent, total: number): number {
  return 'count' in value ? value.count : Math.floor((value.percent * total) / 100);
}
