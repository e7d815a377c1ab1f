/** Sessions of several requests, as they are written. */
import * as z from 'zod';
import { distribution } from '../distribution.ts';
import type { DistributionInput } from '../distribution.ts';
import { choice, fields, integer, number, oneOf } from '../fields.ts';

export interface SessionInput {
  requests:
    | number
    | {
        geometric?: { mean: number } | undefined;
        uniform?: { min: number; max: number } | undefined;
      };
  think?: DistributionInput | undefined;
  onError?: 'Continue' | 'End' | undefined;
}

/** Requests of a session. */
const LENGTH_MAX = 1_000_000;

export const session: z.ZodType<SessionInput> = fields({
  requests: z.union([
    integer(1, LENGTH_MAX),
    oneOf(
      {
        geometric: fields({ mean: number().min(1).max(LENGTH_MAX) }).optional(),
        uniform: fields({ min: integer(1, LENGTH_MAX), max: integer(1, LENGTH_MAX) }).optional(),
      },
      'a number of requests, or geometric or uniform',
    ),
  ]),
  think: distribution.optional(),
  onError: choice(['Continue', 'End']).optional(),
});
