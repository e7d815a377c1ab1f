/**
 * Columns of a journey's two rows on the express lane. In a file of their own that imports nothing: the bundler folds such
 * constants, and leaves those of other files as variables to be fetched each time.
 */

/** Instants and spans, ns: the request is due; the address of its target is known. */
export const DUE = 0;
export const RESOLVED = 1;
/**
 * When the event queue would have inserted the event of its arrival at the pod. NaN: that cannot be told, or it is served and had
 * waited for a worker.
 */
export const INSERTED = 2;
/** It is at its pod; a worker takes it; it is served; it is answered. */
export const ARRIVED = 3;
export const BEGUN = 4;
export const SERVED = 5;
export const ENDED = 6;
/** What the rules cost it, one way between it and its pod, and its service demand there. */
export const COST = 7;
export const HOP = 8;
export const DEMAND = 9;
export const TIMES = 10;

/** Numbers of the request and its connection, of its client and client pod, of its pod, and of the windows in which it was due. */
export const REQUEST = 0;
export const CONNECTION = 1;
export const CLIENT = 2;
export const REPLICA = 3;
export const POD = 4;
export const WINDOWS = 5;
export const FACTS = 6;

/**
 * All bits that the number of a row can have. `(row & ROWS) * TIMES` is where its times begin: masked, so that the compiler knows
 * how large that can be at most, and adds columns to it without a check for overflow each.
 */
export const ROWS = 0x7ffffff;
