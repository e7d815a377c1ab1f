/** A computed number in JSON: twelve digits, as more would not be the same on every machine. Null for what is no number. */
export const jsonNumber = (value: number | null | undefined): number | null =>
  value === null || value === undefined || !Number.isFinite(value)
    ? null
    : Number(value.toPrecision(12));
