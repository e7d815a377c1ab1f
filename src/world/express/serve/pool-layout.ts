/**
 * Columns of the two rows of a pod with a pool of workers. In a file of their own that imports nothing, as those of a journey
 * (layout.ts).
 */

/** Its ring: where it begins, its length less 1, where the first of those at the pod stands, and how many they are. */
export const BASE = 0;
export const MASK = 1;
export const HEAD = 2;
export const SIZE = 3;
export const RING = 4;

/** Time at the pod and with its workers of all requests that have come, ns; and how many workers it has. */
export const STAY = 0;
export const WORK = 1;
export const WORKERS = 2;
export const SUMS = 3;
