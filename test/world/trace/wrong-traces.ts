/** What must hold of the traces of any run. */
import { LATENCY_PARTS } from '../../../src/contract/result.ts';
import type { RunResult } from '../../../src/contract/result.ts';
import type { RequestTrace } from '../../../src/contract/trace.ts';

/** Time by part, as the spans of a trace have it: earlier tries and what came between are `retry`. */
function spent({ spans, end }: RequestTrace): number[] {
  const parts = LATENCY_PARTS.map(() => 0);
  for (const { part, attempt, fromNs, toNs } of spans) {
    const earlier = attempt < end!.attempts;
    parts[LATENCY_PARTS.indexOf(earlier ? 'retry' : part)]! += toNs - fromNs;
  }
  return parts;
}

/** Everything that is wrong with the traces of a run, in words. */
export function wrongTraces(result: RunResult): string[] {
  const wrong: string[] = [];
  const hold = (trace: RequestTrace, condition: boolean, what: string): void => {
    if (!condition)
      wrong.push(`request ${trace.request}: ${what}\n${JSON.stringify(trace, null, 1)}`);
  };
  const recorded = new Map(result.requests!.map((record) => [record.request, record]));
  for (const trace of result.traces!) {
    const { dueNs, end, events, request, spans } = trace;
    let upTo = dueNs;
    for (const { fromNs, toNs } of spans) {
      hold(trace, fromNs === upTo && toNs > fromNs, 'spans follow one another');
      upTo = toNs;
    }
    hold(trace, events[0]?.what === 'due', 'it begins when it is due');
    hold(
      trace,
      events.every(({ atNs }, i) => i === 0 || atNs >= events[i - 1]!.atNs),
      'events are in order',
    );
    const record = recorded.get(request);
    hold(trace, (record !== undefined) === (trace.isMeasured && end !== null), 'recorded');
    if (end === null) continue;
    hold(trace, upTo - dueNs === end.latencyNs, 'spans reach its end');
    hold(
      trace,
      spent(trace).join() === end.partsNs.join(),
      `parts: ${spent(trace)} ${end.partsNs}`,
    );
    hold(
      trace,
      events.some(({ what }) => what === 'ended'),
      'its end is an event',
    );
    if (record === undefined) continue;
    hold(trace, record.latencyNs === end.latencyNs, 'latency as recorded');
    hold(trace, record.outcome === end.outcome, 'outcome as recorded');
    hold(trace, record.attempts === end.attempts, 'attempts as recorded');
    hold(trace, record.partsNs.join() === end.partsNs.join(), 'parts as recorded');
  }
  return wrong.slice(0, 1);
}
