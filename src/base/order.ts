/** Orders that depend on nothing but their arguments. */

/** Compares by UTF-16 code units: the same everywhere, unlike a locale's order. */
export const compareCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
