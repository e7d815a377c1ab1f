/**
 * What a value was meant to be that stands bare where a map or a list belongs: `mesh: Ambient` is
 * `{ mode: Ambient }`. It is proposed only where one field alone takes the value and no other is required, so that
 * what is proposed can be written as it stands.
 */
import type * as z from 'zod';
import { suggest } from '../../base/suggest.ts';

/** A scalar of the data. */
type Bare = string | number | boolean;

/** Words that YAML takes for something else, or took in an earlier version. */
const WORDS = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/** The line of a type violation's message on which stands what was meant. */
const MEANT = 2;

const isBare = (value: unknown): value is Bare =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** A scalar in a flow of YAML. */
function written(value: Bare): string {
  if (typeof value !== 'string') return String(value);
  const isPlain = /^[A-Za-z\d][\w./%-]*$/.test(value) && !WORDS.test(value);
  return isPlain && Number.isNaN(Number(value)) ? value : JSON.stringify(value);
}

/** The value as a field takes it: as it is, or as the word that it resembles. */
function taken(field: z.ZodType, value: Bare): Bare | undefined {
  const parsed = field.safeParse(value);
  if (parsed.success) return value;
  const [issue] = parsed.error.issues;
  if (issue?.code !== 'invalid_value' || typeof value !== 'string') return undefined;
  return suggest(value, issue.values.map(String));
}

/** The map around a bare value, as it is to be written. Undefined: no map, or more than one, could be meant. */
export function meantMap(shape: z.ZodRawShape, value: unknown): string | undefined {
  if (!isBare(value)) return undefined;
  const all = Object.entries(shape) as [string, z.ZodType][];
  const isOff = value === false || value === 'none';
  if (Object.hasOwn(shape, 'enabled') && (isOff || value === true)) {
    return `{ enabled: ${!isOff} }`;
  }
  // Many a field may be none; that would not be what was meant by the whole.
  if (value === 'none') return undefined;
  const required = all.filter(([, field]) => !field.safeParse(undefined).success);
  if (required.length > 1) return undefined;
  const proposed = (required.length === 1 ? required : all).flatMap(([name, field]) => {
    const word = taken(field, value);
    return word === undefined ? [] : [`{ ${name}: ${written(word)} }`];
  });
  return proposed.length === 1 ? proposed[0] : undefined;
}

/** The choice around a bare value: the first of the alternatives that it could be. */
export function meantChoice(shape: z.ZodRawShape, value: unknown): string | undefined {
  if (!isBare(value)) return undefined;
  for (const [name, field] of Object.entries(shape) as [string, z.ZodType][]) {
    const parsed = field.safeParse(value);
    const inside = parsed.success
      ? written(value)
      : parsed.error.issues[0]?.message.split('\n')[MEANT];
    if (inside !== undefined) return `{ ${name}: ${inside} }`;
  }
  return undefined;
}

/** The list of one that a value was meant to be. */
export function meantList(item: z.ZodType, value: unknown): string | undefined {
  if (value === undefined || value === null || !item.safeParse(value).success) return undefined;
  return isBare(value) ? `[${written(value)}]` : '[{ … }]';
}

/** The message of a type violation: the noun that was expected, the fields of a map, and what was meant. */
export const typeMessage = (
  noun: string,
  fields: readonly string[],
  meant: string | undefined,
): string => [noun, fields.join(', '), ...(meant === undefined ? [] : [meant])].join('\n');
