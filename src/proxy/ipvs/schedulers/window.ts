/**
 * The window of first-minimum.ts. In a file of their own that imports nothing: the bundler folds such constants, and
 * leaves those of other files as variables to be fetched each time.
 */

/** Whole numbers in the window: twice what a connection weighs for lc and wlc. */
export const WINDOW = 512;
export const LAST_PLACE: number = WINDOW - 1;
/** How much of the window is below the least when it moves. */
export const BELOW = 128;
