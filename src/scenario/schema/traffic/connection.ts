/** How clients use connections, as it is written. */
import type * as z from 'zod';
import { choice, duration, fields, integer, ratio } from '../fields.ts';

export interface ConnectionInput {
  mode?: 'PerRequest' | 'KeepAlive' | 'Multiplexed' | undefined;
  pool?: number | undefined;
  reuse?: 'Lifo' | 'Fifo' | 'Random' | undefined;
  maxRequests?: number | undefined;
  maxAge?: string | undefined;
  maxAgeJitter?: string | number | undefined;
  warmUp?: number | undefined;
  idleTimeout?: string | undefined;
}

export const connection: z.ZodType<ConnectionInput> = fields({
  mode: choice(['PerRequest', 'KeepAlive', 'Multiplexed']).optional(),
  pool: integer(1, 1_000_000).optional(),
  reuse: choice(['Lifo', 'Fifo', 'Random']).optional(),
  maxRequests: integer(1).optional(),
  maxAge: duration.optional(),
  maxAgeJitter: ratio.optional(),
  warmUp: integer(1, 1_000_000).optional(),
  idleTimeout: duration.optional(),
});
