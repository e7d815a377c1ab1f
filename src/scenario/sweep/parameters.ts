/** The parameters of a sweep: those of spec.sweep.parameters, with values that flags replace, and those of flags alone. */
import { didYouMean } from '../../base/suggest.ts';
import type { SweepValue } from '../../contract/sweep.ts';
import type { Findings } from '../diagnostics/diagnostics.ts';
import { parseOverride, parsePath, splitValues } from '../overrides.ts';
import { SPEC_FIELDS } from '../schema/scenario.ts';
import { SourceText } from '../text/source.ts';
import type { Span } from '../text/source.ts';
import { child, firstLineOf, pathText, toData } from '../text/tree.ts';
import type { Node } from '../text/tree.ts';
import { isRange, numberOf, parseRange } from './values.ts';

/** One value, and what is put at the paths for it. */
interface ValueDraft {
  readonly value: SweepValue;
  readonly node: Node;
}

/** A parameter with the places that it was written at. */
export interface ParameterDraft {
  readonly name: string;
  readonly span: Span;
  /** For messages: `spec.sweep.parameters.replicas`, or `-P`. */
  readonly where: string;
  readonly paths: readonly { readonly text: string; readonly span: Span }[];
  readonly values: readonly ValueDraft[];
}

const FLAG = '-P';
/** What constraints can speak of and files can have as columns. */
const NAME = /^[A-Za-z]\w*$/;
/** Words of CEL. */
const RESERVED: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** Findings where something is wrong; then what is returned is of no use. */
export function draftParameters(
  sweep: Node | undefined,
  flags: readonly string[],
  findings: Findings,
): readonly ParameterDraft[] {
  const flagged = flags.flatMap((argument) => splitFlag(argument, findings) ?? []);
  const own = child(sweep, 'parameters');
  const entries = own?.kind === 'map' ? [...own.entries] : [];
  const names = entries.map(([name]) => name);
  const drafts = entries.flatMap(([name, { key, value }]): ParameterDraft[] => {
    const where = pathText(['spec', 'sweep', 'parameters', name]);
    checkName(name, key, { where, findings });
    const paths = pathsOf(child(value, 'path'));
    const replaced = flagged.filter((flag) => flag.name === name).at(-1);
    const isQuantity = paths.some(({ text }) => holdsQuantity(text));
    const values =
      replaced === undefined
        ? writtenValues(child(value, 'values'), { where, findings, isQuantity })
        : flagValues(replaced, { where: FLAG, findings, isQuantity });
    return [{ name, span: key, where, paths, values }];
  });
  for (const flag of flagged) {
    if (names.includes(flag.name)) continue;
    if (!isPath(flag.name)) {
      const message = `no parameter "${flag.name}"${didYouMean(flag.name, names)}`;
      const declared =
        names.length > 0 ? `There are: ${names.join(', ')}` : 'spec.sweep.parameters declares them';
      const hint = `${declared}; or name what it sets: ${FLAG} deployment/checkout:spec.replicas=6..12, ${FLAG} proxy.mode=iptables,ipvs`;
      findings.error({ code: 'NotFound', path: '', span: flag.span, message, hint });
      continue;
    }
    const options = { where: FLAG, findings, isQuantity: holdsQuantity(flag.name) };
    const name = nameOf(
      flag.name,
      drafts.map((draft) => draft.name),
    );
    drafts.push({
      name,
      span: flag.span,
      where: FLAG,
      paths: [{ text: flag.name, span: flag.span }],
      values: flagValues(flag, options),
    });
  }
  return drafts;
}

interface Flag {
  readonly name: string;
  readonly span: Span;
  /** What follows the equals sign. */
  readonly text: string;
  readonly valuesSpan: Span;
}

function splitFlag(argument: string, findings: Findings): Flag | undefined {
  const source = new SourceText(FLAG, argument);
  const equals = argument.indexOf('=');
  const whole = { source, start: 0, end: argument.length };
  if (equals <= 0 || argument.slice(equals + 1).trim() === '') {
    const message = `"${argument}" is not name=values`;
    const hint = 'e.g. replicas=6..12, or proxy.mode=iptables,ipvs';
    findings.error({ code: 'Invalid', path: '', span: whole, message, hint });
    return undefined;
  }
  return {
    name: argument.slice(0, equals).trim(),
    span: { ...whole, end: equals },
    text: argument.slice(equals + 1),
    valuesSpan: { ...whole, start: equals + 1 },
  };
}

