/** JSON from outside: parsed without throwing, and looked into by paths that only reach what the text itself holds. */

/** Undefined where `text` is no JSON, or nested deeper than the engine can follow. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What stands at a path of keys; undefined where there is none. */
export function at(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return found;
}

/** A number at a path; null where there is none. */
export function numberAt(value: unknown, ...path: readonly string[]): number | null {
  const found = at(value, path);
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

/** `a.b.c` as keys, unless the whole is a key of the object. */
export function pathOf(written: string, example: unknown): readonly string[] {
  return at(example, [written]) === undefined ? written.split('.') : [written];
}

/** Dotted paths of the numbers and texts in an object, three levels deep. */
export function leafPaths(value: unknown, depth: number = 3): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.keys(value)
    .slice(0, 100)
    .flatMap((key) => {
      const inner = at(value, [key]);
      if (typeof inner === 'number' || typeof inner === 'string') return [key];
      return depth > 1 ? leafPaths(inner, depth - 1).map((path) => `${key}.${path}`) : [];
    });
}
