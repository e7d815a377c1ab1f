/** Source ports, as they are written. */
import type * as z from 'zod';
import { duration, fields, integer, list, orNone } from '../fields.ts';

export type PortsInput =
  | 'none'
  | {
      range?: number[] | undefined;
      fixed?: number | undefined;
      timeWait?: string | undefined;
    };

export const ports: z.ZodType<PortsInput> = orNone(
  fields(
    {
      range: list(integer(1, 65_535)).length(2).optional(),
      fixed: integer(1, 65_535).optional(),
      timeWait: duration.optional(),
    },
    'none or a map',
  ),
);
