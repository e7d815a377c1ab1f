/** The kernel's multiplicative hash (include/linux/hash.h, hash_32): the upper `bits` of `value` × the golden ratio. */
export const hash32 = (value: number, bits: number): number =>
  Math.imul(value | 0, 0x61c88647) >>> (32 - bits);
