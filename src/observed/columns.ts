/** Names of columns and fields: which holds a latency, and what a name says of its unit. */
import type { LogUnit } from './times.ts';

const UNIT_OF_SUFFIX: readonly (readonly [RegExp, LogUnit])[] = [
  [/[_.\s(-](?:ns|nsec|nanos|nanoseconds?)\)?$/i, 'ns'],
  [/[_.\s(-](?:us|µs|μs|usec|micros|microseconds?)\)?$/i, 'us'],
  [/[_.\s(-](?:ms|msec|millis|milliseconds?)\)?$/i, 'ms'],
  [/[_.\s(-](?:s|sec|secs|seconds?)\)?$/i, 's'],
  // Camel case: latencyMs, durationNanos.
  [/[a-z](?:Ns|Nanos)$/, 'ns'],
  [/[a-z](?:Us|Micros)$/, 'us'],
  [/[a-z](?:Ms|Millis)$/, 'ms'],
  [/[a-z](?:Seconds|Secs)$/, 's'],
];

/** `latency_ms` is in ms, `durationNanos` in ns; null where a name says nothing. */
export const unitOfName = (name: string): LogUnit | null =>
  UNIT_OF_SUFFIX.find(([pattern]) => pattern.test(name))?.[1] ?? null;

const LATENCY =
  /^(?:.*[_.-])?(?:latency|duration|elapsed|took|response[_ -]?time|request[_ -]?time|service[_ -]?time|responseTime|requestTime|serviceTime)/i;
/** The names that are likely to hold a latency. */
export const latencyNames = (names: readonly string[]): readonly string[] =>
  names.filter((name) => LATENCY.test(name));

/** Names as messages list them. */
export function listed(names: readonly string[]): string {
  const text = names.slice(0, 12).join(', ');
  return names.length > 12 || text.length > 200 ? `${text.slice(0, 200)}, …` : text;
}
