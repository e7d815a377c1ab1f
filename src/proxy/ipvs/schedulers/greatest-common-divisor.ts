/** Greatest common divisor of the numbers that are not 0; 0 where all are. */
export function greatestCommonDivisor(numbers: Iterable<number>): number {
  let divisor = 0;
  for (const number of numbers) {
    let rest = number;
    while (rest !== 0) [divisor, rest] = [rest, divisor % rest];
  }
  return divisor;
}
