/**
 * Maglev's table (Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer", NSDI 2016,
 * section 3.4) as Cilium fills it (cilium: pkg/maglev/maglev.go): every backend has a permutation of the
 * table's positions, offset + k × skip modulo its prime size, that follows from its address alone; in turns each takes
 * its next free one. So all nodes have one table, backends have equal shares to within one position, and a change moves
 * few clients but those of the backend that went.
 *
 * The hash is this project's (MurmurHash3's finaliser), not Cilium's with the installation's seed: the same laws hold,
 * but which backend a client gets differs.
 */
import { assert } from '../base/assert.ts';
import { scramble } from '../base/scramble.ts';
import type { Endpoint } from '../kube/endpoint.ts';

const OFFSET_SEED = 0x9e3779b9;
const SKIP_SEED = 0x7f4a7c15;

export class MaglevTable {
  private readonly size: number;
  /** Position in the list of endpoints by position in the table; filled when first asked. */
  private table: Int32Array | null = null;
  private endpoints: readonly Endpoint[];

  constructor(size: number, endpoints: readonly Endpoint[]) {
    this.size = size;
    this.endpoints = endpoints;
  }

  setEndpoints(endpoints: readonly Endpoint[]): void {
    this.endpoints = endpoints;
    this.table = null;
  }

  /** The endpoint, as its position in the list, of a client's address and port. */
  pick(ip: number, port: number): number {
    this.table ??= fillMaglevTable(this.size, this.endpoints);
    return this.table[scramble(scramble(ip) ^ port) % this.size]!;
  }
}

/** The table of these endpoints: at each of `size` positions the number of one in the list. */
export function fillMaglevTable(size: number, endpoints: readonly Endpoint[]): Int32Array {
  assert(endpoints.length > 0, 'a Maglev table without endpoints');
  const table = new Int32Array(size).fill(-1);
  const steps = endpoints.map(({ ip, port }) => {
    const identity = scramble(ip) ^ port;
    return {
      at: scramble(identity ^ OFFSET_SEED) % size,
      skip: 1 + (scramble(identity ^ SKIP_SEED) % (size - 1)),
    };
  });
  for (let filled = 0; ;) {
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      while (table[step.at] !== -1) step.at = (step.at + step.skip) % size;
      table[step.at] = i;
      if (++filled === size) return table;
    }
  }
}
