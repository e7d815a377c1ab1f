/** The text of a baseline: keys in order, a line a metric, so that a change reads well in a diff. */
import { compareCodeUnits } from '../../base/order.ts';
import type { Baseline, BaselineVariant } from '../../study/baseline/baseline.ts';

const INDENT = '  ';

/** An object whose values are written already, its keys in order, a line each. */
function block(fields: Readonly<Record<string, string>>, indent: string): string {
  const lines = Object.entries(fields)
    .toSorted(([a], [b]) => compareCodeUnits(a, b))
    .map(([key, value]) => `${indent}${INDENT}${JSON.stringify(key)}: ${value}`);
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`;
}

/** An object with a line a field; what a value holds stays on its line. */
function flat(fields: Readonly<Record<string, unknown>>, indent: string): string {
  const written = Object.entries(fields).map(([key, value]) => [key, JSON.stringify(value)]);
  return block(Object.fromEntries(written) as Record<string, string>, indent);
}

function variantText(variant: BaselineVariant, indent: string): string {
  const inner = `${indent}${INDENT}`;
  const prints = variant.fingerprints.map(
    ({ trajectory, result }) => `${inner}${INDENT}${JSON.stringify(`${trajectory}/${result}`)}`,
  );
  return block(
    {
      conditions: flat(variant.conditions, inner),
      fingerprints: `[\n${prints.join(',\n')}\n${inner}]`,
      metrics: flat(variant.metrics, inner),
      name: JSON.stringify(variant.name),
      planDigest: JSON.stringify(variant.planDigest),
      seed: JSON.stringify(variant.seed),
    },
    indent,
  );
}

/** The whole file. Numbers are exact: they read back as the same ones. */
export function baselineText(baseline: Baseline): string {
  const variants = baseline.variants.map(
    (variant) => `${INDENT}${INDENT}${variantText(variant, INDENT.repeat(2))}`,
  );
  const text = block(
    {
      chosen: JSON.stringify(baseline.chosen),
      modelVersion: JSON.stringify(baseline.modelVersion),
      scenario: JSON.stringify(baseline.scenario),
      schemaVersion: JSON.stringify(baseline.schemaVersion),
      scope: JSON.stringify(baseline.scope),
      v8: JSON.stringify(baseline.v8),
      variants: `[\n${variants.join(',\n')}\n${INDENT}]`,
    },
    '',
  );
  return `${text}\n`;
}
