/**
 * The building blocks of the schema. Each knows in words what it expects, so that one translator
 * (../validation) can turn every violation into a sentence. By convention the message of a type violation
 * is that of `typeMessage`, and that of unknown fields the list of the known ones.
 */
import * as z from 'zod';
import { TIME_MAX } from '../../base/time.ts';
import {
  formatDuration,
  parseDuration,
  parseNanoseconds,
  parseQuantity,
  parseRate,
  parseRatio,
  suggestDuration,
} from '../../base/units.ts';
import { meantChoice, meantList, meantMap, typeMessage } from './meant.ts';

/** What a custom check adds to its message: code and hint of the diagnostic. */
export interface CheckParams {
  readonly code?: 'Invalid' | 'Required' | 'TypeInvalid';
  readonly hint?: string | undefined;
}

const DURATION_HINT = 'Units: ns us ms s m h, e.g. 250ms, 1m30s';

/** A map with exactly these fields; `noun` where something else could stand in its place. */
export function fields<Shape extends z.ZodRawShape>(
  shape: Shape,
  noun?: string,
): z.ZodObject<Shape, z.core.$strict> {
  return mapOf(shape, (value) =>
    typeMessage(
      noun ?? 'a map',
      noun === undefined ? Object.keys(shape) : [],
      meantMap(shape, value),
    ),
  );
}

/** The same; `mistyped` says what was expected instead of a value that is no map. */
function mapOf<Shape extends z.ZodRawShape>(
  shape: Shape,
  mistyped: (value: unknown) => string,
): z.ZodObject<Shape, z.core.$strict> {
  const names = Object.keys(shape).join(' ');
  return z.strictObject(shape, {
    error: ({ code, input }) => (code === 'unrecognized_keys' ? names : mistyped(input)),
  });
}

/** A map of which exactly one field is set: the way this format writes a choice. */
export function oneOf<Shape extends z.ZodRawShape>(
  shape: Shape,
  noun: string,
): z.ZodObject<Shape, z.core.$strict> {
  const names = Object.keys(shape);
  return mapOf(shape, (value) => typeMessage(noun, names, meantChoice(shape, value)))
    .check((context) => {
      const set = Object.keys(context.value as object);
      if (set.length === 1) return;
      const message =
        set.length === 0 ? `is empty; it takes ${noun}` : `${set.join(' and ')} exclude each other`;
      const hint = `Exactly one of: ${names.join(', ')}`;
      context.issues.push({ code: 'custom', message, params: { hint }, input: context.value });
    })
    .meta({ minProperties: 1, maxProperties: 1 });
}

export function text(noun = 'text'): z.ZodString {
  return z.string({ error: noun }).min(1);
}

function checkedText(
  noun: string,
  problem: (text: string) => { message: string; hint?: string | undefined } | undefined,
): z.ZodString {
  return z.string({ error: noun }).check((context) => {
    const found = problem(context.value);
    if (found === undefined) return;
    const { message, hint } = found;
    context.issues.push({ code: 'custom', message, params: { hint }, input: context.value });
  });
}

/** `250ms`, `1m30s`. */
export const duration: z.ZodType<string> = checkedText('a duration', (written) => {
  if (parseDuration(written) !== undefined) return undefined;
  if ((parseNanoseconds(written) ?? 0) > TIME_MAX) {
    return { message: `${written} is longer than ${formatDuration(TIME_MAX)}, the longest time` };
  }
  if (written.startsWith('-') && parseDuration(written.slice(1)) !== undefined) {
    return { message: `"${written}" is negative`, hint: 'a duration is at least 0s' };
  }
  const meant = suggestDuration(written);
  const hint = meant === undefined ? DURATION_HINT : `did you mean "${meant}"? ${DURATION_HINT}`;
  return { message: `"${written}" is not a duration`, hint };
}).meta({
  id: 'duration',
  description: 'A Go duration: 250us, 20ms, 1m30s.',
  pattern: `^\\+?(0|(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$`,
});

/** `2000/s`, `90/m`. */
export const rate: z.ZodType<string> = checkedText('a rate', (written) => {
  const perSecond = parseRate(written);
  if (perSecond === undefined) {
    const number = /^\d+(\.\d+)?/.exec(written)?.[0];
    const hint = number === undefined ? 'e.g. 2000/s, 90/m' : `did you mean "${number}/s"?`;
    return { message: `"${written}" is not a rate`, hint };
  }
  return perSecond <= 1e9 ? undefined : { message: `${written} is more than one per nanosecond` };
}).meta({
  id: 'rate',
  description: 'Events per time: 2000/s, 90/m.',
  pattern: String.raw`^[0-9]+(\.[0-9]+)?([eE]\+?[0-9]{1,2})?/(ms|s|m|h)$`,
});

/** `0.1%` or `0.001`. */
export const ratio: z.ZodType<string | number> = z
  .union([
    z.number({ error: 'a ratio' }).min(0).max(1),
    checkedText('a ratio', (written) => {
      const value = parseRatio(written);
      if (value === undefined) {
        return { message: `"${written}" is not a ratio`, hint: 'e.g. 0.1% or 0.001' };
      }
      return value <= 1 ? undefined : { message: `${written} is more than the whole` };
    }).meta({ pattern: String.raw`^[0-9]+(\.[0-9]+)?([eE]-?[0-9]{1,2})?%?$` }),
  ])
  .meta({ id: 'ratio', description: 'A share: 0.1% or 0.001.' });

/** A Kubernetes quantity above zero: `4`, `500m`. */
export const quantity: z.ZodType<string | number> = z
  .union([
    z.number({ error: 'a quantity' }).positive(),
    checkedText('a quantity', (written) =>
      (parseQuantity(written) ?? 0) > 0
        ? undefined
        : { message: `"${written}" is not a quantity above zero`, hint: 'e.g. 4 or 500m' },
    ),
  ])
  .meta({ id: 'quantity', description: 'A Kubernetes quantity: 4, 500m.' });

export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): z.ZodType<number> {
  return z.int({ error: 'a whole number' }).min(min).max(max);
}

export function number(noun = 'a number'): z.ZodNumber {
  return z.number({ error: noun });
}

export function flag(): z.ZodBoolean {
  return z.boolean({ error: 'true or false' });
}

export function list<Item extends z.ZodType>(item: Item, noun = 'a list'): z.ZodArray<Item> {
  return z.array(item, { error: ({ input }) => typeMessage(noun, [], meantList(item, input)) });
}

/** One of `names`, of which messages list those that are `built`. */
export function choice<const Names extends readonly string[]>(
  names: Names,
  built: readonly string[] = names,
): z.ZodType<Names[number]> {
  return z.literal(names as readonly Names[number][] as Names[number][], {
    error: built.join(', '),
  });
}

/** `none`, or what `other` takes. */
export function orNone<Other extends z.ZodType>(
  other: Other,
): z.ZodUnion<[z.ZodLiteral<'none'>, Other]> {
  return z.union([z.literal('none'), other]);
}

/** `deployment/checkout`, `deployment/shop/checkout`, `pod/checkout-0`. */
export const reference: z.ZodType<string> = checkedText('a reference', (written) =>
  /^[a-z]+\/(?:[^/\s]+\/)?[^/\s]+$/i.test(written)
    ? undefined
    : { message: `"${written}" is not kind/name`, hint: 'e.g. deployment/checkout' },
).meta({ id: 'reference', description: 'kind/name or kind/namespace/name: deployment/checkout.' });
