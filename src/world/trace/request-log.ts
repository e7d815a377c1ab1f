/** What is written down of one request. */
import { FAILURE_REASONS, RETRY_ENDS, type FailureReason } from '../../contract/failures.ts';
import type { ErrorCause } from '../../contract/plan.ts';
import { LATENCY_PARTS, type LatencyPart } from '../../contract/result.ts';
import type {
  RequestTrace,
  TraceEvent,
  TraceOutcome,
  TracePlace,
  TraceSpan,
  TraceStep,
} from '../../contract/trace.ts';
import type { Attempt } from '../traffic/attempts/attempt.ts';
import type { World } from '../world.ts';
import { clientPlace } from './places.ts';

/** A reason by its number; null: nothing has gone wrong. */
export const reasonName = (reason: number): FailureReason | null => FAILURE_REASONS[reason] ?? null;

export class RequestLog {
  readonly request: number;
  private readonly parent: number | null;
  /** When a node last decided where it goes, ns. */
  decidedAt: number = 0;
  private readonly events: TraceEvent[] = [];
  private readonly spans: TraceSpan[] = [];
  private facts: Pick<RequestTrace, 'client' | 'clientIp' | 'node' | 'isMeasured'> = {
    client: '',
    clientIp: '',
    node: '',
    isMeasured: false,
  };
  private dueNs = 0;
  /** Up to when its time is accounted for, ns. */
  private upTo = 0;
  private end: TraceOutcome | null = null;

  constructor(request: number, parent: number | null = null) {
    this.request = request;
    this.parent = parent;
  }

  /** It is due now, as this attempt. */
  begin(world: World, attempt: Attempt): void {
    const { replica, due, windows } = attempt;
    const { client, ip, node } = replica;
    this.facts = {
      client: client.plan.name,
      clientIp: ip,
      node: node < 0 ? '' : world.plan.nodes[node].name,
      isMeasured: windows.interval !== null,
    };
    this.dueNs = due;
    this.upTo = due;
    this.add(attempt, due, clientPlace(replica), { what: 'due' });
  }

  /** Something happens to an attempt of it at `atNs`. */
  add(attempt: Attempt, atNs: number, place: TracePlace, step: TraceStep): void {
    const { tries, abandoned } = attempt;
    this.events.push({ atNs, place, attempt: tries, inVain: abandoned, ...step });
  }

  /** Its time up to `toNs`, of which nothing has been said yet, went into a part of its latency. */
  spend(part: LatencyPart, toNs: number, at: { attempt: number; place: TracePlace }): void {
    if (toNs <= this.upTo) return;
    const { place, attempt } = at;
    this.spans.push({ part, place, attempt, fromNs: this.upTo, toNs });
    this.upTo = toNs;
  }

  /** The same for a handshake, of which `proxyNs` went into rules, where they were asked or as soon after as fits. */
  spendOnConnect(
    proxyNs: number,
    toNs: number,
    at: { attempt: number; client: TracePlace; node: TracePlace },
  ): void {
    const { attempt, client, node } = at;
    const asked = Math.max(this.upTo, Math.min(this.decidedAt, toNs - proxyNs));
    this.spend('connect', asked, { attempt, place: client });
    this.spend('proxy', asked + proxyNs, { attempt, place: node });
    this.spend('connect', toNs, { attempt, place: client });
  }

  /** It was hedged, and has ended with a try that was sent at `sentNs`: its parts, in their order, one after the other. */
  adopt(
    parts: Float64Array,
    at: { readonly attempt: number; readonly place: TracePlace },
    sentNs: number,
  ): void {
    this.spend('retry', sentNs, at);
    LATENCY_PARTS.forEach((part, i) => {
      if (part !== 'retry') this.spend(part, this.upTo + parts[i], at);
    });
  }

  /** It has ended. */
  finish(attempt: Attempt, atNs: number, outcome: 'ok' | ErrorCause): void {
    const { due, parts, reason, retryEnd, tries } = attempt;
    this.end = {
      outcome,
      reason: outcome === 'ok' ? null : reasonName(reason),
      retryEnd: RETRY_ENDS[retryEnd] ?? null,
      latencyNs: atNs - due,
      attempts: tries,
      partsNs: [...parts],
    };
    this.add(attempt, atNs, clientPlace(attempt.replica), { what: 'ended', outcome });
  }

  trace(): RequestTrace {
    const { dueNs, end, events, facts, parent, request, spans } = this;
    return { request, parent, ...facts, dueNs, events, spans, end };
  }
}
