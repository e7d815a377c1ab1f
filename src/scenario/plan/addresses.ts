/**
 * Addresses: ClusterIPs from 10.96.0.0/12 (kubeadm's default service range), pods from 10.244.0.0/14 and
 * on (Flannel's default), 256 to a node, callers outside the cluster from 198.18.0.0/15 (RFC 2544).
 * Every address is given once. What the files say comes first.
 */
const POD_BASE = toNumber('10.244.0.0');
/** Blocks of nodes that fit from 10.244 to 10.255; those of further nodes begin at 10.128. */
const NEAR_NODES_MAX = 12 * 256;
const FAR_BASE = toNumber('10.128.0.0');
/** Pods beyond a node's block: 10.192.0.0/11. */
const OVERFLOW_BASE = toNumber('10.192.0.0');
/** Where dynamic allocation begins; the first addresses are the API server's and the DNS service's. */
const SERVICE_BASE = toNumber('10.96.1.0');
const SERVICE_FIRST = toNumber('10.96.0.0');
const SERVICE_LAST = toNumber('10.111.255.255');
const EXTERNAL_BASE = toNumber('198.18.0.0');
/** The first address of a block is the network, the second its bridge. */
const BLOCK_FIRST = 2;
const BLOCK_LAST = 254;

function toNumber(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toText(ip: number): string {
  return `${Math.floor(ip / 2 ** 24)}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`;
}

/** Whether an address is in the range of ClusterIPs. */
export function isServiceAddress(ip: string): boolean {
  const number = toNumber(ip);
  return number >= SERVICE_FIRST && number <= SERVICE_LAST;
}

export class Addresses {
  private readonly taken = new Set<string>();
  private readonly nextOfNode: number[] = [];
  private nextOverflow = OVERFLOW_BASE;
  private nextService = SERVICE_BASE;
  private nextExternal = EXTERNAL_BASE + 1;

  /** Takes an address; false where it is taken already. */
  take(ip: string): boolean {
    if (this.taken.has(ip)) return false;
    this.taken.add(ip);
    return true;
  }

  service(): string {
    for (;;) {
      const ip = toText(this.nextService++);
      if (this.take(ip)) return ip;
    }
  }

  /** For a pod on a node (its index). */
  pod(node: number): string {
    for (;;) {
      const next = this.nextOfNode[node] ?? BLOCK_FIRST;
      this.nextOfNode[node] = next + 1;
      const ip = next > BLOCK_LAST ? toText(this.nextOverflow++) : toText(blockOf(node) + next);
      if (this.take(ip)) return ip;
    }
  }

  external(): string {
    for (;;) {
      const ip = toText(this.nextExternal++);
      if (this.take(ip)) return ip;
    }
  }
}

const blockOf = (node: number): number =>
  node < NEAR_NODES_MAX ? POD_BASE + node * 256 : FAR_BASE + (node - NEAR_NODES_MAX) * 256;
