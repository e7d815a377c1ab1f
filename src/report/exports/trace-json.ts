/** Traces as JSON: the run that they are of, and an object a request. */
import { LATENCY_PARTS } from '../../contract/result.ts';
import type { RequestTrace } from '../../contract/trace.ts';

const INDENT = 2;

/** The text of a file; numbers are whole nanoseconds. */
export function traceJson(
  traces: readonly RequestTrace[],
  run: Readonly<Record<string, string | number>>,
): string {
  const requests = traces.map(({ end, ...trace }) => ({
    ...trace,
    end: end === null ? null : { ...end, partsNs: byPart(end.partsNs) },
  }));
  return `${JSON.stringify({ ...run, requests }, null, INDENT)}\n`;
}

const byPart = (partsNs: readonly number[]): Readonly<Record<string, number>> =>
  Object.fromEntries(LATENCY_PARTS.map((part, i) => [part, partsNs[i]!]));
