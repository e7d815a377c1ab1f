/**
 * The kernel's hash of one 32-bit word on 64-bit machines (lib/siphash.c, hsiphash_1u32): the lower half
 * of SipHash-1-3, here with both words of the key alike. J.-P. Aumasson and D. J. Bernstein,
 * "SipHash: a fast short-input PRF" (2012). 64-bit words are pairs of halves, the lower first.
 */

/** v0 to v3: "somepseudorandomlygeneratedbytes". */
const INITIAL = Int32Array.of(
  0x70736575,
  0x736f6d65,
  0x6e646f6d,
  0x646f7261,
  0x6e657261,
  0x6c796765,
  0x79746573,
  0x74656462,
);
/** The last block's upper byte: the message is four bytes long. */
const LENGTH = 4 << 24;

const state = new Int32Array(8);

/** Hash of the 32-bit `value` under the key (`key`, `key`), as a signed number. */
export function hsiphash(value: number, key: number): number {
  const v = state;
  v.set(INITIAL);
  v[0] ^= key;
  v[2] ^= key;
  v[4] ^= key;
  v[6] ^= key;
  v[6] ^= value;
  v[7] ^= LENGTH;
  round(v);
  v[0] ^= value;
  v[1] ^= LENGTH;
  v[4] ^= 0xff;
  round(v);
  round(v);
  round(v);
  return v[0] ^ v[2] ^ v[4] ^ v[6];
}

function round(v: Int32Array): void {
  add(v, 0, 2);
  rotate(v, 2, 13);
  exclude(v, 2, 0);
  swap(v, 0);
  add(v, 4, 6);
  rotate(v, 6, 16);
  exclude(v, 6, 4);
  add(v, 0, 6);
  rotate(v, 6, 21);
  exclude(v, 6, 0);
  add(v, 4, 2);
  rotate(v, 2, 17);
  exclude(v, 2, 4);
  swap(v, 4);
}

/** Word at `a` += word at `b`. */
function add(v: Int32Array, a: number, b: number): void {
  const low = (v[a] + v[b]) | 0;
  const carry = low >>> 0 < v[b] >>> 0 ? 1 : 0;
  v[a] = low;
  v[a + 1] = v[a + 1] + v[b + 1] + carry;
}

/** Rotates the word at `a` left by fewer than 32 bits. */
function rotate(v: Int32Array, a: number, bits: number): void {
  const low = v[a];
  const high = v[a + 1];
  v[a] = (low << bits) | (high >>> (32 - bits));
  v[a + 1] = (high << bits) | (low >>> (32 - bits));
}

/** Rotates the word at `a` by 32 bits. */
function swap(v: Int32Array, a: number): void {
  const low = v[a];
  v[a] = v[a + 1];
  v[a + 1] = low;
}

/** Word at `a` ^= word at `b`. */
function exclude(v: Int32Array, a: number, b: number): void {
  v[a] ^= v[b];
  v[a + 1] ^= v[b + 1];
}
