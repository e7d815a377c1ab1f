/** Circuit breakers of clients, as they are written. */
import * as z from 'zod';
import { duration, fields, integer, ratio } from '../fields.ts';

export interface CircuitBreakerInput {
  failureRate?: string | number | undefined;
  slowCall?: { longerThan: string; rate?: string | number | undefined } | undefined;
  window?: string | { requests: number } | undefined;
  minimumRequests?: number | undefined;
  open?: string | undefined;
  halfOpenRequests?: number | undefined;
}

export const circuitBreaker: z.ZodType<CircuitBreakerInput> = fields({
  failureRate: ratio.optional(),
  slowCall: fields({ longerThan: duration, rate: ratio.optional() }).optional(),
  window: z
    .union([duration, fields({ requests: integer(1, 100_000) }, 'a duration or {requests}')])
    .optional(),
  minimumRequests: integer(1, 100_000).optional(),
  open: duration.optional(),
  halfOpenRequests: integer(1, 100_000).optional(),
});
