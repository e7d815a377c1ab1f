/**
 * Traces of requests as Chrome trace events, JSON object format, as https://ui.perfetto.dev opens them ("Trace Event Format",
 * the document of Chrome's tracing). A place is a process, a request a thread of it: a slice (`X`) for the request and
 * one for each thing that it waited for, an instant (`i`) for each event, and arrows (`s`, `f`) between client and pod.
 * Times are µs of simulated time.
 */
import type { RequestTrace, TraceEvent, TracePlace, TraceSpan } from '../../contract/trace.ts';
import { traceStepText } from '../text/trace-steps.ts';

/** One event of the format. */
export interface ChromeEvent {
  readonly name: string;
  readonly ph: 'X' | 'i' | 'M' | 's' | 'f';
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly id?: number;
  /** An instant is of its thread. */
  readonly s?: 't';
  /** An arrow ends at the slice around it. */
  readonly bp?: 'e';
  readonly args?: Readonly<Record<string, unknown>>;
}

/** A whole file. */
export interface ChromeTrace {
  readonly displayTimeUnit: 'ms';
  readonly traceEvents: readonly ChromeEvent[];
  readonly otherData: Readonly<Record<string, string | number>>;
}

const micros = (ns: number): number => ns / 1000;

/** Whose thread something is on: a request at a place, at pods that serve it each of its tries. */
interface Whereabouts {
  readonly place: TracePlace;
  readonly trace: RequestTrace;
  readonly attempt: number;
}

/** Processes and threads, numbered in the order of appearance. */
class Tracks {
  readonly names: ChromeEvent[] = [];
  private readonly pids = new Map<string, number>();
  private readonly tids = new Map<string, number>();

  of({ place, trace, attempt }: Whereabouts): { readonly pid: number; readonly tid: number } {
    const process = `${place.kind}/${place.name}`;
    const pid = this.numberOf(this.pids, process);
    if (pid.isNew) this.name('process_name', { pid: pid.number, tid: 0 }, process);
    // A try that was given up may still be at a pod when the next one comes.
    const { events, request } = trace;
    const isServing = place.kind === 'pod' && place.name !== events[0]!.place.name;
    const thread = `request ${request}${isServing ? `, try ${attempt}` : ''}`;
    const tid = this.numberOf(this.tids, `${process} ${thread}`);
    const track = { pid: pid.number, tid: tid.number };
    if (tid.isNew) this.name('thread_name', track, thread);
    return track;
  }

  private numberOf(numbers: Map<string, number>, key: string): { number: number; isNew: boolean } {
    const known = numbers.get(key);
    if (known !== undefined) return { number: known, isNew: false };
    numbers.set(key, numbers.size + 1);
    return { number: numbers.size, isNew: true };
  }

  private name(what: string, track: { pid: number; tid: number }, name: string): void {
    this.names.push({ name: what, ph: 'M', ...track, args: { name } });
  }
}

/** The traces of one run. */
export function chromeTrace(
  traces: readonly RequestTrace[],
  run: Readonly<Record<string, string | number>>,
): ChromeTrace {
  const tracks = new Tracks();
  const arrows = { last: 0 };
  const events = traces.flatMap((trace) => [
    ...sliceOf(trace, tracks),
    ...trace.spans.map((span) => spanSlice(trace, span, tracks)),
    ...trace.events.map((event) => instant(trace, event, tracks)),
    ...proxyStays(trace, tracks),
    ...stays(trace, tracks),
    ...flows(trace, tracks, arrows),
  ]);
  return { displayTimeUnit: 'ms', traceEvents: [...tracks.names, ...events], otherData: run };
}

/** The request as a whole, at its client. */
function sliceOf(trace: RequestTrace, tracks: Tracks): readonly ChromeEvent[] {
  const { dueNs, end, events, request } = trace;
  const toNs = end === null ? events.at(-1)!.atNs : dueNs + end.latencyNs;
  return [
    {
      name: `request ${request}`,
      ph: 'X',
      cat: 'request',
      ...tracks.of({ place: events[0]!.place, trace, attempt: 1 }),
      ts: micros(dueNs),
      dur: micros(toNs - dueNs),
      args: { outcome: end?.outcome ?? 'unfinished', attempts: end?.attempts ?? null },
    },
  ];
}

function spanSlice(trace: RequestTrace, span: TraceSpan, tracks: Tracks): ChromeEvent {
  const { attempt, fromNs, part, place, toNs } = span;
  return {
    name: part,
    ph: 'X',
    cat: 'latency',
    ...tracks.of({ place, trace, attempt }),
    ts: micros(fromNs),
    dur: micros(toNs - fromNs),
    args: { attempt },
  };
}

