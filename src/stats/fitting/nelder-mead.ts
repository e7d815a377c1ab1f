/**
 * The least of a function of two numbers, without derivatives: J. A. Nelder, R. Mead, "A Simplex Method for Function
 * Minimization", The Computer Journal 7, 1965, with their coefficients.
 */
type Point = readonly [number, number];

interface Vertex {
  readonly at: Point;
  readonly value: number;
}

/** Between `from` and `to` (`by` 0 to 1), or beyond. */
const along = (from: Point, to: Point, by: number): Point => [
  from[0] + by * (to[0] - from[0]),
  from[1] + by * (to[1] - from[1]),
];

/**
 * @param step how far the search looks at first.
 * @param precision how close the corners of the triangle are when it ends.
 */
export function minimum(
  of: (point: Point) => number,
  start: Point,
  { step = 0.2, precision = 1e-7, steps = 400 }: MinimumOptions = {},
): Point {
  const vertexAt = (at: Point): Vertex => {
    const value = of(at);
    return { at, value: Number.isNaN(value) ? Infinity : value };
  };
  const others: readonly Point[] = [
    [start[0] + step, start[1]],
    [start[0], start[1] + step],
  ];
  const corners = [start, ...others].map(vertexAt);
  for (let done = 0; done < steps; done++) {
    corners.sort((a, b) => a.value - b.value);
    const [best, middle, worst] = corners as [Vertex, Vertex, Vertex];
    const size = Math.max(
      ...[middle, worst].flatMap(({ at }) => [
        Math.abs(at[0] - best.at[0]),
        Math.abs(at[1] - best.at[1]),
      ]),
    );
    if (size <= precision) break;
    const centre = along(best.at, middle.at, 0.5);
    const reflected = vertexAt(along(worst.at, centre, 2));
    if (reflected.value < best.value) {
      const expanded = vertexAt(along(worst.at, centre, 3));
      corners[2] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < middle.value) {
      corners[2] = reflected;
    } else {
      const outside = reflected.value < worst.value;
      const contracted = vertexAt(along(worst.at, centre, outside ? 1.5 : 0.5));
      if (contracted.value < Math.min(worst.value, reflected.value)) corners[2] = contracted;
      else {
        corners[1] = vertexAt(along(best.at, middle.at, 0.5));
        corners[2] = vertexAt(along(best.at, worst.at, 0.5));
      }
    }
  }
  return corners.reduce((best, corner) => (corner.value < best.value ? corner : best)).at;
}

export interface MinimumOptions {
  readonly step?: number;
  readonly precision?: number;
  readonly steps?: number;
}
