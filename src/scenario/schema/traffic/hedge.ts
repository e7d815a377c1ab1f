/** Hedged requests, as they are written. */
import type * as z from 'zod';
import type { HedgePolicy } from '../../../contract/plan.ts';
import { choice, duration, fields, integer, list, ratio } from '../fields.ts';
import { RETRY_CAUSES } from './retry.ts';

export interface HedgeInput {
  maxAttempts?: number | undefined;
  after: string;
  nonFatal?: (typeof RETRY_CAUSES)[number][] | undefined;
  budget?: string | number | undefined;
  serviceTime?: HedgePolicy['serviceTime'] | undefined;
}

export const hedge: z.ZodType<HedgeInput> = fields({
  maxAttempts: integer(2, 10).optional(),
  after: duration,
  nonFatal: list(choice(RETRY_CAUSES)).optional(),
  budget: ratio.optional(),
  serviceTime: choice(['Redrawn', 'Same']).optional(),
});
