/** A section of the plan: a title, and what is in it, name by name in a column. */
import { wrapAfter } from '../wrap.ts';

/** Names longer than this have their text on the same line all the same. */
const NAME_MAX = 28;

/** Nothing where there are no items. */
export function itemLines(
  title: string,
  items: readonly (readonly [name: string, text: string])[],
): readonly string[] {
  if (items.length === 0) return [];
  const width = Math.min(NAME_MAX, Math.max(...items.map(([name]) => name.length)));
  const indent = ' '.repeat(width + 4);
  return [
    title,
    ...items.flatMap(([name, text]) => wrapAfter(`  ${name.padEnd(width)}  `, text, indent)),
  ];
}
