/** Limits of what a client pod has under way, as they are written. */
import type * as z from 'zod';
import { duration, fields, integer, number, ratio } from '../fields.ts';

interface BoundsInput {
  initial?: number | undefined;
  min?: number | undefined;
  max?: number | undefined;
}

export interface ConcurrencyLimitInput {
  max?: number | undefined;
  aimd?:
    | (BoundsInput & {
        backoffRatio?: string | number | undefined;
        timeout?: string | undefined;
      })
    | undefined;
  gradient2?:
    | (BoundsInput & {
        rttTolerance?: number | undefined;
        smoothing?: string | number | undefined;
        longWindow?: number | undefined;
        queueSize?: number | undefined;
      })
    | undefined;
  queue?: number | undefined;
}

const places = integer(1, 1_000_000);
const bounds = { initial: places.optional(), min: places.optional(), max: places.optional() };

export const concurrencyLimit: z.ZodType<ConcurrencyLimitInput> = fields({
  max: places.optional(),
  aimd: fields({
    ...bounds,
    backoffRatio: ratio.optional(),
    timeout: duration.optional(),
  }).optional(),
  gradient2: fields({
    ...bounds,
    rttTolerance: number().min(1).max(1000).optional(),
    smoothing: ratio.optional(),
    longWindow: integer(1, 1_000_000).optional(),
    queueSize: integer(0, 1_000_000).optional(),
  }).optional(),
  queue: integer(0, 1_000_000).optional(),
});
