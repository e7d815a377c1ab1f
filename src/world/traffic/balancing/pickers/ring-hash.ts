/**
 * Consistent hashing on a ring (Karger et al., STOC 1997) as Envoy and gRPC (A42) build it: endpoints have equally many
 * points on it, as few as make it `minRingSize` large, and a request goes to the first point at or after its own.
 *
 * The hash is this project's (MurmurHash3's finaliser over 32 bits), not xxHash of the address as text: the same laws
 * hold, but which endpoint a key gets differs. Left out: weights of endpoints.
 */
import { scramble } from '../../../../base/scramble.ts';
import type { Candidate, Picker } from '../picker.ts';

const POINT_SEED = 0x9e3779b9;

export class RingHash implements Picker {
  private readonly minRingSize: number;
  private readonly maxRingSize: number;
  private candidates: readonly Candidate[] = [];
  /** Points in their order, and whose they are. Empty: yet to be filled. */
  private points = new Float64Array(0);
  private owners = new Int32Array(0);

  constructor({ minRingSize, maxRingSize }: { minRingSize: number; maxRingSize: number }) {
    this.minRingSize = minRingSize;
    this.maxRingSize = maxRingSize;
  }

  offer(candidates: readonly Candidate[]): void {
    this.candidates = candidates;
    this.points = new Float64Array(0);
  }

  pick(key: number): number {
    if (this.points.length === 0) this.fill();
    const { points } = this;
    const at = scramble(key);
    let low = 0;
    let high = points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (points[middle] < at) low = middle + 1;
      else high = middle;
    }
    return this.owners[low === points.length ? 0 : low];
  }

  private fill(): void {
    const { candidates, maxRingSize, minRingSize } = this;
    const { length } = candidates;
    const wanted = Math.ceil(minRingSize / length);
    const each = Math.max(1, Math.min(wanted, Math.floor(maxRingSize / length)));
    const size = length * each;
    const hashes = new Float64Array(size);
    candidates.forEach(({ endpoint: { ip, port } }, i) => {
      const identity = scramble(ip) ^ port;
      for (let n = 0; n < each; n++) {
        hashes[i * each + n] = scramble(identity ^ scramble(POINT_SEED + n));
      }
    });
    // Two points may coincide: whoever has the smaller number comes first.
    const order = Int32Array.from(hashes.keys()).sort((a, b) => hashes[a] - hashes[b] || a - b);
    this.points = Float64Array.from(order, (at) => hashes[at]);
    this.owners = order.map((at) => (at / each) | 0);
  }
}
