/**
 * Overrides: `--set path=value`, the `set` of variants, and `--vary path=a,b,c`. A path is relative to
 * spec (`proxy.mode`, `clients[web].timeout`), or names a manifest (`deployment/checkout:spec.replicas`).
 * Values are typed by the schema afterwards, like everything written in the file.
 */
import { didYouMean } from '../base/suggest.ts';
import type { Findings } from './diagnostics/diagnostics.ts';
import type { ManifestDocument } from './manifests/model.ts';
import { overridableFields } from './manifests/read.ts';
import { longKind } from './plan/references.ts';
import { parseValue } from './text/parse.ts';
import { SourceText } from './text/source.ts';
import type { Span } from './text/source.ts';
import type { Entry, MapNode, Node } from './text/tree.ts';

/** One value to be put at one path. */
export interface Override {
  readonly path: string;
  readonly value: Node;
  /** Where the path was written, for what is wrong with it. */
  readonly span: Span;
  /** `spec.variants[1].set` or `--set`, for messages. */
  readonly where: string;
}

type Step = { readonly key: string } | { readonly item: string };

/** The parts of a path: `.key`, `["a key"]`, `[0]`, `[name]`. Undefined where it is malformed. */
export function parsePath(text: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  const part = /(?:^|\.)([^.[\]]+)|\["([^"]*)"\]|\[([^[\]"]+)\]/gy;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (match === null) return undefined;
    const [, key, quoted, item] = match;
    if (item !== undefined) steps.push({ item });
    else steps.push({ key: (key ?? quoted) as string });
  }
  return steps.length === 0 ? undefined : steps;
}

/** An argument `path=value`. Undefined, with a finding, where it is none. */
export function parseOverride(
  argument: string,
  flag: string,
  findings: Findings,
): Override | undefined {
  const source = new SourceText(flag, argument);
  const equals = argument.indexOf('=');
  const whole: Span = { source, start: 0, end: argument.length };
  if (equals <= 0) {
    const message = `"${argument}" is not path=value`;
    const hint = 'e.g. proxy.mode=ipvs';
    findings.error({ code: 'Invalid', path: '', span: whole, message, hint });
    return undefined;
  }
  if (argument.slice(equals + 1).trim() === '') {
    const message = `"${argument}" has no value after "="`;
    const hint = 'null has the field as if it were not there, "" is an empty text';
    findings.error({ code: 'Required', path: '', span: whole, message, hint });
    return undefined;
  }
  const value = parseValue(source, equals + 1, findings);
  if (value === null) return undefined;
  const span = { source, start: 0, end: equals };
  return { path: argument.slice(0, equals).trim(), value, span, where: flag };
}

