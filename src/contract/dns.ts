/** DNS as a plan has it: what client pods do to resolve a name, and whom they ask. */
import type { Duration } from '../base/time.ts';
import type { Distribution } from './distribution.ts';

/** How the pods of a client resolve the name of their target: getaddrinfo() with its resolv.conf. */
export interface PlannedResolver {
  /** Full names that are looked up in turn; only the last of them exists. */
  readonly names: readonly string[];
  /** Whether a client pod keeps an answer for its TTL. */
  readonly cached: boolean;
  /** How long it waits for the answers of one attempt, and attempts per name. */
  readonly timeout: Duration;
  readonly attempts: number;
  /** Asks for AAAA once A is answered, instead of for both at once. */
  readonly singleRequest: boolean;
}

/** The cluster's DNS: a Service that pods ask over UDP, and what may stand between it and them. */
export interface PlannedDns {
  /** kube-dns: index into `Plan.services`; its ports for UDP and TCP: indices into its `ports`. */
  readonly service: number;
  readonly udp: number;
  readonly tcp: number;
  /** How long an answer about a name of the cluster is valid. */
  readonly ttl: Duration;
  /** What an upstream resolver takes for a name outside the cluster's zone. */
  readonly upstream: Distribution;
  /**
   * 0–1: probability that the node loses the second of two queries sent at once through DNAT (iptables,
   * nftables), because both would make the same conntrack entry.
   */
  readonly race: number;
  /** NodeLocal DNSCache on every node; null: none. */
  readonly nodeCache: {
    readonly serviceTime: Distribution;
    readonly concurrency: number;
    /** How long it keeps an answer at most: a positive one, and one that there is nothing. */
    readonly success: Duration;
    readonly denial: Duration;
  } | null;
}
