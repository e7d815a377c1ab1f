/** One request, event by event, for people: when, where, what, and the numbers that explain it. */
import { LATENCY_PARTS } from '../../contract/result.ts';
import type { RequestTrace, TraceEvent, TraceOutcome } from '../../contract/trace.ts';
import { formatCount, formatTime, plural } from '../numbers.ts';
import { grid } from './grid.ts';
import type { Style } from './style.ts';
import { traceStepText } from './trace-steps.ts';

/** Decimals of an instant in seconds: microseconds. */
const INSTANT_DECIMALS = 6;

/** Of which run the traces are, and what they were chosen from. */
export interface TraceHead {
  readonly scenario: string;
  readonly variant: string;
  readonly replication: number;
  readonly seed: number;
  /** Where the slowest were asked for: how many requests were measured. */
  readonly slowestOf: number | null;
}

/** `checkout  variant ipvs · replication 0 · seed 42 · the 3 slowest of 36,018 measured requests`. */
export function traceHeadLine(head: TraceHead, traces: number, style: Style): string {
  const { replication, scenario, seed, slowestOf, variant } = head;
  const many = traces === 1 ? 'slowest' : `${formatCount(traces)} slowest`;
  const facts = [
    `variant ${variant}`,
    `replication ${replication}`,
    `seed ${seed}`,
    ...(slowestOf === null ? [] : [`the ${many} of ${plural(slowestOf, 'measured request')}`]),
  ];
  return `${style.bold(scenario)}  ${facts.join(' · ')}`;
}

/** A trace as lines. */
export function traceLines(trace: RequestTrace, style: Style): readonly string[] {
  const { client, clientIp, dueNs, end, events, isMeasured, node, parent, request } = trace;
  const where = node === '' ? 'outside the cluster' : `on ${node}`;
  const when = isMeasured ? '' : '  due in the warm-up: not in the results';
  const of = parent === null ? '' : `  called for request ${parent}`;
  const head = `request ${request} of ${client} (${clientIp}, ${where})  ${outcomeText(end)}${when}${of}`;
  const rows = events.map((event) => [
    `t=${(event.atNs / 1e9).toFixed(INSTANT_DECIMALS)}s`,
    `+${formatTime(event.atNs - dueNs)}`,
    `${event.place.kind}/${event.place.name}`,
    eventText(event, trace),
  ]);
  const lines = grid(rows, 'lrll').map((line, i) => (events[i]!.inVain ? style.dim(line) : line));
  return [style.bold(head), ...lines];
}

/** `ok after 181ms`, and how many tries it took. */
function outcomeText(end: TraceOutcome | null): string {
  if (end === null) return 'had not ended when the run did';
  const tries = end.attempts === 1 ? '' : `, ${plural(end.attempts, 'attempt')}`;
  const how = end.outcome === 'ok' ? 'ok' : `failed with ${end.outcome}`;
  return `${how} after ${formatTime(end.latencyNs)}${tries}`;
}

function eventText(event: TraceEvent, { end }: RequestTrace): string {
  const text =
    event.what === 'ended' && end !== null ? endText(end) : traceStepText(event, event.attempt);
  return event.inVain ? `(in vain) ${text}` : text;
}

/** How it ended, and what its latency was made of. */
function endText(end: TraceOutcome): string {
  const { latencyNs, outcome, partsNs, reason, retryEnd } = end;
  const parts = LATENCY_PARTS.flatMap((part, i) =>
    partsNs[i]! > 0 ? [`${part} ${formatTime(partsNs[i]!)}`] : [],
  );
  const sum = parts.length === 0 ? '' : ` = ${parts.join(' + ')}`;
  const latency = `latency ${formatTime(latencyNs)}${sum}`;
  if (outcome === 'ok') return latency;
  const why = reason === null ? '' : ` (${reason})`;
  const last = retryEnd === null ? '' : `, not tried again: ${retryEnd}`;
  return `failed with ${outcome}${why}${last}; ${latency}`;
}