/** Values that say what they are without the field: `ipvs`, `{ poisson: … }`, not `6`, `5s` or `true`. */
const SPEAKS_FOR_ITSELF = /^(?!(?:true|false|null|none)$)[\p{L}{["']/u;

/** What a variant is called that sets `path` to `value`: the value, and `replicas=6` where that alone would not say what it is. */
function variantName(path: string, value: string): string {
  if (SPEAKS_FOR_ITSELF.test(value)) return value;
  const keys = (parsePath(path.replace(/^[^:]*:/, '').trim()) ?? []).flatMap((step) =>
    'key' in step ? [step.key] : [],
  );
  return keys.length === 0 ? value : `${keys.at(-1)!}=${value}`;
}

/** `path=a,b,c` as the overrides of one variant each, named by its value. */
export function parseVary(
  argument: string,
  findings: Findings,
): readonly { readonly name: string; readonly override: Override }[] {
  const equals = argument.indexOf('=');
  if (equals <= 0) {
    parseOverride(argument, '--vary', findings);
    return [];
  }
  const path = argument.slice(0, equals);
  const values = splitValues(argument.slice(equals + 1));
  const source = new SourceText('--vary', argument);
  const names = new Set<string>();
  return values.flatMap((value) => {
    if (names.has(value)) {
      const span = { source, start: equals + 1, end: argument.length };
      const message = `"${value}" is there twice`;
      findings.error({ code: 'Duplicate', path: path.trim(), span, message });
      return [];
    }
    names.add(value);
    const override = parseOverride(`${path}=${value}`, '--vary', findings);
    return override === undefined ? [] : [{ name: variantName(path, value), override }];
  });
}

/** Splits at the commas that are in no bracket and no quotes. */
export function splitValues(text: string): string[] {
  const values: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    else if (character === ',' && depth === 0) {
      values.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  values.push(text.slice(start).trim());
  return values;
}

const MANIFEST_PATH = /^([a-z]+)\/(?:([^/:\s]+)\/)?([^/:\s]+):(.+)$/i;

export const isManifestOverride = (override: Override): boolean =>
  MANIFEST_PATH.test(override.path);

/** The Scenario with a value replaced; unchanged, with a finding, where that can't be. */
export function overrideScenario(root: Node, override: Override, findings: Findings): Node {
  const steps = parsePath(override.path);
  if (steps === undefined) {
    fail(
      override,
      findings,
      `"${override.path}" is not a path`,
      'e.g. proxy.mode, clients[0].timeout',
    );
    return root;
  }
  const first = steps[0] as Step;
  const fromRoot = 'key' in first && (first.key === 'spec' || first.key === 'metadata');
  const path = fromRoot ? steps : [{ key: 'spec' }, ...steps];
  return replace(root, path, { override, findings, known: undefined }) ?? root;
}

/** The manifests with a value replaced in one of them. */
export function overrideManifest(
  manifests: readonly ManifestDocument[],
  override: Override,
  findings: Findings,
): readonly ManifestDocument[] {
  const [, kind, namespace, name, path] = MANIFEST_PATH.exec(override.path) as RegExpExecArray;
  const long = longKind(kind as string);
  const sameKind = manifests.filter((document) => document.kind.toLowerCase() === long);
  const document = sameKind.find(
    (each) => each.name === name && (namespace === undefined || each.namespace === namespace),
  );
  if (document === undefined) {
    const advice = didYouMean(
      name as string,
      sameKind.map((each) => each.name),
    );
    fail(override, findings, `no ${kind} "${name}"${advice}`, undefined, 'NotFound');
    return manifests;
  }
  const steps = parsePath(path as string);
  if (steps === undefined) {
    fail(override, findings, `"${path}" is not a path`, 'e.g. deployment/checkout:spec.replicas');
    return manifests;
  }
  const known = overridableFields(document);
  const root = replace(document.root, steps, { override, findings, known });
  if (root === undefined) return manifests;
  return manifests.map((each) => (each === document ? { ...document, root } : each));
}

interface Context {
  readonly override: Override;
  readonly findings: Findings;
  /** Fields that may be created; undefined: any, since the schema will judge them. */
  readonly known: readonly string[] | undefined;
}

function fail(
  override: Override,
  findings: Findings,
  message: string,
  hint?: string,
  code: 'Invalid' | 'NotFound' = 'Invalid',
): void {
  findings.error({ code, path: override.where, span: override.span, message, hint });
}

/** A copy of the way to the value; the rest is shared. Undefined, with a finding, where there is no such way. */
function replace(
  node: Node | undefined,
  steps: readonly Step[],
  context: Context,
): Node | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return context.override.value;
  // A key may also be put in brackets: perNode[worker-3].
  if (node?.kind === 'list') return replaceItem(node, step, rest, context);
  return replaceEntry(node, 'key' in step ? step.key : step.item, rest, context);
}

function replaceEntry(
  node: Node | undefined,
  key: string,
  rest: readonly Step[],
  context: Context,
): Node | undefined {
  const { override, findings, known } = context;
  if (node?.kind === 'scalar' && node.value !== null) {
    fail(override, findings, `"${override.path}": there is no "${key}" in a plain value`);
    return undefined;
  }
  const map = node?.kind === 'map' ? node : undefined;
  const existing = map?.entries.get(key);
  if (existing === undefined && known !== undefined && !known.includes(key)) {
    const advice = didYouMean(key, [...(map?.entries.keys() ?? []), ...known]);
    fail(
      override,
      findings,
      `"${override.path}": unknown field "${key}"${advice}`,
      undefined,
      'NotFound',
    );
    return undefined;
  }
  const value = replace(existing?.value, rest, context);
  if (value === undefined) return undefined;
  const entries = new Map<string, Entry>(map?.entries);
  entries.set(key, { key: existing?.key ?? override.span, value });
  const place: Span = map ?? override.span;
  const { source, start, end } = place;
  const copy: MapNode = { kind: 'map', entries, weight: map?.weight ?? 1, source, start, end };
  return copy;
}

function replaceItem(
  node: Node & { kind: 'list' },
  step: Step,
  rest: readonly Step[],
  context: Context,
): Node | undefined {
  const { override, findings } = context;
  const name = 'item' in step ? step.item : step.key;
  const names = node.items.map(nameOf);
  const index = /^\d+$/.test(name) ? Number(name) : names.indexOf(name);
  if (node.items[index] === undefined) {
    const advice = didYouMean(
      name,
      names.filter((each) => each !== ''),
    );
    const message = `"${override.path}": no entry [${name}]${advice}`;
    const hint = `There are ${node.items.length}: ${names.map((each, at) => each || at).join(', ')}`;
    fail(override, findings, message, hint, 'NotFound');
    return undefined;
  }
  const value = replace(node.items[index], rest, context);
  if (value === undefined) return undefined;
  return { ...node, items: node.items.map((item, at) => (at === index ? value : item)) };
}

/** What an entry of a list is called. */
function nameOf(node: Node): string {
  if (node.kind !== 'map') return '';
  for (const key of ['name', 'target', 'namePrefix', 'as']) {
    const value = node.entries.get(key)?.value;
    if (value?.kind === 'scalar' && typeof value.value === 'string') return value.value;
  }
  return '';
}
