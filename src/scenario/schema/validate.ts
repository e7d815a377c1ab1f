/**
 * The Scenario document against its schema: every violation becomes a finding at its place, and what
 * violates is cut out, so that the rest can still be checked for what only planning finds.
 */
import type * as z from 'zod';
import { suggest } from '../../base/suggest.ts';
import type { DiagnosticCode, Findings } from '../diagnostics/diagnostics.ts';
import type { CheckParams } from './fields.ts';
import { API_VERSION, scenarioSchema } from './scenario.ts';
import type { ScenarioInput } from './scenario.ts';
import { locate, pathText, toData } from '../text/tree.ts';
import type { Node, Path } from '../text/tree.ts';

/** A document that satisfies the schema, if need be because its violations were replaced. */
export interface Validated {
  readonly scenario: ScenarioInput;
  /** Paths (as text) of list entries that stand in for invalid ones: to be skipped. */
  readonly broken: ReadonlySet<string>;
  /** Whether something invalid was taken out of what is at a path. */
  readonly isMended: (path: Path) => boolean;
}

type Issue = z.core.$ZodIssue;
type Container = Record<string | number, unknown>;

const ROUNDS_MAX = 100;

/** Undefined where nothing is left to go on with. */
export function validateScenario(root: Node, findings: Findings): Validated | undefined {
  const data = toData(root);
  const repair = new Repair(data as Container);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const result = scenarioSchema.safeParse(data);
    if (result.success) {
      const isMended = (path: Path): boolean => repair.hasTouched(path);
      return { scenario: result.data, broken: repair.broken, isMended };
    }
    const all = flatten(result.error.issues, []);
    const issues = withoutCascades(all).filter(({ path }) => !repair.isKnown(path as Path));
    const translator = new Translator(root, data, issues, findings);
    for (const issue of issues) translator.report(issue);
    // Cut by what remains after folding, the deepest first, so that paths stay true.
    all.sort((a, b) => b.path.length - a.path.length);
    for (const issue of all) if (!repair.mend(issue)) return undefined;
  }
  return undefined;
}

/** Violations of a union become those of the alternative that was evidently meant. */
function flatten(issues: readonly Issue[], prefix: Path): Issue[] {
  const flat: Issue[] = [];
  for (const issue of issues) {
    const path = [...prefix, ...(issue.path as Path)];
    if (issue.code !== 'invalid_union') {
      flat.push({ ...issue, path } as Issue);
      continue;
    }
    const isOfWrongKind = (each: Issue): boolean =>
      each.path.length === 0 && (each.code === 'invalid_type' || each.code === 'invalid_value');
    const meant = issue.errors.find((branch) => !branch.some(isOfWrongKind));
    if (meant !== undefined) {
      flat.push(...flatten(meant, path));
      continue;
    }
    const last = issue.errors.flat().findLast((each) => each.code === 'invalid_type');
    const text = issue.errors.flat().find((each) => each.code === 'invalid_value');
    const typeless = last ?? text ?? issue;
    flat.push({ ...typeless, path } as Issue);
  }
  return flat;
}

/** A map with an unknown field may seem empty to a check: what it lacks is what was mistyped. */
function withoutCascades(issues: readonly Issue[]): readonly Issue[] {
  const mistyped = new Set<string>();
  for (const { code, path } of issues) {
    if (code === 'unrecognized_keys') mistyped.add(pathText(path as Path));
  }
  return issues.filter(
    ({ code, path }) => code !== 'custom' || !mistyped.has(pathText(path as Path)),
  );
}

function valueAt(data: unknown, path: Path): unknown {
  let at = data;
  for (const step of path) {
    if (at === null || typeof at !== 'object') return undefined;
    at = (at as Container)[step];
  }
  return at;
}

/** Puts issues into words. */
class Translator {
  readonly #root: Node;
  readonly #data: unknown;
  readonly #issues: readonly Issue[];
  readonly #findings: Findings;
  /** Required fields that an unknown field of the same map was meant to be. */
  readonly #folded = new Set<string>();

  constructor(root: Node, data: unknown, issues: readonly Issue[], findings: Findings) {
    this.#root = root;
    this.#data = data;
    this.#issues = issues;
    this.#findings = findings;
    for (const issue of issues) if (issue.code === 'unrecognized_keys') this.#fold(issue);
  }

