/**
 * The values of a parameter as they are written: `6..12`, `6..12 step 2`, `100/s..500/s step 100/s`, and what number
 * each of them is.
 */
import {
  formatDuration,
  parseDuration,
  parseQuantity,
  parseRate,
  parseRatio,
} from '../../base/units.ts';

/** What a range comes to, or what is wrong with it. */
export type Range =
  | { readonly ok: true; readonly values: readonly string[] }
  | { readonly ok: false; readonly message: string; readonly hint: string };

const RANGE = /^\s*(.+?)\s*\.\.\s*(.+?)(?:\s+step\s+(.+?))?\s*$/;
const AMOUNT = /^(-?\d+(?:\.\d+)?(?:e[+-]?\d{1,2})?)(.*)$/i;
/** Far more than anybody waits for. */
const VALUES_MAX = 100_000;
/** Steps by which a sum of doubles may miss the end of a range. */
const TOLERANCE = 1e-9;

/** A text that begins with a number and goes on to another; `../trace.csv` is none. */
export const isRange = (text: string): boolean => /^\s*-?\d\S*\s*\.\.(?!\.)/.test(text);

const wrong = (message: string, hint: string): Range => ({ ok: false, message, hint });

/** The values of a range: its ends are values themselves, the last one where a step meets it. */
export function parseRange(text: string): Range {
  const [, from, to, step] = RANGE.exec(text) ?? [];
  if (from === undefined || to === undefined) {
    return wrong(`"${text}" is not a range`, 'e.g. 6..12, or 100/s..500/s step 100/s');
  }
  const scale = scaleOf([from, to, ...(step === undefined ? [] : [step])]);
  if (scale === undefined) {
    const hint = 'numbers, or durations, rates or quantities of one kind: 10ms..50ms step 10ms';
    return wrong(`"${text}" is not a range of one kind of value`, hint);
  }
  if (step === undefined && scale.unit !== '') {
    return wrong(`"${text}" has a unit and no step`, `e.g. ${from}..${to} step ${from}`);
  }
  const [first, last, by = 1] = scale.numbers as [number, number, number?];
  if (by <= 0) return wrong(`"${text}" has a step of ${step}`, 'a step is above zero');
  if (last < first) return wrong(`"${text}" ends before it begins`, `did you mean ${to}..${from}?`);
  const count = Math.floor((last - first) / by + TOLERANCE) + 1;
  if (count > VALUES_MAX) {
    return wrong(`"${text}" has ${count} values`, `at most ${VALUES_MAX}: take a larger step`);
  }
  const values = Array.from({ length: count }, (_, index) => scale.write(first + index * by));
  return values.some((value) => value === undefined)
    ? wrong(`"${text}" has values that cannot be written`, 'give all three in one unit')
    : { ok: true, values: values as string[] };
}

interface Scale {
  readonly numbers: readonly number[];
  /** Empty: plain numbers. */
  readonly unit: string;
  /** A value as text; undefined where it has too many digits. */
  write(value: number): string | undefined;
}

/** Decimals of a number as written. */
function decimalsOf(text: string): number {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent));
}

function scaleOf(texts: readonly string[]): Scale | undefined {
  const amounts = texts.map((text) => AMOUNT.exec(text));
  if (amounts.includes(null)) return undefined;
  const [unit, ...others] = amounts.map((amount) => amount![2]!);
  if (others.every((other) => other === unit)) {
    const numbers = amounts.map((amount) => Number(amount![1]));
    const decimals = Math.min(100, Math.max(...amounts.map((amount) => decimalsOf(amount![1]!))));
    const isUnit = unit === '' || unit === '%' || numberOf(`1${unit!}`) !== null;
    const write = (value: number): string => `${Number(value.toFixed(decimals))}${unit!}`;
    return isUnit ? { numbers, unit: unit!, write } : undefined;
  }
  return (
    kindOf(texts, parseDuration, (value) => formatDuration(Math.round(value))) ??
    kindOf(texts, parseRate, (value) => `${Number(value.toPrecision(12))}/s`)
  );
}

/** Values in several units of one kind, which are all read and written as their base unit. */
function kindOf(
  texts: readonly string[],
  parse: (text: string) => number | undefined,
  format: (value: number) => string,
): Scale | undefined {
  const numbers = texts.map(parse);
  if (numbers.includes(undefined)) return undefined;
  return {
    numbers: numbers as number[],
    unit: 'several',
    write(value): string | undefined {
      const text = format(value);
      return Math.abs(parse(text)! - value) <= Math.abs(value) * TOLERANCE ? text : undefined;
    },
  };
}

/**
 * What a value is as a number: a duration in seconds, a rate per second, a ratio, a quantity in its unit. Null: it is text.
 *
 * @param isQuantity that `500m` is half of one, as in manifests, and not 500 minutes.
 */
export function numberOf(text: string, isQuantity: boolean = false): number | null {
  if (/^-?\d+(?:\.\d+)?(?:e[+-]?\d{1,2})?$/i.test(text)) return Number(text);
  const duration = parseDuration(text);
  const quantity = parseQuantity(text) ?? null;
  if (isQuantity && quantity !== null) return quantity;
  return duration === undefined
    ? (parseRate(text) ?? parseRatio(text) ?? quantity)
    : duration / 1e9;
}
