/** Load shedding of pods, as it is written. */
import type * as z from 'zod';
import type { PlannedShedding } from '../../contract/plan.ts';
import { choice, duration, fields, flag, oneOf } from './fields.ts';

export interface SheddingInput {
  queueTime?: { limit: string; at?: 'Arrival' | 'Turn' | undefined } | undefined;
  codel?:
    | {
        target?: string | undefined;
        interval?: string | undefined;
        law?: Extract<PlannedShedding, { kind: 'codel' }>['law'] | undefined;
        lifo?: boolean | undefined;
      }
    | undefined;
}

export const shedding: z.ZodType<SheddingInput> = oneOf(
  {
    queueTime: fields({
      limit: duration,
      at: choice(['Arrival', 'Turn']).optional(),
    }).optional(),
    codel: fields({
      target: duration.optional(),
      interval: duration.optional(),
      law: choice(['FailAtScale', 'RFC8289']).optional(),
      lifo: flag().optional(),
    }).optional(),
  },
  'a way of shedding load',
);
