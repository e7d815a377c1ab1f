/** Faults that go on at the same time multiply: how slow what they slow is by all of them. */

/** The part of 1 that rounding may leave where everything is taken back. */
const REST = 1e-9;

/** What `product` becomes when a fault of `factor` begins; with 1/factor, when it ends. Exactly 1 when all have ended. */
export function compound(product: number, factor: number): number {
  const next = product * factor;
  return Math.abs(next - 1) < REST ? 1 : next;
}
