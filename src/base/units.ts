/**
 * The units people write: Go durations (`1m30s`), rates (`2000/s`), ratios (`0.1%`) and Kubernetes
 * quantities (`500m`, `256Mi`). Each parser returns undefined for text that is not of its kind;
 * what to tell the user is the caller's business.
 */
import { TIME_MAX } from './time.ts';
import type { Duration } from './time.ts';

const NANOSECONDS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['\u00b5s', 1e3],
  ['\u03bcs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
]);

const DURATION_PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/gy;

/** A Go duration in nanoseconds, fractions of a nanosecond kept; undefined where `text` is none. */
export function parseNanoseconds(text: string): number | undefined {
  if (text === '0') return 0;
  // Anything longer is no duration, and this keeps the scan below short.
  if (text.length === 0 || text.length > 100) return undefined;
  let total = 0;
  let end = text.startsWith('+') ? 1 : 0;
  if (end === text.length) return undefined;
  while (end < text.length) {
    DURATION_PART.lastIndex = end;
    const part = DURATION_PART.exec(text);
    if (part === null) return undefined;
    total += Number(part[1]) * (NANOSECONDS_PER_UNIT.get(part[2] as string) as number);
    end = DURATION_PART.lastIndex;
  }
  return total;
}

/** A Go duration rounded to whole nanoseconds; undefined where `text` is none or exceeds 104 days. */
export function parseDuration(text: string): Duration | undefined {
  const nanoseconds = parseNanoseconds(text);
  if (nanoseconds === undefined) return undefined;
  const rounded = Math.round(nanoseconds);
  return rounded <= TIME_MAX ? (rounded as Duration) : undefined;
}

const LONG_UNITS: readonly (readonly [RegExp, string])[] = [
  [/^(?:ns|nsecs?|nanos?|nanoseconds?)$/, 'ns'],
  [/^(?:us|usecs?|micros?|microseconds?)$/, 'us'],
  [/^(?:ms|msecs?|millis?|milliseconds?)$/, 'ms'],
  [/^(?:s|secs?|seconds?)$/, 's'],
  [/^(?:m|mins?|minutes?)$/, 'm'],
  [/^(?:h|hrs?|hours?)$/, 'h'],
];

/** What was probably meant by text that is almost a duration: `60sec` → `60s`, `2d` → `48h`. */
export function suggestDuration(text: string): string | undefined {
  const near = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text);
  if (near === null) return undefined;
  const amount = near[1] as string;
  const word = (near[2] as string).toLowerCase();
  if (/^d(?:ays?)?$/.test(word)) return `${Number(amount) * 24}h`;
  const unit = LONG_UNITS.find(([pattern]) => pattern.test(word));
  return unit === undefined ? undefined : `${amount}${unit[1]}`;
}

/** A duration as people write it: `1m30s`, `1.5s`, `250ms`, `22.4ns`; three decimals at most. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s';
  if (nanoseconds < 0) return `-${formatDuration(-nanoseconds)}`;
  const decimal = (value: number): string => String(Number(value.toFixed(3)));
  if (nanoseconds < 1e3) return `${decimal(nanoseconds)}ns`;
  if (nanoseconds < 1e6) return `${decimal(nanoseconds / 1e3)}us`;
  if (nanoseconds < 1e9) return `${decimal(nanoseconds / 1e6)}ms`;
  const milliseconds = Math.round(nanoseconds / 1e6);
  const hours = Math.floor(milliseconds / 3600e3);
  const minutes = Math.floor((milliseconds % 3600e3) / 60e3);
  const rest = (milliseconds % 60e3) / 1e3;
  const parts = [hours > 0 ? `${hours}h` : '', minutes > 0 ? `${minutes}m` : ''];
  return parts.join('') + (rest > 0 || (hours === 0 && minutes === 0) ? `${decimal(rest)}s` : '');
}

const SECONDS_PER_RATE_UNIT: ReadonlyMap<string, number> = new Map([
  ['ms', 1e-3],
  ['s', 1],
  ['m', 60],
  ['h', 3600],
]);

/** A rate (`2000/s`, `90/m`) in events per second; undefined where `text` is none. */
export function parseRate(text: string): number | undefined {
  const rate = /^(\d+(?:\.\d+)?(?:e\+?\d{1,2})?)\/(ms|s|m|h)$/i.exec(text);
  if (rate === null) return undefined;
  const unit = SECONDS_PER_RATE_UNIT.get((rate[2] as string).toLowerCase()) as number;
  const perSecond = unit < 1 ? Number(rate[1]) * 1e3 : Number(rate[1]) / unit;
  return Number.isFinite(perSecond) ? perSecond : undefined;
}

/** A ratio (`0.1%`, `0.001`, or the number) as a share of 1; undefined where it is none. */
export function parseRatio(value: string | number): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  const ratio = /^(\d+(?:\.\d+)?(?:e-?\d{1,2})?)(%?)$/i.exec(value);
  if (ratio === null) return undefined;
  return ratio[2] === '%' ? Number(ratio[1]) / 100 : Number(ratio[1]);
}

const QUANTITY_SUFFIXES: ReadonlyMap<string, number> = new Map([
  ['n', 1e-9],
  ['u', 1e-6],
  ['m', 1e-3],
  ['', 1],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
  ['P', 1e15],
  ['E', 1e18],
  ['Ki', 2 ** 10],
  ['Mi', 2 ** 20],
  ['Gi', 2 ** 30],
  ['Ti', 2 ** 40],
  ['Pi', 2 ** 50],
  ['Ei', 2 ** 60],
]);

/**
 * A Kubernetes quantity (`500m`, `256Mi`, `2`, `1e3`) in its base unit; undefined where it is none.
 * Source: k8s apimachinery/pkg/api/resource/quantity.go (grammar in the comment of Quantity).
 */
export function parseQuantity(value: string | number): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  const quantity = /^([+-]?)(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3}|[a-zA-Z]{0,2})$/.exec(value);
  if (quantity === null) return undefined;
  const sign = quantity[1] === '-' ? -1 : 1;
  const suffix = quantity[3] as string;
  const scale = /^[eE].*\d/.test(suffix) ? Number(`1${suffix}`) : QUANTITY_SUFFIXES.get(suffix);
  return scale === undefined ? undefined : sign * Number(quantity[2]) * scale;
}
