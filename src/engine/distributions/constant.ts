import type { Variate } from './variate.ts';

/** Always `value` ns. Draws nothing from its stream. */
export function constant(value: number): Variate {
  return {
    mean: value,
    constant: value,
    fill(out, count) {
      out.fill(value, 0, count);
    },
  };
}
