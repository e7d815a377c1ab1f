/**
 * One request, event by event, as plain data: what happened where and when, with the numbers that explain it, and
 * spans of time that add up to its latency. `world/trace/` writes it.
 *
 * Instants are ns since the start of the run, the warm-up included, as in requests.csv.
 */
import type { FailureReason, RetryEnd } from './failures.ts';
import type { ErrorCause, ProxyMode } from './plan.ts';
import type { LatencyPart, Verdict } from './result.ts';

/** Where something happens. A client outside the cluster is a client without a node. */
export interface TracePlace {
  readonly kind: 'client' | 'node' | 'pod' | 'ingress' | 'sidecar' | 'ztunnel' | 'waypoint';
  readonly name: string;
}

/** A server of IPVS as its scheduler saw it. */
export interface TracedServer {
  readonly pod: string;
  readonly weight: number;
  readonly active: number;
  readonly inactive: number;
}

/** How old what whoever picks knows of a Service's endpoints is. */
export interface TracedView {
  /** Since when it knows it, ns ago; null: since before the run. */
  readonly viewNs: number | null;
  /** Changes of the Service that have been written and have not come here, and since when the first was due, ns ago. */
  readonly changesBehind: number;
  readonly behindNs: number;
}

/** What a node made of a first packet, and what it knew. */
export interface TracedVerdict extends TracedView {
  readonly what: 'verdict';
  readonly mode: ProxyMode;
  readonly verdict: Verdict;
  /** The pod, where there is one; and whether that takes connections in truth. */
  readonly pod: string | null;
  readonly podTakes: boolean;
  /** Endpoints that the rules choose among, and the position of the pick among them, from 0; -1: none of them. */
  readonly endpoints: number;
  readonly position: number;
  /**
   * A new pick; session affinity; an entry of an earlier packet; the name had the pod's own address; a balancer had picked
   * that; or the node's ztunnel picks.
   */
  readonly by: 'rules' | 'affinity' | 'remembered' | 'address' | 'balancer' | 'ztunnel';
  /** IPVS: the scheduler, and the servers in its list; other modes: none. */
  readonly scheduler: string | null;
  readonly servers: readonly TracedServer[];
  /** What the rules cost the packet, ns. */
  readonly costNs: number;
}

