/** Label selectors (apimachinery, meta/v1 LabelSelector). */
import type { Cursor } from './cursor.ts';
import type { LabelSelector } from './model.ts';

/** Null: there is none, which selects nothing; an empty one selects everything. */
export function readLabelSelector(selector: Cursor): LabelSelector | null {
  if (!selector.exists) return null;
  const equal = [...selector.at('matchLabels').labels()].map(([key, value]) => ({
    key,
    operator: 'In' as const,
    values: [value],
  }));
  const expressions = selector.at('matchExpressions').items().flatMap(readRequirement);
  return [...equal, ...expressions];
}

function readRequirement(requirement: Cursor): LabelSelector {
  const key = requirement.at('key').text();
  const field = requirement.at('operator');
  const operator = field.choice(['In', 'NotIn', 'Exists', 'DoesNotExist']);
  const values = requirement.at('values');
  const texts = values.items().flatMap((item) => item.text() ?? []);
  if (key === undefined) requirement.error('Required', '"key" is required');
  if (!field.exists) requirement.error('Required', '"operator" is required');
  if (key === undefined || operator === undefined) return [];
  const needsValues = operator === 'In' || operator === 'NotIn';
  if (needsValues !== texts.length > 0) {
    const message = needsValues ? `${operator} needs values` : `${operator} takes no values`;
    requirement.error('Invalid', message);
  }
  return [{ key, operator, values: texts }];
}

/** Source: k8s apimachinery labels/selector.go, Requirement.Matches. */
export function selects(selector: LabelSelector, labels: ReadonlyMap<string, string>): boolean {
  return selector.every(({ key, operator, values }) => {
    const value = labels.get(key);
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    const isOne = value !== undefined && values.includes(value);
    return isOne === (operator === 'In');
  });
}
