/**
 * The columns of the result files: names, order and decimals. They are a contract with whoever
 * reads the files: new columns go at the end, none changes its meaning.
 *
 * A row is one plain object; a cell is text. Times are milliseconds with six decimals, which is
 * the nanosecond exactly; ratios have six decimals, rates three. What has no value (a percentile
 * of no requests) is empty.
 */

/** A column: its name, and how a row's value is written. */
export interface Column<Row> {
  readonly name: string;
  /** Whether JSON writes the value as text or as a number. */
  readonly text: boolean;
  cell(row: Row): string;
}

const fixed = (value: number | null, decimals: number): string => {
  if (value === null || !Number.isFinite(value)) return '';
  const text = value.toFixed(decimals);
  // A tiny negative value must not become -0.000000.
  return Number(text) === 0 && text.startsWith('-') ? text.slice(1) : text;
};

/** Nanoseconds as milliseconds, exactly: the nanosecond is the sixth decimal. */
export function millisecondsCell(ns: number | null): string {
  if (ns === null || !Number.isFinite(ns)) return '';
  const whole = Math.round(Math.abs(ns));
  const sign = ns < 0 && whole > 0 ? '-' : '';
  const fraction = String(whole % 1e6).padStart(6, '0');
  return `${sign}${Math.floor(whole / 1e6)}.${fraction}`;
}

/** Text as it is. */
export const text = <Row>(name: string, value: (row: Row) => string): Column<Row> => ({
  name,
  text: true,
  cell: value,
});

/** A whole number. */
export const count = <Row>(name: string, value: (row: Row) => number | null): Column<Row> => ({
  name,
  text: false,
  cell: (row) => fixed(value(row), 0),
});

/** A ratio or another number without a unit: six decimals. */
export const ratio = <Row>(name: string, value: (row: Row) => number | null): Column<Row> => ({
  name,
  text: false,
  cell: (row) => fixed(value(row), 6),
});

/** A rate per second: three decimals. */
export const rate = <Row>(name: string, value: (row: Row) => number | null): Column<Row> => ({
  name,
  text: false,
  cell: (row) => fixed(value(row), 3),
});

/** A time given in nanoseconds, written in milliseconds with six decimals. */
export const milliseconds = <Row>(name: string, ns: (row: Row) => number | null): Column<Row> => ({
  name,
  text: false,
  cell: (row) => millisecondsCell(ns(row)),
});

/** A time given in nanoseconds, written in seconds with six decimals. */
export const seconds = <Row>(name: string, ns: (row: Row) => number | null): Column<Row> => ({
  name,
  text: false,
  cell: (row) => {
    const value = ns(row);
    return fixed(value === null ? null : value / 1e9, 6);
  },
});