/** What happened. */
export type TraceStep =
  /** The request is due, and its first try begins. */
  | { readonly what: 'due' }
  /** Another try begins. */
  | { readonly what: 'try' }
  /** It waits for its turn, behind so many, as so many tries of its pod may be under way at a time. */
  | { readonly what: 'held'; readonly ahead: number; readonly places: number }
  /** The client itself does not let it begin. */
  | { readonly what: 'notSent'; readonly reason: FailureReason }
  /** It waits for a connection, behind so many, where the pool holds `pool` at most. */
  | { readonly what: 'waits'; readonly ahead: number; readonly pool: number }
  /** Whoever balances knows nobody yet who takes connections, and waits for one. */
  | { readonly what: 'waitsForEndpoint'; readonly endpoints: number }
  /** A balancer has picked: its policy, how many endpoints it knows, and how many requests the one had under way. */
  | ({
      readonly what: 'picked';
      readonly policy: string;
      readonly pod: string;
      readonly endpoints: number;
      readonly inFlight: number;
    } & TracedView)
  /** It waits for the address of its target: a look-up that begins, or that is under way. */
  | { readonly what: 'lookup' }
  | {
      readonly what: 'query';
      readonly name: string;
      readonly type: 'A' | 'AAAA';
      readonly to: string;
    }
  | {
      readonly what: 'answer';
      readonly name: string;
      readonly type: 'A' | 'AAAA';
      readonly outcome: 'found' | 'nothing' | 'servfail' | 'refused';
    }
  | { readonly what: 'queryTimeout' }
  | { readonly what: 'resolved' }
  /** A connection is opened; port 0: source ports are not tracked. */
  | {
      readonly what: 'opens';
      readonly connection: number;
      readonly port: number;
      readonly udp: boolean;
    }
  | TracedVerdict
  /** A SYN that nobody will answer; when the next is sent, null: the client gives up. */
  | { readonly what: 'synLost'; readonly reason: FailureReason; readonly nextNs: number | null }
  | { readonly what: 'connected'; readonly connection: number; readonly pod: string }
  | {
      readonly what: 'connectFailed';
      readonly cause: ErrorCause;
      readonly reason: FailureReason | null;
    }
  /** It goes over a connection that is there, which has carried so many requests. */
  | {
      readonly what: 'reuses';
      readonly connection: number;
      readonly pod: string;
      readonly requests: number;
      readonly ageNs: number;
    }
  /** It leaves for a place, over such a distance. */
  | { readonly what: 'sent'; readonly to: TracePlace; readonly distance: string }
  /** It does not get through; when it is sent again, null: never. */
  | {
      readonly what: 'lost';
      readonly packet: 'request' | 'answer';
      readonly reason: FailureReason | null;
      readonly againNs: number | null;
    }
  /** At the pod: requests there that wait, workers and how many of them are busy. */
  | {
      readonly what: 'arrived';
      readonly waiting: number;
      readonly busy: number;
      readonly workers: number;
    }
  | { readonly what: 'passes' }
  /** A worker takes it: its service time as drawn and as it will be, and the part of it that is CPU time, ns. */
  | {
      readonly what: 'started';
      readonly drawnNs: number;
      readonly serviceNs: number;
      readonly cpuNs: number;
    }
  /** The pod calls another Service for it: the number of that request. */
  | { readonly what: 'calls'; readonly client: string; readonly request: number }
  /** Its calls have ended, or it does not wait for them any more. */
  | { readonly what: 'called' }
  /** The pod's CPU quota is used up, or there is a new one. */
  | { readonly what: 'throttled' }
  | { readonly what: 'unthrottled' }
  | { readonly what: 'cpuSpent' }
  /** The answer leaves; null: success. */
  | {
      readonly what: 'responded';
      readonly answer: ErrorCause | null;
      readonly reason: FailureReason | null;
    }
  /** It is gone at the pod, and nobody will ever answer. */
  | { readonly what: 'vanished'; readonly reason: FailureReason | null }
  | { readonly what: 'received'; readonly answer: ErrorCause | null }
  /** The client's time for the try is over. */
  | { readonly what: 'timedOut'; readonly reason: FailureReason | null }
  | { readonly what: 'clientDied' }
  /** One of several tries side by side has failed, or is not needed any more. */
  | {
      readonly what: 'failed';
      readonly cause: ErrorCause;
      readonly reason: FailureReason | null;
    }
  | { readonly what: 'cancelled' }
  /** The try has failed, and another begins after so long. */
  | {
      readonly what: 'retries';
      readonly cause: ErrorCause;
      readonly reason: FailureReason | null;
      readonly backoffNs: number;
    }
  | { readonly what: 'ended'; readonly outcome: 'ok' | ErrorCause };

export type TraceEvent = TraceStep & {
  readonly atNs: number;
  readonly place: TracePlace;
  /** Tries of the request so far, from 1. */
  readonly attempt: number;
  /** The client has walked away from this try. */
  readonly inVain: boolean;
};

/** For what the request waited from one instant to another. */
export interface TraceSpan {
  readonly part: LatencyPart;
  readonly place: TracePlace;
  readonly attempt: number;
  readonly fromNs: number;
  readonly toNs: number;
}

/** How a traced request ended. */
export interface TraceOutcome {
  readonly outcome: 'ok' | ErrorCause;
  readonly reason: FailureReason | null;
  readonly retryEnd: RetryEnd | null;
  readonly latencyNs: number;
  readonly attempts: number;
  /** By LATENCY_PARTS: what the books of the run have of it. */
  readonly partsNs: readonly number[];
}

export interface RequestTrace {
  readonly request: number;
  /** The request that it was made for, where a pod has made it; null: a client of its own. */
  readonly parent: number | null;
  readonly client: string;
  readonly clientIp: string;
  /** Empty: outside the cluster. */
  readonly node: string;
  readonly dueNs: number;
  /** Whether it was due in the measurement, not in the warm-up. */
  readonly isMeasured: boolean;
  /** In the order in which things happened. */
  readonly events: readonly TraceEvent[];
  /** Without gaps from when it was due to its end. */
  readonly spans: readonly TraceSpan[];
  /** Null: it had not ended when the run did. */
  readonly end: TraceOutcome | null;
}
