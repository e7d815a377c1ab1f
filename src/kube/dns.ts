/**
 * Names as pods resolve them: the search list that the kubelet writes into a pod's resolv.conf for
 * `dnsPolicy: ClusterFirst` (k8s: pkg/kubelet/network/dns/dns.go), and the names that glibc's resolver
 * makes of one with it (resolv.conf(5), `search` and `ndots`).
 *
 * Left out: the limits of 32 search paths and 2048 characters.
 */

/** The zone of the cluster's own names: kubeadm's default. */
export const CLUSTER_ZONE = 'cluster.local';

/** The full name of a Service, without the final dot. */
export const serviceName = (name: string, namespace: string): string =>
  `${name}.${namespace}.svc.${CLUSTER_ZONE}`;

/** Whether a full name is in the cluster's zone: CoreDNS knows it, or knows that there is none. */
export const isClusterName = (name: string): boolean => name.endsWith(`.${CLUSTER_ZONE}`);

/** The search list of a pod: the cluster's three suffixes, then those of its node, each once. */
export function searchList(namespace: string, hostSearch: readonly string[]): readonly string[] {
  const cluster = [`${namespace}.svc.${CLUSTER_ZONE}`, `svc.${CLUSTER_ZONE}`, CLUSTER_ZONE];
  return [...new Set([...cluster, ...hostSearch])];
}

/**
 * The full names that a resolver tries for `name`, in order, until one exists. A name with a final dot
 * is full already. Others with at least `ndots` dots are tried as they are first, those with fewer last.
 */
export function candidates(
  name: string,
  search: readonly string[],
  ndots: number,
): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const dots = name.split('.').length - 1;
  const searched = search.map((suffix) => `${name}.${suffix}`);
  return dots >= ndots ? [name, ...searched] : [...searched, name];
}

/** The names that are looked up on the way to the full name `target`, itself the last; null: it is not on the way. */
export function namesUpTo(target: string, tried: readonly string[]): readonly string[] | null {
  const found = tried.indexOf(target);
  return found === -1 ? null : tried.slice(0, found + 1);
}
