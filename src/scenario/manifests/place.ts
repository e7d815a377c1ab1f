/** Where a cursor points, kept for what is found out later. */
import type { Cursor } from './cursor.ts';
import type { Place } from './model.ts';

export const placeOf = (cursor: Cursor): Place => ({ span: cursor.span, path: cursor.place });
