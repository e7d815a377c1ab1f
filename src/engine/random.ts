/**
 * Named streams of random numbers, on seedrandom's `alea` (Johannes Baagøe's multiply-with-carry
 * generator of lag 3, period about 2^116).
 *
 * A stream is identified by `seed/name`: one concern, one stream. Drawing from one never disturbs
 * another, so adding a client leaves everybody else's numbers as they were, and two variants of a
 * scenario see the same arrivals and the same service demands.
 *
 * The library seeds a stream and gives its state; the step is taken here. With words of 32 bits it is
 *
 *   word = low half of (2091639 × oldest + carry),  carry = high half
 *
 * The library works it out in one double, whose way to a whole number and back each draw has to wait for. Here
 * it is whole numbers but for the high half of the product, which no carry changes but by one. Tests hold the two
 * sequences equal.
 */
import alea from 'seedrandom/lib/alea.js';

/**
 * First numbers of a stream that are thrown away. Alea's seeding leaves the first one, and by its lag
 * of three the fourth, an almost linear function of the last characters of the name: `pod-1`,
 * `pod-2`, `pod-3` would start with numbers in arithmetic progression. The carry has destroyed that
 * by the seventh.
 */
export const BURN_IN = 8;

/** A reproducible sequence of uniform numbers. Seeded when first drawn from: unused, it is a name. */
export class RandomStream {
  private identity: string | null;
  // The last three draws as words, which are small integers to the engine, and what was carried over from the last.
  private oldest = 0;
  private middle = 0;
  private newest = 0;
  private carry = 0;

  private constructor(identity: string) {
    this.identity = identity;
  }

  /** The stream `name` of the run with this seed. Opening it twice gives two equal sequences. */
  static open(seed: number, name: string): RandomStream {
    return new RandomStream(`${seed}/${name}`);
  }

  /** The next number, uniform in [0, 1): a multiple of 2^-32. */
  next(): number {
    return (this.bits() >>> 0) * 2 ** -32;
  }

  /** The same draw as a word of 32 bits. */
  bits(): number {
    if (this.identity !== null) this.start(this.identity);
    // Numbers as such: the bundler would leave constants of this file as variables to be fetched each time.
    const low = Math.imul(2091639, this.oldest);
    const high = ((this.oldest >>> 0) * (2091639 * 2 ** -32)) | 0;
    const word = (low + this.carry) | 0;
    this.carry = word >>> 0 < low >>> 0 ? (high + 1) | 0 : high;
    this.oldest = this.middle;
    this.middle = this.newest;
    this.newest = word;
    return word;
  }

  /** Writes the next `count` draws, as words of 32 bits, to the start of `out`. */
  fillBits(out: Int32Array, count: number): void {
    if (this.identity !== null) this.start(this.identity);
    let { oldest, middle, newest, carry } = this;
    for (let i = 0; i < count; i++) {
      const low = Math.imul(2091639, oldest);
      const high = ((oldest >>> 0) * (2091639 * 2 ** -32)) | 0;
      const word = (low + carry) | 0;
      carry = word >>> 0 < low >>> 0 ? (high + 1) | 0 : high;
      oldest = middle;
      middle = newest;
      newest = word;
      out[i] = word;
    }
    this.oldest = oldest;
    this.middle = middle;
    this.newest = newest;
    this.carry = carry;
  }

  /** A whole number from 0 to n - 1, for n far below 2^32: each as likely as the others, to within n × 2^-32. */
  below(n: number): number {
    return (this.next() * n) | 0;
  }

  /** Writes the next `count` of these to the start of `out`. */
  fillBelow(n: number, out: Int32Array, count: number): void {
    this.fillBits(out, count);
    for (let i = 0; i < count; i++) out[i] = ((out[i]! >>> 0) * 2 ** -32 * n) | 0;
  }

  /** The next number, uniform in [0, 1): a multiple of 2^-53. Takes two draws of `next()`. */
  next53(): number {
    const high = this.next();
    return high + Math.floor(this.next() * 2 ** 21) * 2 ** -53;
  }

  /** Goes on from a state of three words of 32 bits, each well mixed, as if it had just been seeded. */
  restart(first: number, second: number, third: number): void {
    this.identity = null;
    this.oldest = first | 0;
    this.middle = second | 0;
    this.newest = third | 0;
    this.carry = 1;
  }

  private start(identity: string): void {
    const { s0, s1, s2, c } = alea(identity, { state: true }).state();
    this.restart(s0 * 2 ** 32, s1 * 2 ** 32, s2 * 2 ** 32);
    this.carry = c;
    for (let i = 0; i < BURN_IN; i++) this.bits();
  }
}