  report(issue: Issue): void {
    const path = issue.path as Path;
    const value = valueAt(this.#data, path);
    if (issue.code === 'unrecognized_keys') this.#unknown(issue);
    else if (value === undefined) this.#required(path);
    else if (issue.code === 'invalid_type') this.#type(issue, path, value);
    else if (issue.code === 'invalid_value') this.#choice(issue, path, value);
    else if (issue.code === 'too_small' || issue.code === 'too_big')
      this.#range(issue, path, value);
    else if (issue.code === 'custom') {
      const params = (issue.params ?? {}) as CheckParams;
      this.#add(params.code ?? 'Invalid', path, issue.message, params.hint);
    } else this.#add('Invalid', path, `${show(value)} is not valid`, undefined);
  }

  #missing(parent: Path): string[] {
    const depth = parent.length;
    const text = pathText(parent);
    return this.#issues
      .filter(({ path }) => path.length === depth + 1)
      .filter(({ path }) => pathText((path as Path).slice(0, depth)) === text)
      .filter(({ path }) => valueAt(this.#data, path as Path) === undefined)
      .map(({ path }) => String(path.at(-1)));
  }

  #fold(issue: Issue & { code: 'unrecognized_keys' }): void {
    const missing = this.#missing(issue.path as Path);
    for (const key of issue.keys) {
      const meant = suggest(key, missing);
      if (meant !== undefined) this.#folded.add(pathText([...(issue.path as Path), meant]));
    }
  }

  #unknown(issue: Issue & { code: 'unrecognized_keys' }): void {
    const path = issue.path as Path;
    const known = issue.message.split(' ');
    const missing = this.#missing(path);
    for (const key of issue.keys) {
      const required = suggest(key, missing);
      const meant = required ?? suggest(key, known);
      const kind = required === undefined ? '' : 'the required field ';
      const advice = meant === undefined ? '' : `; did you mean ${kind}"${meant}"?`;
      this.#findings.error({
        code: 'UnknownField',
        path: pathText(path),
        span: locate(this.#root, [...path, key], 'key'),
        message: `unknown field "${key}"${advice}`,
        hint: meant === undefined ? `Known: ${known.join(', ')}` : undefined,
      });
    }
  }

  #required(path: Path): void {
    if (this.#folded.has(pathText(path))) return;
    const parent = path.slice(0, -1);
    this.#findings.error({
      code: 'Required',
      path: pathText(parent),
      span: locate(this.#root, parent, 'key'),
      message: `"${path.at(-1)}" is required`,
    });
  }

  #type(issue: Issue, path: Path, value: unknown): void {
    const noun = issue.message;
    let hint: string | undefined;
    if (typeof value === 'number' && noun.includes('duration')) {
      hint = `did you mean "${value}s" or "${value}ms"? A duration has a unit`;
    } else if (typeof value === 'number' && noun.includes('rate')) {
      hint = `did you mean "${value}/s"?`;
    } else if (noun === 'text' && typeof value !== 'object') {
      hint = `in quotes it would be: "${String(value)}"`;
    } else if (/whole number/.test(noun) && typeof value === 'string' && /^\d+$/.test(value)) {
      hint = 'without quotes it would be';
    }
    this.#add('TypeInvalid', path, `${show(value)} is not ${noun}`, hint);
  }

  #choice(issue: Issue & { code: 'invalid_value' }, path: Path, value: unknown): void {
    const known = issue.values.map(String);
    const meant = typeof value === 'object' ? undefined : suggest(String(value), known);
    const advice = meant === undefined ? '' : `; did you mean "${meant}"?`;
    const hint = `Supported: ${known.length > 1 ? issue.message : known.join(', ')}`;
    this.#add('NotSupported', path, `${show(value)} is not supported${advice}`, hint);
  }

  #range(issue: Issue & { code: 'too_small' | 'too_big' }, path: Path, value: unknown): void {
    const small = issue.code === 'too_small';
    const limit = Number(small ? issue.minimum : issue.maximum);
    const size = limit === 1 ? 'one entry' : `${limit} entries`;
    let message = `${show(value)} must be ${small ? 'at least' : 'at most'} ${limit}`;
    if (issue.inclusive === false) message = `${show(value)} must be above ${limit}`;
    if (issue.origin === 'string') {
      message = small ? 'must not be empty' : `has more than ${limit} characters`;
    } else if (issue.origin === 'array') {
      message = `must have ${issue.exact === true ? 'exactly' : small ? 'at least' : 'at most'} ${size}`;
    }
    this.#add('Invalid', path, message, undefined);
  }

  #add(code: DiagnosticCode, path: Path, message: string, hint: string | undefined): void {
    const span = locate(this.#root, path);
    this.#findings.error({ code, path: pathText(path), span, message, hint });
  }
}

