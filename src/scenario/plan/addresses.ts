/**
 * Addresses: ClusterIPs from 10.96.0.0/12 (kubeadm's default service range), pods from 10.244.0.0/14 and
 * on (Flannel's default), 256 to a node, nodes from 172.18.0.0/16 (kind's network), callers outside the cluster from 198.18.0.0/15 (RFC 2544).
 * Every address is given once. What the files say comes first.
 */
import { formatIPv4, parseIPv4 } from '../../base/ipv4.ts';

const POD_BASE = parseIPv4('10.244.0.0');
/** Blocks of nodes that fit from 10.244 to 10.255; those of further nodes begin at 10.128. */
const NEAR_NODES_MAX = 12 * 256;
const FAR_BASE = parseIPv4('10.128.0.0');
/** Pods beyond a node's block: 10.192.0.0/11. */
const OVERFLOW_BASE = parseIPv4('10.192.0.0');
/** Where dynamic allocation begins; the first addresses are the API server's and the DNS service's. */
const SERVICE_BASE = parseIPv4('10.96.1.0');
const SERVICE_FIRST = parseIPv4('10.96.0.0');
const SERVICE_LAST = parseIPv4('10.111.255.255');
/** Its first address is the gateway's. */
const NODE_BASE = parseIPv4('172.18.0.2');
const EXTERNAL_BASE = parseIPv4('198.18.0.0');
/** The first address of a block is the network, the second its bridge. */
const BLOCK_FIRST = 2;
const BLOCK_LAST = 254;

/** Whether an address is in the range of ClusterIPs. */
export function isServiceAddress(ip: string): boolean {
  const number = parseIPv4(ip);
  return number >= SERVICE_FIRST && number <= SERVICE_LAST;
}

export class Addresses {
  private readonly taken = new Set<string>();
  private readonly nextOfNode: number[] = [];
  private nextOverflow = OVERFLOW_BASE;
  private nextService = SERVICE_BASE;
  private nextNode = NODE_BASE;
  private nextExternal = EXTERNAL_BASE + 1;

  /** Takes an address; false where it is taken already. */
  take(ip: string): boolean {
    if (this.taken.has(ip)) return false;
    this.taken.add(ip);
    return true;
  }

  service(): string {
    for (;;) {
      const ip = formatIPv4(this.nextService++);
      if (this.take(ip)) return ip;
    }
  }

  /** For a node; one that its manifest has is kept where it is free. */
  node(given: string | null): string {
    if (given !== null && this.take(given)) return given;
    for (;;) {
      const ip = formatIPv4(this.nextNode++);
      if (this.take(ip)) return ip;
    }
  }

  /** For a pod on a node (its index). */
  pod(node: number): string {
    for (;;) {
      const next = this.nextOfNode[node] ?? BLOCK_FIRST;
      this.nextOfNode[node] = next + 1;
      if (next > BLOCK_LAST) return this.overflow();
      const ip = formatIPv4(blockOf(node) + next);
      if (this.take(ip)) return ip;
    }
  }

  /** For a pod that takes no address of its node's block. */
  overflow(): string {
    for (;;) {
      const ip = formatIPv4(this.nextOverflow++);
      if (this.take(ip)) return ip;
    }
  }

  external(): string {
    for (;;) {
      const ip = formatIPv4(this.nextExternal++);
      if (this.take(ip)) return ip;
    }
  }
}

const blockOf = (node: number): number =>
  node < NEAR_NODES_MAX ? POD_BASE + node * 256 : FAR_BASE + (node - NEAR_NODES_MAX) * 256;
