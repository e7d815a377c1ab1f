/** Bisection over whole numbers. */

/** The smallest integer from `start` on at which `holds`, which stays true from there; `end` if there is none below. */
export function firstWhere(
  start: number,
  end: number,
  holds: (candidate: number) => boolean,
): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