/** A value as messages quote it. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value !== null && typeof value === 'object') return 'a map';
  if (typeof value !== 'string') return String(value);
  const short = value.length > 60 ? `${value.slice(0, 57)}…` : value;
  return JSON.stringify(short);
}

const CLIENT = { name: '?', target: '?', arrival: { poisson: { rate: '1/s' } } };

/** What stands in for an invalid entry of a list of spec. */
const STAND_INS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['nodes', {}],
  ['workloads', { target: 'deployment/?' }],
  ['clients', CLIENT],
  ['timeline', { at: '0s' }],
  ['thresholds', '?'],
  ['variants', { name: '?' }],
]);

/** What stands in for a field that is required, by the path of lists' entries to it. */
const REQUIRED: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['apiVersion', API_VERSION],
  ['kind', 'Scenario'],
  ['metadata', { name: 'scenario' }],
  ['metadata.name', 'scenario'],
  ['spec', {}],
  ['spec.clients[].name', '?'],
  ['spec.clients[].arrival', CLIENT.arrival],
]);

/** Makes data satisfy the schema by taking out, or standing in for, what violates it. */
class Repair {
  readonly broken = new Set<string>();
  /** What was taken out: that it is missing afterwards is no news. */
  readonly #touched = new Set<string>();
  readonly #data: Container;

  constructor(data: Container) {
    this.#data = data;
  }

  /** Whether what is wrong at a path follows from what has been reported. */
  isKnown(path: Path): boolean {
    return this.hasTouched(path) || this.#hasReplaced(path);
  }

  /** Whether a path is in something that was replaced: what is there is ours. */
  #hasReplaced(path: Path): boolean {
    return path.some((_, depth) => this.#touched.has(pathText(path.slice(0, depth))));
  }

  /** Whether a path or anything in it was taken out. */
  hasTouched(path: Path): boolean {
    const text = pathText(path);
    for (const touched of this.#touched) {
      const next = touched[text.length];
      if (touched.startsWith(text) && (next === undefined || next === '.' || next === '['))
        return true;
    }
    return false;
  }

  /** False where the document can't be mended. */
  mend(issue: Issue): boolean {
    const path = issue.path as Path;
    if (path.length === 0 && issue.code !== 'unrecognized_keys') return false;
    if (issue.code === 'unrecognized_keys') {
      const holder = this.#containerAt(path);
      for (const key of issue.keys) {
        this.#touched.add(pathText([...path, key]));
        if (holder !== undefined) delete holder[key];
      }
      return true;
    }
    return valueAt(this.#data, path) === undefined ? this.#supply(path) : this.#drop(path);
  }

  /** Undefined where an earlier repair has put something else there. */
  #containerAt(path: Path): Container | undefined {
    const value = valueAt(this.#data, path);
    return typeof value === 'object' && value !== null ? (value as Container) : undefined;
  }

  #supply(path: Path): boolean {
    this.#touched.add(pathText(path));
    const holder = this.#containerAt(path.slice(0, -1));
    // An earlier repair took the whole of it out.
    if (holder === undefined) return true;
    if (pathText(path) === 'spec.clients') {
      holder['clients'] = [structuredClone(CLIENT)];
      this.broken.add('spec.clients[0]');
      return true;
    }
    const pattern = pathText(path).replaceAll(/\[\d+\]/g, '[]');
    if (!REQUIRED.has(pattern)) return path.length > 1 && this.#drop(path.slice(0, -1));
    holder[path.at(-1) as string] = structuredClone(REQUIRED.get(pattern));
    return true;
  }

  #drop(path: Path): boolean {
    if (path.length === 0) return false;
    this.#touched.add(pathText(path));
    const holder = this.#containerAt(path.slice(0, -1));
    const last = path.at(-1) as string | number;
    if (!Array.isArray(holder)) {
      if (holder !== undefined) delete holder[last];
      return true;
    }
    const standIn = path.length === 3 ? STAND_INS.get(String(path[1])) : undefined;
    // Taking a single entry out would shift its neighbours away from their places in the file.
    if (standIn === undefined) return this.#drop(path.slice(0, -1));
    holder[last as number] = structuredClone(standIn);
    this.broken.add(pathText(path));
    return true;
  }
}
