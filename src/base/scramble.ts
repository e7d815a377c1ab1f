/**
 * The finaliser of A. Appleby's MurmurHash3: a bijection of 32-bit integers that mixes every bit into every
 * other. Takes any integer by its low 32 bits; returns one in [0, 2^32).
 */
export function scramble(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
