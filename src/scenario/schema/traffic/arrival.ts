/** Arrivals of requests, as they are written. */
import type * as z from 'zod';
import { distribution } from '../distribution.ts';
import type { DistributionInput } from '../distribution.ts';
import { duration, fields, integer, list, number, oneOf, rate, text } from '../fields.ts';

export interface RatePoint {
  at: string;
  rate: string;
}

export interface TraceInput {
  file: string;
  speed?: number | undefined;
  repeat?: string | undefined;
}

export interface ArrivalInput {
  poisson?: { rate: string } | undefined;
  constant?: { rate: string } | undefined;
  steps?: RatePoint[] | undefined;
  ramp?: RatePoint[] | undefined;
  daily?:
    { period?: string | undefined; start?: string | undefined; points: RatePoint[] } | undefined;
  renewal?: { interarrival: DistributionInput } | undefined;
  onOff?: { on: DistributionInput; off: DistributionInput; rate: string } | undefined;
  trace?: TraceInput | undefined;
  closed?: { users: number; think?: DistributionInput | undefined } | undefined;
}

/** A nanosecond of the run may be a millisecond of the trace. */
const SPEED_MAX = 1e6;

const points = list(fields({ at: duration, rate })).min(1);

export const arrival: z.ZodType<ArrivalInput> = oneOf(
  {
    poisson: fields({ rate }).optional(),
    constant: fields({ rate }).optional(),
    steps: points.optional(),
    ramp: points.optional(),
    daily: fields({
      period: duration.optional(),
      start: duration.optional(),
      points,
    }).optional(),
    renewal: fields({ interarrival: distribution }).optional(),
    onOff: fields({ on: distribution, off: distribution, rate }).optional(),
    trace: fields({
      file: text(),
      speed: number().positive().max(SPEED_MAX).optional(),
      repeat: duration.optional(),
    }).optional(),
    closed: fields({ users: integer(1, 1_000_000), think: distribution.optional() }).optional(),
  },
  'an arrival process',
);
