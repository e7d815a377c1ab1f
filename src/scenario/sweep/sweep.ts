/**
 * The sweep of a scenario, from spec.sweep and the flags that add to it: parameters, the grid of their values less what
 * constraints rule out, and the goal. Each point is then planned like any variant.
 */
import { didYouMean } from '../../base/suggest.ts';
import type { SweepGoal, SweepParameter, SweepValue } from '../../contract/sweep.ts';
import type { Findings } from '../diagnostics/diagnostics.ts';
import type { Override } from '../overrides.ts';
import { SourceText } from '../text/source.ts';
import type { Span } from '../text/source.ts';
import { child, descend, firstLineOf } from '../text/tree.ts';
import type { Node } from '../text/tree.ts';
import { draftParameters } from './parameters.ts';
import type { ParameterDraft } from './parameters.ts';

/** A constraint that was understood, or what is wrong with it. */
export type CompiledConstraint =
  | {
      readonly ok: true;
      /** @param values one a parameter, in their order. */
      holds(values: readonly SweepValue[]): boolean;
    }
  | {
      readonly ok: false;
      readonly message: string;
      /** Characters of the expression. */
      readonly range?: { readonly start: number; readonly end: number };
    };

/** What constraints are written in. Handed in, so that whoever sweeps nothing need not load it. */
export interface ConstraintLanguage {
  compile(text: string, parameters: readonly SweepParameter[]): CompiledConstraint;
}

/** A sweep that is asked for. */
export interface SweepRequest {
  /** `replicas=6..12`, `proxy.mode=iptables,ipvs`: values instead of the file's, or parameters beyond them. */
  readonly parameters?: readonly string[];
  /** `min:replicas`, instead of the file's. */
  readonly goal?: string;
  readonly constraints: ConstraintLanguage;
}

/** A point before it is planned. */
export interface Setting {
  readonly name: string;
  readonly values: readonly SweepValue[];
  readonly overrides: readonly Override[];
}

export interface SweepDraft {
  readonly parameters: readonly SweepParameter[];
  readonly settings: readonly Setting[];
  readonly goal: SweepGoal | null;
}

const POINTS_MAX = 10_000;
const GRID_MAX = 1_000_000;

/** The sweep of a Scenario document; null where there is none, or, with findings, where it is wrong. */
export function draftSweep(
  root: Node,
  request: SweepRequest,
  findings: Findings,
): SweepDraft | null {
  const errors = findings.errors;
  const written = descend(root, ['spec', 'sweep']);
  const drafts = draftParameters(written, request.parameters ?? [], findings);
  // A parameter that lacks something has been reported with everything else of the schema.
  const isWhole = drafts.every(({ paths, values }) => paths.length > 0 && values.length > 0);
  if (findings.errors > errors || drafts.length === 0 || !isWhole) return null;
  const parameters = drafts.map(({ name, paths, values }) => ({
    name,
    paths: paths.map(({ text }) => text),
    values: values.map(({ value }) => value),
  }));
  const goal = draftGoal(written, request, { drafts, findings });
  const constraints = compileAll(written, parameters, { language: request.constraints, findings });
  if (findings.errors > errors) return null;
  const settings = settingsOf(drafts, constraints, findings);
  return settings === null ? null : { parameters, settings, goal };
}

interface Constraint {
  readonly span: Span;
  holds(values: readonly SweepValue[]): boolean;
}

/** `constraint`, one expression, and `constraints`, a list of them. */
function compileAll(
  written: Node | undefined,
  parameters: readonly SweepParameter[],
  { language, findings }: { readonly language: ConstraintLanguage; readonly findings: Findings },
): readonly Constraint[] {
  const list = child(written, 'constraints');
  const one = child(written, 'constraint');
  const places = [
    ...(one === undefined ? [] : [{ node: one, path: 'spec.sweep.constraint' }]),
    ...(list?.kind === 'list' ? list.items : []).map((node, index) => ({
      node,
      path: `spec.sweep.constraints[${index}]`,
    })),
  ];
  return places.flatMap(({ node, path }) => {
    // What is no text has been reported with everything else of the schema.
    if (node.kind !== 'scalar' || typeof node.value !== 'string') return [];
    const compiled = language.compile(node.value, parameters);
    if (compiled.ok) return [{ span: firstLineOf(node), holds: compiled.holds }];
    const { message, range } = compiled;
    const span = range === undefined ? firstLineOf(node) : within(node, node.value, range);
    findings.error({ code: 'Invalid', path, span, message: `"${node.value}": ${message}` });
    return [];
  });
}

