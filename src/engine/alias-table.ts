/**
 * Choice of one of n with given weights at the cost of one comparison, whatever n: the alias method,
 * with the table built as in M. D. Vose, "A Linear Algorithm for Generating Random Numbers with a Given
 * Distribution", IEEE Transactions on Software Engineering 17(9), 1991.
 */
import { assert } from '../base/assert.ts';

export class AliasTable {
  readonly #size: number;
  /** Share of a column that belongs to its own index; the rest is its alias's. */
  readonly #own: Float64Array;
  readonly #alias: Int32Array;

  /** @param weights not negative, of any sum above 0 */
  constructor(weights: readonly number[]) {
    const size = weights.length;
    const sum = weights.reduce((total, weight) => total + weight, 0);
    assert(sum > 0 && sum < Infinity, `weights must have a positive, finite sum: ${sum}`);
    const negative = weights.find((weight) => weight < 0);
    assert(negative === undefined, `a weight is negative: ${negative}`);
    this.#size = size;
    this.#own = Float64Array.from(weights, (weight) => (weight / sum) * size);
    this.#alias = Int32Array.from(weights, (_, index) => index);

    const poor: number[] = [];
    const rich: number[] = [];
    for (let i = 0; i < size; i++) (this.#own[i]! < 1 ? poor : rich).push(i);
    while (poor.length > 0 && rich.length > 0) {
      const taker = poor.pop()!;
      const giver = rich.at(-1)!;
      this.#alias[taker] = giver;
      this.#own[giver] = this.#own[giver]! - (1 - this.#own[taker]!);
      if (this.#own[giver]! < 1) poor.push(rich.pop()!);
    }
    // What is left differs from a full column by rounding only.
    for (const index of [...poor, ...rich]) this.#own[index] = 1;
  }

  /** The index that `u`, uniform in [0, 1), stands for. */
  pick(u: number): number {
    const scaled = u * this.#size;
    const column = Math.floor(scaled);
    return scaled - column < this.#own[column]! ? column : this.#alias[column]!;
  }
}
