/**
 * Makes data satisfy the schema, by taking out or standing in for what violates it, so that planning can
 * go on and find what only planning finds.
 */
import { API_VERSION } from '../schema/scenario.ts';
import { pathText } from '../text/tree.ts';
import type { Path } from '../text/tree.ts';
import { valueAt } from './issue.ts';
import type { Container, Issue } from './issue.ts';

const CLIENT = { name: '?', target: '?', arrival: { poisson: { rate: '1/s' } } };

/** What stands in for an invalid entry of a list of spec. */
const STAND_INS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['nodes', {}],
  ['workloads', { target: 'deployment/?' }],
  ['clients', CLIENT],
  ['timeline', { at: '0s' }],
  ['faults', { every: '1s' }],
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

export class Repair {
  readonly broken: Set<string> = new Set();
  /** What was taken out: that it is missing afterwards is no news. */
  private readonly touched = new Set<string>();
  private readonly data: Container;

  constructor(data: Container) {
    this.data = data;
  }

  /** Whether what is wrong at a path follows from what has been reported. */
  isKnown(path: Path): boolean {
    return this.hasTouched(path) || this.hasReplaced(path);
  }

  /** Whether a path is in something that was replaced: what is there is ours. */
  private hasReplaced(path: Path): boolean {
    return path.some((_, depth) => this.touched.has(pathText(path.slice(0, depth))));
  }

  /** Whether a path or anything in it was taken out. */
  hasTouched(path: Path): boolean {
    const text = pathText(path);
    for (const touched of this.touched) {
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
      const holder = this.containerAt(path);
      for (const key of issue.keys) {
        this.touched.add(pathText([...path, key]));
        if (holder !== undefined) delete holder[key];
      }
      return true;
    }
    return valueAt(this.data, path) === undefined ? this.supply(path) : this.drop(path);
  }

  /** Undefined where an earlier repair has put something else there. */
  private containerAt(path: Path): Container | undefined {
    const value = valueAt(this.data, path);
    return typeof value === 'object' && value !== null ? (value as Container) : undefined;
  }

  private supply(path: Path): boolean {
    this.touched.add(pathText(path));
    const holder = this.containerAt(path.slice(0, -1));
    // An earlier repair took the whole of it out.
    if (holder === undefined) return true;
    if (pathText(path) === 'spec.clients') {
      holder['clients'] = [structuredClone(CLIENT)];
      this.broken.add('spec.clients[0]');
      return true;
    }
    const pattern = pathText(path).replaceAll(/\[\d+\]/g, '[]');
    if (!REQUIRED.has(pattern)) return path.length > 1 && this.drop(path.slice(0, -1));
    holder[path.at(-1) as string] = structuredClone(REQUIRED.get(pattern));
    return true;
  }

  private drop(path: Path): boolean {
    if (path.length === 0) return false;
    this.touched.add(pathText(path));
    const holder = this.containerAt(path.slice(0, -1));
    const last = path.at(-1) as string | number;
    if (!Array.isArray(holder)) {
      if (holder !== undefined) delete holder[last];
      return true;
    }
    const standIn = path.length === 3 ? STAND_INS.get(String(path[1])) : undefined;
    // Taking a single entry out would shift its neighbours away from their places in the file.
    if (standIn === undefined) return this.drop(path.slice(0, -1));
    holder[last as number] = structuredClone(standIn);
    this.broken.add(pathText(path));
    return true;
  }
}
