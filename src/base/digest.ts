/**
 * Digests for fingerprints: order matters, every bit counts, and they cost next to nothing. They
 * tell two runs apart; they do not withstand somebody who wants a collision.
 *
 * Two 32-bit lanes, each multiplying and rotating as A. Appleby's MurmurHash3 does, see every number
 * in two different linear combinations of its halves.
 */
import { scramble } from './scramble.ts';

const number = new Float64Array(1);
const halves = new Uint32Array(number.buffer);

export class Digest {
  private first = 0x243f6a88;
  private second = 0x13198a2e;

  /** Adds a number: all 64 bits of it, but for -0, which counts as 0. */
  mix(value: number): void {
    number[0] = value + 0;
    const low = halves[0]!;
    const high = halves[1]!;
    this.add(low ^ Math.imul(high, 0x9e3779b1), high ^ Math.imul(low, 0x85ebca77));
  }

  /** Adds an integer of 32 bits; anything above them is not seen. */
  mixInt(value: number): void {
    this.add(value, Math.imul(value, 0x85ebca77));
  }

  /** Adds a text and its end: `ab`, `c` is not `a`, `bc`. */
  mixText(text: string): void {
    for (let i = 0; i < text.length; i++) this.mixInt(text.charCodeAt(i));
    this.mixInt(~text.length);
  }

  /** What has been added so far, as 16 hexadecimal digits. More may be added after. */
  hex(): string {
    const first = scramble(this.first ^ Math.imul(this.second, 0x9e3779b1));
    const second = scramble(this.second ^ Math.imul(first, 0x85ebca77));
    return toHex(first) + toHex(second);
  }

  private add(forFirst: number, forSecond: number): void {
    const a = this.first ^ forFirst;
    const b = this.second ^ forSecond;
    // The lanes stay 32-bit integers at every store: a field that once held a double is slow for good.
    this.first = (Math.imul((a << 13) | (a >>> 19), 0xcc9e2d51) + 0x52dce729) | 0;
    this.second = (Math.imul((b << 17) | (b >>> 15), 0x1b873593) + 0x38495ab5) | 0;
  }
}

const toHex = (word: number): string => word.toString(16).padStart(8, '0');
