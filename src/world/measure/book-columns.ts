/** Columns of a pod's row in the books of a Service. In a file that imports nothing, so that the bundler folds them. */
export const REQUESTS = 0;
export const CONNECTIONS = 1;
export const SERVED = 2;
export const QUEUE_NS = 3;
export const LATENCY_NS = 4;
export const LATENCY_MIN = 5;
export const LATENCY_MAX = 6;
export const COLUMNS = 8;