/** Where characters of a scalar stand; the whole of it where it is not written as it reads. */
function within(
  node: Node,
  text: string,
  range: { readonly start: number; readonly end: number },
): Span {
  const { source, start } = node;
  for (const quote of [0, 1]) {
    const from = start + quote;
    if (source.text.startsWith(text, from)) {
      return {
        source,
        start: from + range.start,
        end: from + Math.max(range.end, range.start + 1),
      };
    }
  }
  return firstLineOf(node);
}

/** All combinations that meet the constraints, the last parameter fastest; null, with a finding, where they are too many or none. */
function settingsOf(
  drafts: readonly ParameterDraft[],
  constraints: readonly Constraint[],
  findings: Findings,
): readonly Setting[] | null {
  const path = 'spec.sweep';
  const { span } = drafts[0]!;
  const size = drafts.reduce((product, { values }) => product * values.length, 1);
  if (size > GRID_MAX) {
    const message = `the grid has ${size} points; the limit is ${GRID_MAX}`;
    findings.error({ code: 'TooLarge', path, span, message, hint: 'take larger steps' });
    return null;
  }
  const settings: Setting[] = [];
  for (let index = 0; index < size; index += 1) {
    const chosen = combination(drafts, index);
    const values = chosen.map(({ value }) => value);
    if (!constraints.every(({ holds }) => holds(values))) continue;
    settings.push({
      name: values.map(({ text }, at) => `${drafts[at]!.name}=${text}`).join(', '),
      values,
      overrides: drafts.flatMap(({ paths, where }, at) =>
        paths.map((to) => ({ path: to.text, span: to.span, value: chosen[at]!.node, where })),
      ),
    });
  }
  if (settings.length === 0) {
    const message = `no point of the grid (${size}) meets the constraints`;
    findings.error({ code: 'Invalid', path, span: constraints[0]!.span, message });
    return null;
  }
  if (settings.length > POINTS_MAX) {
    const message = `${settings.length} points are to be simulated; the limit is ${POINTS_MAX}`;
    const hint = 'take larger steps, or add a constraint';
    findings.error({ code: 'TooLarge', path, span, message, hint });
    return null;
  }
  return settings;
}

/** The values of the `index`-th point of the grid. */
function combination(drafts: readonly ParameterDraft[], index: number): ParameterDraft['values'] {
  const chosen: ParameterDraft['values'][number][] = [];
  let rest = index;
  for (const { values } of drafts.toReversed()) {
    chosen.unshift(values[rest % values.length]!);
    rest = Math.floor(rest / values.length);
  }
  return chosen;
}

/** `min:replicas`. */
function draftGoal(
  written: Node | undefined,
  request: SweepRequest,
  { drafts, findings }: { readonly drafts: readonly ParameterDraft[]; readonly findings: Findings },
): SweepGoal | null {
  const node = child(written, 'goal');
  const inFile = node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
  const text = request.goal ?? inFile;
  if (text === undefined) return null;
  const fromFile = request.goal === undefined;
  const source = new SourceText('--goal', text);
  const span = fromFile ? firstLineOf(node!) : { source, start: 0, end: text.length };
  const path = fromFile ? 'spec.sweep.goal' : '';
  const [, direction, name] = /^(min|max):\s*(\S+)$/.exec(text.trim()) ?? [];
  if (direction === undefined || name === undefined) {
    const hint = `e.g. min:${drafts[0]!.name}`;
    const message = `"${text}" is not a goal: min or max, ":", and a parameter`;
    findings.error({ code: 'Invalid', path, span, message, hint });
    return null;
  }
  const parameter = drafts.findIndex((draft) => draft.name === name);
  if (parameter === -1) {
    const names = drafts.map((draft) => draft.name);
    const message = `no parameter "${name}"${didYouMean(name, names)}`;
    findings.error({
      code: 'NotFound',
      path,
      span,
      message,
      hint: `There are: ${names.join(', ')}`,
    });
    return null;
  }
  const word = drafts[parameter]!.values.find(({ value }) => value.number === null);
  if (word !== undefined) {
    const message = `"${word.value.text}" of ${name} is no number: none of its values is the smallest`;
    findings.error({ code: 'Invalid', path, span, message });
    return null;
  }
  return { direction: direction as SweepGoal['direction'], parameter };
}
