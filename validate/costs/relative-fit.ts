/**
 * Least squares of relative errors with coefficients that are not negative: what is measured over four decades
 * would otherwise be fitted at its largest values alone. Solved coordinate by coordinate, which ends at the
 * optimum of a convex problem.
 */

const ROUNDS = 20_000;

/** The coefficients c ≥ 0 for which the sum over rows of ((row · c - measured) / measured)² is least. */
export function relativeFit(
  rows: readonly (readonly number[])[],
  measured: readonly number[],
): number[] {
  const terms = rows[0]!.length;
  // In units of what is measured, and each term in units of its own size, so that all matter alike.
  const relative = rows.map((row, i) => row.map((value) => value / measured[i]!));
  const sizes = Array.from({ length: terms }, (_, j) => Math.hypot(...relative.map((r) => r[j]!)));
  const columns = sizes.map((size, j) => relative.map((r) => (size === 0 ? 0 : r[j]! / size)));
  const solution = new Array<number>(terms).fill(0);
  const residual = measured.map(() => -1);
  for (let round = 0; round < ROUNDS; round++) {
    for (let j = 0; j < terms; j++) {
      const column = columns[j]!;
      const gradient = column.reduce((sum, value, i) => sum + value * residual[i]!, 0);
      const next = Math.max(0, solution[j]! - gradient);
      const step = next - solution[j]!;
      solution[j] = next;
      for (let i = 0; i < residual.length; i++) residual[i]! += step * column[i]!;
    }
  }
  return solution.map((value, j) => (sizes[j] === 0 ? 0 : value / sizes[j]!));
}
