import { constant } from './constant.ts';
import type { Variate } from './variate.ts';

/** Every value between `min` and `max` ns equally likely. */
export function uniform({ min, max }: { min: number; max: number }): Variate {
  const width = max - min;
  if (width === 0) return constant(min);
  return {
    mean: min + width / 2,
    constant: null,
    fill(out, count, stream) {
      for (let i = 0; i < count; i++) out[i] = min + width * stream.next();
    },
  };
}
