/**
 * Columns of the row of a pod with one worker: 64 bytes. In a file of their own that imports nothing, as those of a journey
 * (layout.ts).
 */

/** When the last request that has come is served, and when it has begun, ns. */
export const LAST = 0;
export const SINCE = 1;
/** Time at the pod of all requests that have come, and time without any up to when the last one came, ns. */
export const STAY = 2;
export const IDLE = 3;
/** So many at the pod are no news, and its ring has room for them; and so many more than now may be there. */
export const LEVEL = 4;
export const LEFT = 5;
/** Its ring: where the latest stands, and its length less 1. */
export const PLACE = 6;
export const MASK = 7;
export const COLUMNS = 8;