function checkName(
  name: string,
  span: Span,
  { where, findings }: { readonly where: string; readonly findings: Findings },
): void {
  if (NAME.test(name) && !RESERVED.has(name)) return;
  const message = `"${name}" cannot name a parameter`;
  const hint = RESERVED.has(name)
    ? 'it is a word of the language of constraints'
    : 'letters, digits and "_", beginning with a letter';
  findings.error({ code: 'Invalid', path: where, span, message, hint });
}

/** `path: proxy.mode`, or a list of paths that are set together. */
function pathsOf(node: Node | undefined): ParameterDraft['paths'] {
  const nodes = node?.kind === 'list' ? node.items : node === undefined ? [] : [node];
  return nodes.flatMap((each) =>
    each.kind === 'scalar' && typeof each.value === 'string'
      ? [{ text: each.value, span: firstLineOf(each) }]
      : [],
  );
}

/** A flag that names no parameter may name a path: one of several parts, or a field of spec. */
const isPath = (text: string): boolean => !NAME.test(text) || SPEC_FIELDS.includes(text);

/** What a parameter that only a flag names is called: by the end of its path, as much of it as tells it apart. */
function nameOf(path: string, taken: readonly string[]): string {
  const steps = parsePath(path.replace(/^[^:]*:/, '')) ?? [];
  const words = steps.map((step) => ('key' in step ? step.key : step.item).replaceAll(/\W+/g, '_'));
  for (let from = words.length - 1; from >= 0; from -= 1) {
    const name = words.slice(from).join('_');
    if (NAME.test(name) && !RESERVED.has(name) && !taken.includes(name)) return name;
  }
  let number = taken.length + 1;
  while (taken.includes(`p${number}`)) number += 1;
  return `p${number}`;
}

/** `500m` is half a core in a manifest and in a node's cpu, and 500 minutes elsewhere. */
const holdsQuantity = (path: string): boolean =>
  path.includes(':') || /(?:^|\.)(?:cpu|memory)$/.test(path);

interface Reading {
  readonly where: string;
  readonly findings: Findings;
  readonly isQuantity: boolean;
}

/** `6..12`, one value, or a list of values and ranges. */
function writtenValues(node: Node | undefined, reading: Reading): readonly ValueDraft[] {
  if (node === undefined) return [];
  const nodes = node.kind === 'list' ? node.items : [node];
  if (nodes.length === 0) {
    const { findings, where } = reading;
    findings.error({ code: 'Required', path: where, span: node, message: 'there are no values' });
  }
  const values = nodes.flatMap((each) => {
    if (each.kind === 'scalar' && typeof each.value === 'string' && isRange(each.value)) {
      return rangeValues(each.value, firstLineOf(each), reading);
    }
    return [draftValue(each, reading)];
  });
  return withoutRepetition(values, firstLineOf(node), reading);
}

function flagValues(flag: Flag, reading: Reading): readonly ValueDraft[] {
  const values = splitValues(flag.text).flatMap((text) => {
    if (isRange(text)) return rangeValues(text, flag.valuesSpan, reading);
    const override = parseOverride(`${flag.name}=${text}`, FLAG, reading.findings);
    return override === undefined ? [] : [draftValue(override.value, reading)];
  });
  return withoutRepetition(values, flag.valuesSpan, reading);
}

function draftValue(node: Node, { isQuantity }: Reading): ValueDraft {
  const text = node.kind === 'scalar' ? String(node.value) : JSON.stringify(toData(node));
  return { value: { text, number: numberOf(text, isQuantity) }, node };
}

function rangeValues(text: string, span: Span, reading: Reading): readonly ValueDraft[] {
  const range = parseRange(text);
  if (!range.ok) {
    const { message, hint } = range;
    reading.findings.error({ code: 'Invalid', path: reading.where, span, message, hint });
    return [];
  }
  const { source, start, end } = span;
  return range.values.map((written) => {
    const isNumber = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(written);
    const value = isNumber ? Number(written) : written;
    return draftValue({ kind: 'scalar', value, source, start, end }, reading);
  });
}

function withoutRepetition(
  values: readonly ValueDraft[],
  span: Span,
  { where, findings }: Reading,
): readonly ValueDraft[] {
  const seen = new Set<string>();
  for (const { value } of values) {
    if (seen.has(value.text)) {
      const message = `"${value.text}" is there twice`;
      findings.error({ code: 'Duplicate', path: where, span, message });
    }
    seen.add(value.text);
  }
  return values;
}
