/** Several tests at once. */

/**
 * p-values adjusted for how many there are: comparing each with α keeps the chance of even one false
 * alarm below α, however the tests hang together. S. Holm, "A simple sequentially rejective multiple
 * test procedure", Scand. J. Statist. 6 (1979). In the order of `pValues`.
 */
export function holmAdjusted(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((_, index) => index).sort((i, j) => pValues[i]! - pValues[j]! || i - j);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  order.forEach((index, rank) => {
    largest = Math.max(largest, pValues[index]! * (pValues.length - rank));
    adjusted[index] = Math.min(1, largest);
  });
  return adjusted;
}
