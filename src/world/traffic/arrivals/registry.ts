/**
 * The processes by which requests arrive that wait for no others, one file each. A new one is a file beside this, a row here and a kind
 * in the plan.
 */
import type { OpenArrival } from '../../../contract/plan.ts';
import type { ArrivalOf, ArrivalStreams, ArrivalTimes } from './arrival-times.ts';
import { ConstantTimes } from './constant.ts';
import { DailyTimes } from './daily.ts';
import { OnOffTimes } from './on-off.ts';
import { PiecewiseTimes } from './piecewise.ts';
import { PoissonTimes } from './poisson.ts';
import { RenewalTimes } from './renewal.ts';
import { TraceTimes } from './trace.ts';

type Kind = OpenArrival['kind'];

const NO_REQUESTS: ArrivalTimes = { next: () => Infinity };

/** Arrivals after `from` (ns). */
type Maker<K extends Kind> = (
  arrival: ArrivalOf<K>,
  streams: ArrivalStreams,
  from: number,
) => ArrivalTimes;

const byKind: { readonly [K in Kind]: Maker<K> } = {
  poisson: ({ rate }, { arrivals }, from) => new PoissonTimes(rate, arrivals, from),
  constant: ({ rate }, _, from) => new ConstantTimes(rate, from),
  steps: ({ points }, { arrivals }, from) => new PiecewiseTimes(points, false, arrivals, from),
  ramp: ({ points }, { arrivals }, from) => new PiecewiseTimes(points, true, arrivals, from),
  daily: (arrival, { arrivals }, from) => new DailyTimes(arrival, arrivals, from),
  renewal: ({ interarrival }, { arrivals }, from) => new RenewalTimes(interarrival, arrivals, from),
  onOff: (arrival, streams, from) => new OnOffTimes(arrival, streams, from),
  // Its connections are ../connections/script.ts.
  script: () => NO_REQUESTS,
  trace: (arrival, { openTrace }, from) => new TraceTimes(arrival, openTrace, from),
};

/** The arrivals that a plan describes, after `from` (ns). */
export function arrivalTimes(
  arrival: OpenArrival,
  streams: ArrivalStreams,
  from: number,
): ArrivalTimes {
  return (byKind[arrival.kind] as Maker<Kind>)(arrival, streams, from);
}
