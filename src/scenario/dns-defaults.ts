/** The defaults of DNS, with the source of each number: a part of defaults.ts. */
import { MILLISECOND, seconds } from '../base/time.ts';
import type { Duration } from '../base/time.ts';
import type { Distribution } from '../contract/plan.ts';

/**
 * CPU time of a query to CoreDNS for a name of the cluster: one instance answered 33,669 queries a second
 * with 1.9 of the 2 CPUs of its node (coredns/deployment, kubernetes/Scaling_CoreDNS.md). That it varies
 * like an exponential is an assumption.
 */
export const DNS_SERVICE_TIME: Distribution = { kind: 'exponential', mean: 56_000 as Duration };
export const DNS_CONCURRENCY = 2;

/** Source: k8s cmd/kubeadm/app/phases/addons/dns: replicas of the Deployment, ttl of the Corefile. */
export const DNS_REPLICAS = 2;
export const DNS_TTL: Duration = seconds(30);

/** A resolver of the provider's, in another zone: an assumption. */
export const DNS_UPSTREAM: Distribution = {
  kind: 'constant',
  value: (2 * MILLISECOND) as Duration,
};

/** After SIGTERM CoreDNS goes on answering for so long (`lameduck 5s` of kubeadm's Corefile). */
export const DNS_LAMEDUCK: Duration = seconds(5);

/** Sources: k8s pkg/kubelet/network/dns (ndots), resolv.conf(5) (timeout, attempts). */
export const DNS_NDOTS = 5;
export const DNS_TIMEOUT: Duration = seconds(5);
export const DNS_ATTEMPTS = 2;

/** Most runtimes keep answers, or the connections that they made with them; glibc by itself does not. */
export const DNS_CACHE = 'client';

/** gRPC's DNS resolvers (c-ares, Go's net) and Envoy's keep no answers beside the addresses that they balance over. */
export const BALANCER_DNS_CACHE = 'none';

/** Source: KEP-1024: answers up to 30 s, denials up to 5 s. */
export const NODE_CACHE_SUCCESS: Duration = seconds(30);
export const NODE_CACHE_DENIAL: Duration = seconds(5);
