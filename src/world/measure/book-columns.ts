/** Columns of a pod's row in the books of a Service. In a file that imports nothing, so that the bundler folds them. */
export const REQUESTS = 0;
export const CONNECTIONS = 1;
export const QUEUE_NS = 2;
export const LATENCY_NS = 3;
export const LATENCY_MIN = 4;
export const LATENCY_MAX = 5;
export const COLUMNS = 8;

/**
 * All bits that the number of a row can have. `(pod & ROWS) * COLUMNS` is where it begins: masked, so that the compiler knows that it is
 * no large number, and checks for no overflow.
 */
export const ROWS = 0x7ffffff;

/** Sub-buckets per octave of its histogram as a power of two, and how many these are: 3 % wide, and interpolated within. */
export const PRECISION = 5;
export const OCTAVE = 32;
