/** Retries, as they are written. */
import type * as z from 'zod';
import { choice, duration, fields, integer, list, number, ratio } from '../fields.ts';

/** What a retry may be triggered by. `timeout` stands for both kinds of timeout. */
export const RETRY_CAUSES = [
  'refused',
  'unreachable',
  'connectTimeout',
  'timeout',
  'reset',
  '503',
  '500',
  '502',
  '504',
  'noPorts',
  'dns',
  'circuitOpen',
  'limited',
] as const;

export interface RetryInput {
  attempts?: number | undefined;
  on?: (typeof RETRY_CAUSES)[number][] | undefined;
  backoff?:
    | {
        base?: string | undefined;
        factor?: number | undefined;
        max?: string | undefined;
        jitter?: 'None' | 'Full' | 'Equal' | undefined;
      }
    | undefined;
  budget?: string | number | undefined;
}

export const retry: z.ZodType<RetryInput> = fields({
  attempts: integer(0, 100).optional(),
  on: list(choice(RETRY_CAUSES)).optional(),
  backoff: fields({
    base: duration.optional(),
    factor: number().min(1).optional(),
    max: duration.optional(),
    jitter: choice(['None', 'Full', 'Equal']).optional(),
  }).optional(),
  budget: ratio.optional(),
});
