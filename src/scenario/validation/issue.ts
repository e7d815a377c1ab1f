/** What the schema library says of data that does not satisfy the schema, and where that is. */
import type * as z from 'zod';
import type { Path } from '../text/tree.ts';

export type Issue = z.core.$ZodIssue & {
  /** Words that could stand instead of what the issue is about. */
  readonly words?: readonly string[];
};

/** A map or a list of the data. */
export type Container = Record<string | number, unknown>;

/** What stands at `path`; undefined where nothing does. */
export function valueAt(data: unknown, path: Path): unknown {
  let at = data;
  for (const step of path) {
    if (at === null || typeof at !== 'object') return undefined;
    at = (at as Container)[step];
  }
  return at;
}
