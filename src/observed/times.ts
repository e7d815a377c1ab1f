/** Times as logs write them: durations with or without a unit, and moments. */
import { TIME_MAX } from '../base/time.ts';
import { parseNanoseconds } from '../base/units.ts';

export const LOG_UNITS = ['ns', 'us', 'ms', 's'] as const;
export type LogUnit = (typeof LOG_UNITS)[number];

export const NS_PER_UNIT: { readonly [unit in LogUnit]: number } = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
};

/** Longer text is no number, and is not looked at. */
const NUMBER_LENGTH_MAX = 40;

/** Whether `text` is a decimal number; the empty text, `0x10` and `Infinity` are none. */
export const isNumber = (text: string): boolean =>
  text.length <= NUMBER_LENGTH_MAX && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/.test(text);

/** What came of the text of a duration. */
export type LatencyRead =
  | { readonly ns: number }
  | { readonly problem: string }
  /** A number, and nobody has said of which unit. */
  | { readonly unitless: true };

/** A duration: a number in `unit`, or one with a unit of its own (`12.5ms`, `1m30s`). In whole ns. */
export function readLatency(text: string, unit: LogUnit | null): LatencyRead {
  const written = text.trim();
  if (isNumber(written)) {
    if (unit === null) return { unitless: true };
    return wholeNs(Number(written) * NS_PER_UNIT[unit], written);
  }
  const ns = parseNanoseconds(written.replace(/\s+(?=[a-zµμ])/, ''));
  if (ns === undefined || written === '') {
    return { problem: `${quoted(written)} is not a time${unit === null ? '' : ` in ${unit}`}` };
  }
  return wholeNs(ns, written);
}

/** The same for a number that a format has read already. */
export function wholeNs(ns: number, written: string): LatencyRead {
  if (ns < 0) return { problem: `${quoted(written)} is negative` };
  const whole = Math.round(ns);
  if (!(whole <= TIME_MAX)) return { problem: `${quoted(written)} is longer than 104 days` };
  return { ns: whole };
}

/** Text as messages quote it, without what would disturb a terminal. */
export function quoted(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  return JSON.stringify(short);
}

const MONTHS: readonly string[] = [
  'jan',
  'feb',
  'mar',
  'apr',
  'may',
  'jun',
  'jul',
  'aug',
  'sep',
  'oct',
  'nov',
  'dec',
];

const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 86_400_000;

interface Calendar {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
}

/**
 * Days from 1970-01-01 in the Gregorian calendar, proleptic: E. M. Reingold, N. Dershowitz, Calendrical Calculations,
 * 3rd edition, 2008, chapter 2.
 */
function daysOf({ year, month, day }: Calendar): number {
  const before = year - 1;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const correction = month <= 2 ? 0 : leap ? -1 : -2;
  const days =
    365 * before +
    Math.floor(before / 4) -
    Math.floor(before / 100) +
    Math.floor(before / 400) +
    Math.floor((367 * month - 362) / 12) +
    correction +
    day;
  return days - 719_163;
}

function momentOf(
  date: Calendar,
  clock: readonly (string | undefined)[],
  zone: string | undefined,
): number | null {
  const [hour = 0, minute = 0, second = 0] = clock.map((part) => Number(part ?? 0));
  const { month, day } = date;
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31)) return null;
  if (!(hour <= 24 && minute <= 59 && second < 61)) return null;
  const ms = daysOf(date) * MS_PER_DAY + (hour * 60 + minute) * MS_PER_MINUTE + second * 1e3;
  return ms - minutesOf(zone) * MS_PER_MINUTE;
}

/** Of `+02:00`, `-0530`, `Z` or nothing at all. */
function minutesOf(zone: string | undefined): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d(?:[.,]\d{1,9})?) ?(Z|[+-]\d\d:?\d\d)?$/i;

/** `2026-03-01T12:00:00.123Z` in ms since 1970; without a zone it is taken for UTC. Null where it is none. */
export function isoMoment(text: string): number | null {
  const [found, year, month, day, hour, minute, second, zone] = ISO.exec(text) ?? [];
  if (found === undefined) return null;
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  return momentOf(date, [hour, minute, second?.replace(',', '.')], zone);
}

const CLF =
  /^(\d{1,2})\/([A-Za-z]{3})\/(\d{4}):(\d\d):(\d\d):(\d\d(?:\.\d{1,9})?)(?: ([+-]\d{4}))?$/;

/** `10/Oct/2000:13:55:36 -0700`, as access logs have it, in ms since 1970. Null where it is none. */
export function clfMoment(text: string): number | null {
  const [found, day, month, year, hour, minute, second, zone] = CLF.exec(text) ?? [];
  if (found === undefined) return null;
  const index = MONTHS.indexOf(month!.toLowerCase()) + 1;
  if (index === 0) return null;
  const date = { year: Number(year), month: index, day: Number(day) };
  return momentOf(date, [hour, minute, second], zone);
}

/** What came of the text of a moment. */
export type MomentRead =
  { readonly ms: number } | { readonly problem: string } | { readonly unitless: true };

/** A moment in ms: a date, or a number in `unit` since whatever the log counts from. */
export function readMoment(text: string, unit: LogUnit | null): MomentRead {
  const written = text.trim();
  if (isNumber(written)) {
    if (unit === null) return { unitless: true };
    const ms = (Number(written) * NS_PER_UNIT[unit]) / NS_PER_UNIT.ms;
    return Number.isFinite(ms) ? { ms } : { problem: `${quoted(written)} is no moment` };
  }
  const ms =
    written.length > 60 ? null : (isoMoment(written) ?? clfMoment(written.replace(/^\[|\]$/g, '')));
  return ms === null ? { problem: `${quoted(written)} is no date and no number` } : { ms };
}
