/** A difference between two samples as fields of JSON documents, in the metric's own unit. */
import type { Difference } from '../../study/comparison/difference.ts';
import { jsonNumber } from './json-number.ts';

/** Nulls where there is none. */
export const differenceJson = (difference: Difference | null): object => ({
  difference: jsonNumber(difference?.value),
  difference_low: jsonNumber(difference?.low),
  difference_high: jsonNumber(difference?.high),
  relative: jsonNumber(difference?.relative?.value),
  relative_low: jsonNumber(difference?.relative?.low),
  relative_high: jsonNumber(difference?.relative?.high),
});
