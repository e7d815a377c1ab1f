/**
 * A parsed document as a tree of plain nodes that know where they were written. Far smaller than
 * the nodes of the YAML library, and replaceable piecewise: an override copies the path to what it
 * changes and shares the rest.
 */
import type { Span } from './source.ts';

export type Node = ScalarNode | MapNode | ListNode;

export interface ScalarNode extends Span {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}

export interface MapNode extends Span {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  /** Nodes in it with every alias expanded. */
  readonly weight: number;
}

export interface ListNode extends Span {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly weight: number;
}

export interface Entry {
  readonly key: Span;
  readonly value: Node;
}

/** Keys and indices from a document's root. */
export type Path = readonly (string | number)[];

/** Nodes in `node` with every alias expanded, itself included. */
export const weightOf = (node: Node): number => (node.kind === 'scalar' ? 1 : node.weight);

/** The child of a node, or undefined where it has none of that name. An explicit null counts as absent. */
export function child(node: Node | undefined, key: string | number): Node | undefined {
  if (node === undefined || node.kind === 'scalar') return undefined;
  const value =
    node.kind === 'map'
      ? node.entries.get(String(key))?.value
      : typeof key === 'number'
        ? node.items[key]
        : undefined;
  return value === undefined || isNull(value) ? undefined : value;
}

export const isNull = (node: Node): boolean => node.kind === 'scalar' && node.value === null;

export function descend(node: Node | undefined, path: Path): Node | undefined {
  let at = node;
  for (const key of path) at = child(at, key);
  return at;
}

/**
 * Where to point when speaking of `path`: its value (or the key before it); where the path does not
 * exist, the deepest part of it that does, by its key.
 */
export function locate(root: Node, path: Path, part: 'key' | 'value' = 'value'): Span {
  let at: Node = root;
  let key: Span = firstLineOf(root);
  for (const step of path) {
    const entry = at.kind === 'map' ? at.entries.get(String(step)) : undefined;
    const item = at.kind === 'list' && typeof step === 'number' ? at.items[step] : undefined;
    const next = entry?.value ?? item;
    if (next === undefined) return key;
    key = entry?.key ?? firstLineOf(next);
    at = next;
  }
  if (part === 'key' || isNull(at)) return key;
  return firstLineOf(at);
}

/** A collection is pointed at by its first line only. */
export function firstLineOf(span: Span): Span {
  const newline = span.source.text.indexOf('\n', span.start);
  if (newline === -1 || newline >= span.end) return span;
  const end = Math.max(span.start, newline);
  return { source: span.source, start: span.start, end };
}

/** A path as messages print it: `spec.clients[0].target`. */
export function pathText(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[\w-]+$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `["${step}"]`;
  }
  return text;
}

/** Maps whose keys are names, among which a leading `x-` means nothing special. */
const NAMED_MAPS: ReadonlySet<string> = new Set([
  'perNode',
  'set',
  'parameters',
  'labels',
  'annotations',
  'metrics',
]);

/**
 * The tree as plain data. Keys that begin with `x-` are left out (they are the user's own), and so are
 * entries that are null, which Kubernetes reads as not set.
 */
export function toData(node: Node, key: string = ''): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map((item) => toData(item));
  const keepsAll = NAMED_MAPS.has(key);
  const data: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, entry] of node.entries) {
    if (isNull(entry.value) || (!keepsAll && name.startsWith('x-'))) continue;
    data[name] = toData(entry.value, name);
  }
  return data;
}