function instant(trace: RequestTrace, event: TraceEvent, tracks: Tracks): ChromeEvent {
  const { atNs, attempt, inVain, place, what, ...facts } = event;
  return {
    name: traceStepText(event, attempt),
    ph: 'i',
    s: 't',
    cat: what,
    ...tracks.of({ place, trace, attempt }),
    ts: micros(atNs),
    args: { attempt, inVain, ...facts },
  };
}

/** Kinds of places that pass requests on. */
const PROXIES: readonly string[] = ['ingress', 'sidecar', 'ztunnel', 'waypoint'];

/** What a proxy has to do with the request, from first to last. */
function proxyStays(trace: RequestTrace, tracks: Tracks): readonly ChromeEvent[] {
  const { events, request, spans } = trace;
  const stayed = new Map<string, { place: TracePlace; fromNs: number; toNs: number }>();
  const note = (place: TracePlace, fromNs: number, toNs: number): void => {
    if (!PROXIES.includes(place.kind)) return;
    const key = `${place.kind}/${place.name}`;
    const known = stayed.get(key) ?? { place, fromNs, toNs };
    known.fromNs = Math.min(known.fromNs, fromNs);
    known.toNs = Math.max(known.toNs, toNs);
    stayed.set(key, known);
  };
  for (const { atNs, place } of events) note(place, atNs, atNs);
  for (const { fromNs, place, toNs } of spans) note(place, fromNs, toNs);
  return [...stayed.values()].map(({ place, fromNs, toNs }) => ({
    name: `request ${request}`,
    ph: 'X' as const,
    cat: 'proxy',
    ...tracks.of({ place, trace, attempt: 1 }),
    ts: micros(fromNs),
    dur: micros(toNs - fromNs),
    args: {},
  }));
}

/** A try's stay at a pod, which its queueing and service lie in. */
function stays(trace: RequestTrace, tracks: Tracks): readonly ChromeEvent[] {
  const { events } = trace;
  return events.flatMap((event, i) => {
    if (event.what !== 'arrived') return [];
    const leaves = leavesPod(events, i);
    const toNs = (leaves ?? events.at(-1)!).atNs;
    return [
      {
        name: `attempt ${event.attempt}`,
        ph: 'X' as const,
        cat: 'pod',
        ...tracks.of({ ...event, trace }),
        ts: micros(event.atNs),
        dur: micros(toNs - event.atNs),
        args: { inVain: leaves?.inVain ?? event.inVain },
      },
    ];
  });
}

/** Arrows from where a try is sent to where it arrives, and back. */
function flows(
  trace: RequestTrace,
  tracks: Tracks,
  arrows: { last: number },
): readonly ChromeEvent[] {
  const { events } = trace;
  const found: ChromeEvent[] = [];
  const draw = (name: string, from: TraceEvent, to: TraceEvent): void => {
    const arrow = { name, cat: 'network', id: ++arrows.last };
    found.push(
      { ...arrow, ph: 's', ...tracks.of({ ...from, trace }), ts: micros(from.atNs) },
      { ...arrow, ph: 'f', bp: 'e', ...tracks.of({ ...to, trace }), ts: micros(to.atNs) },
    );
  };
  for (const [i, event] of events.entries()) {
    if (event.what !== 'arrived') continue;
    const sent = events.slice(0, i).findLast((other) => isSentTo(other, event));
    if (sent !== undefined) draw('request', sent, event);
    const leaves = leavesPod(events, i);
    if (leaves?.what !== 'responded') continue;
    const received = events
      .slice(events.indexOf(leaves))
      .find((other) => other.what === 'received' && other.attempt === event.attempt);
    if (received !== undefined) draw('answer', leaves, received);
  }
  return found;
}

const isSentTo = (event: TraceEvent, arrival: TraceEvent): boolean =>
  event.what === 'sent' &&
  event.attempt === arrival.attempt &&
  event.to.name === arrival.place.name;

/** The event with which a try leaves the pod that it has arrived at with event number `arrival`. */
function leavesPod(events: readonly TraceEvent[], arrival: number): TraceEvent | undefined {
  const { attempt, place } = events[arrival]!;
  return events
    .slice(arrival)
    .find(
      (event) =>
        (event.what === 'responded' || event.what === 'vanished') &&
        event.attempt === attempt &&
        event.place.name === place.name,
    );
}
