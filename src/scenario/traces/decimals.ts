/** Numbers out of bytes. What they come to goes into arrays, because a double that is returned costs an allocation. */
import { TIME_MAX } from '../../base/time.ts';

const ZERO = 48;
const NINE = 57;
const MINUS = 45;
const POINT = 46;
const NS_PER_MS = 1e6;
/** Digits of a millisecond down to a nanosecond. */
const FRACTION_DIGITS = 6;
const INTEGER_DIGITS_MAX = 15;

export const DECODED = 0;
export const NOT_A_NUMBER = 1;
export const OUT_OF_RANGE = 2;

/**
 * A decimal number of milliseconds as whole nanoseconds into `into[at]`: `12`, `-0.25`, `1e3`. Returns DECODED or what is
 * wrong with it.
 */
export function decodeMilliseconds(
  bytes: Uint8Array,
  from: number,
  to: number,
  into: Float64Array,
  at: number,
): number {
  let i = from;
  const isNegative = i < to && bytes[i] === MINUS;
  if (isNegative) i++;
  const first = i;
  let whole = 0;
  for (; i < to; i++) {
    const byte = bytes[i]!;
    if (byte < ZERO || byte > NINE) break;
    whole = whole * 10 + (byte - ZERO);
  }
  const wholeDigits = i - first;
  let part = 0;
  let partDigits = 0;
  let rest = 0;
  if (i < to && bytes[i] === POINT) {
    i++;
    for (; i < to; i++) {
      const byte = bytes[i]!;
      if (byte < ZERO || byte > NINE) break;
      if (partDigits < FRACTION_DIGITS) part = part * 10 + (byte - ZERO);
      else if (partDigits === FRACTION_DIGITS && byte >= ZERO + 5) rest = 1;
      partDigits++;
    }
  }
  if (i < to || wholeDigits + partDigits === 0) return decodeOther(bytes, from, to, into, at);
  for (let digits = partDigits; digits < FRACTION_DIGITS; digits++) part *= 10;
  const ns = whole * NS_PER_MS + part + rest;
  if (wholeDigits > INTEGER_DIGITS_MAX || ns > TIME_MAX) return OUT_OF_RANGE;
  into[at] = isNegative ? 0 - ns : ns;
  return DECODED;
}

/** What is written in a less usual way: with an exponent, or a plus. */
function decodeOther(
  bytes: Uint8Array,
  from: number,
  to: number,
  into: Float64Array,
  at: number,
): number {
  const text = textOf(bytes, from, to);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return NOT_A_NUMBER;
  const ns = Math.round(Number(text) * NS_PER_MS);
  if (!(Math.abs(ns) <= TIME_MAX)) return OUT_OF_RANGE;
  into[at] = ns + 0;
  return DECODED;
}

/** A whole number of at most `max` into `into[at]`. */
export function decodeInteger(
  bytes: Uint8Array,
  from: number,
  to: number,
  max: number,
  into: Float64Array | Int32Array,
  at: number,
): number {
  if (from >= to) return NOT_A_NUMBER;
  let value = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte < ZERO || byte > NINE) return NOT_A_NUMBER;
    value = value * 10 + (byte - ZERO);
    if (value > max) return OUT_OF_RANGE;
  }
  into[at] = value;
  return DECODED;
}

/** An IPv4 address in dotted form as a number into `into[at]`. */
export function decodeIPv4(
  bytes: Uint8Array,
  from: number,
  to: number,
  into: Float64Array,
  at: number,
): number {
  let ip = 0;
  let part = 0;
  let digits = 0;
  let parts = 1;
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte === POINT && digits > 0) {
      ip = ip * 256 + part;
      part = 0;
      digits = 0;
      parts++;
      continue;
    }
    if (byte < ZERO || byte > NINE || digits === 3) return NOT_A_NUMBER;
    part = part * 10 + (byte - ZERO);
    digits++;
    if (part > 255) return NOT_A_NUMBER;
  }
  if (parts !== 4 || digits === 0) return NOT_A_NUMBER;
  into[at] = ip * 256 + part;
  return DECODED;
}

/** The characters of some bytes; those that are not UTF-8 are replaced. */
export const textOf = (bytes: Uint8Array, from: number, to: number): string =>
  new TextDecoder().decode(bytes.subarray(from, to));
