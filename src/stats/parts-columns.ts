/**
 * Rows and columns of the parts by latency. In a file that imports nothing: the bundler folds such constants, and leaves those
 * of other files as variables to be fetched each time.
 */

/** Buckets at most 3 % of the latency wide: bands are broad, and a row of parts weighs ten numbers. */
export const PRECISION = 5;
export const OCTAVE = 32;

/** A row: the count, then the sum of each part. */
export const FIRST_PART = 1;
export const ROW = 10;

/**
 * All bits that the number of a row can have. `(row & ROWS) * ROW` is where it begins: masked, so that the compiler knows that it is no
 * large number, and checks for no overflow.
 */
export const ROWS = 0xffff;
