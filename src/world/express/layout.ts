/**
 * Numbers that stand for places and stages on the express lane. In a file of their own that imports nothing:
 * the bundler folds such constants, and leaves those of other files as variables to be fetched each time.
 */

// Where a journey is, by what it waits for.
export const SYN = 0;
export const SYN_ACK = 1;
export const REQUEST = 2;
export const SERVICE_END = 3;
export const RESPONSE = 4;

// The instants of a journey, ns, and its demand, in a row of COLUMNS numbers.
export const DUE = 0;
export const RESOLVED = 1;
export const UP = 2;
export const AT_POD = 3;
export const BEGUN = 4;
export const SERVED = 5;
export const DEMAND = 6;
export const COLUMNS = 8;

// What comes first in a timetable: nothing in time, the next arrival, something pending, or from 0 on a crossing.
export const NOTHING = -3;
export const ARRIVAL = -2;
export const PENDING = -1;
