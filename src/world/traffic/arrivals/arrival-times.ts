/** What every arrival process offers: the instants at which requests are due, one after the other. */
import type { Arrival } from '../../../contract/plan.ts';
import type { OpenTrace } from '../../../contract/traffic/trace.ts';
import type { RandomStream } from '../../../engine/random.ts';

/** The instants of arrivals, in order, in ns; Infinity: no more. */
export interface ArrivalTimes {
  next(): number;
  /** Writes the next ones, as many as there is room for. Without it, `next` is asked for each. */
  fill?(out: Float64Array): void;
}

/** Where an arrival process takes its chance from, or its rows. */
export interface ArrivalStreams {
  readonly openTrace: OpenTrace;
  /** Of the arrivals themselves. */
  readonly arrivals: RandomStream;
  /** Of when a process that comes and goes is on and off. */
  readonly phases: RandomStream;
}

/** The parameters of a kind of arrivals. */
export type ArrivalOf<Kind extends Arrival['kind']> = Extract<Arrival, { readonly kind: Kind }>;
