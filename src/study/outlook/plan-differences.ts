/** Where two plans differ, field by field: what a variant changes. */
import type { Plan } from '../../contract/plan.ts';

/** Undefined: the field is not there. */
export interface PlanDifference {
  /** `workloads[deployment/checkout].preStop`; elements with a name go by it. */
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** In the order of the fields of `a`, then those that only `b` has. Names of scenario and variant are no difference. */
export function planDifferences(a: Plan, b: Plan): readonly PlanDifference[] {
  const found: PlanDifference[] = [];
  const own = (plan: Plan): object => ({ ...plan, scenario: '', question: '', variant: '' });
  compare(own(a), own(b), '', found);
  return found;
}

function compare(from: unknown, to: unknown, path: string, found: PlanDifference[]): void {
  if (Object.is(from, to)) return;
  if (Array.isArray(from) && Array.isArray(to)) {
    compareLists(from, to, path, found);
  } else if (isRecord(from) && isRecord(to) && from['kind'] === to['kind']) {
    for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
      compare(from[key], to[key], path === '' ? key : `${path}.${key}`, found);
    }
  } else {
    found.push({ path, from, to });
  }
}

/** By name where all elements have one of their own, else by place. Lists of other lengths without names differ as such. */
function compareLists(
  from: readonly unknown[],
  to: readonly unknown[],
  path: string,
  found: PlanDifference[],
): void {
  const names = [namesOf(from), namesOf(to)] as const;
  if (names[0] !== null && names[1] !== null) {
    const [before, after] = names;
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      compare(before.get(name), after.get(name), `${path}[${name}]`, found);
    }
  } else if (from.length === to.length) {
    from.forEach((item, i) => compare(item, to[i], `${path}[${i}]`, found));
  } else {
    found.push({ path, from, to });
  }
}

function namesOf(list: readonly unknown[]): ReadonlyMap<string, unknown> | null {
  const names = new Map<string, unknown>();
  for (const item of list) {
    const name = isRecord(item) ? item['name'] : undefined;
    if (typeof name !== 'string' || names.has(name)) return null;
    names.set(name, item);
  }
  return names;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
