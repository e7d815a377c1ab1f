/** What pods call while they serve, as it is written. */
import type * as z from 'zod';
import { choice, fields, flag, integer, list, ratio, text } from '../fields.ts';
import { ATTEMPTS } from './attempts.ts';
import type { AttemptsInput } from './attempts.ts';

/** Rounds and requests of one call at most: more would be a load of its own. */
const REPEATED_MAX = 1000;

export interface CallInput extends AttemptsInput {
  target?: string | undefined;
  name?: string | undefined;
  probability?: string | number | undefined;
  times?: number | undefined;
  fanOut?: number | undefined;
  onError?: 'Fail' | 'Ignore' | undefined;
  propagateDeadline?: boolean | undefined;
}

/** A call, or several at once, and when they are made. */
export interface CallStepInput extends CallInput {
  at?: string | number | undefined;
  parallel?: CallInput[] | undefined;
}

const callFields = {
  target: text('a target').optional(),
  name: text().optional(),
  probability: ratio.optional(),
  times: integer(1, REPEATED_MAX).optional(),
  fanOut: integer(1, REPEATED_MAX).optional(),
  onError: choice(['Fail', 'Ignore']).optional(),
  ...ATTEMPTS,
  propagateDeadline: flag().optional(),
};

export const callStep: z.ZodType<CallStepInput> = fields({
  ...callFields,
  at: ratio.optional(),
  parallel: list(fields(callFields)).min(1).optional(),
});
