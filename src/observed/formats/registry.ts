/** The formats there are, the most particular first: the first that recognises a file reads it. */
import type { Format, Head } from '../format.ts';
import { CSV, KNOWN_CSV } from './csv.ts';
import { JSON_LINES } from './json-lines.ts';
import { PLAIN_TEXT } from './plain.ts';

export const FORMATS: readonly Format[] = [...KNOWN_CSV, JSON_LINES, PLAIN_TEXT, CSV];

/** Null where none knows it. */
export const formatOf = (head: Head): Format | null =>
  FORMATS.find((format) => format.recognises(head)) ?? null;
