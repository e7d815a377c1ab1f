/** The JSON Schema that editors read, made from the schema that validates. */
import * as z from 'zod';
import { API_VERSION, scenarioSchema } from './scenario.ts';

interface JsonSchema {
  [key: string]: unknown;
}

/**
 * Draft-07, for files of several documents: what is not a Scenario passes, since Kubernetes
 * documents share the file. Keys that begin with `x-` are free everywhere.
 */
export function scenarioJsonSchema(): object {
  const { $schema, definitions, ...scenario } = z.toJSONSchema(scenarioSchema, {
    target: 'draft-7',
    io: 'input',
  }) as JsonSchema;
  const schema = {
    $schema,
    $id: 'svcsim.schema.json',
    title: `Scenario, ${API_VERSION}`,
    if: { properties: { kind: { const: 'Scenario' } } },
    // oxlint-disable-next-line unicorn/no-thenable
    then: scenario,
    definitions,
  };
  freeExtensions(schema);
  return schema;
}

function freeExtensions(value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) freeExtensions(item);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  const schema = value as JsonSchema;
  for (const part of Object.values(schema)) freeExtensions(part);
  if (schema['additionalProperties'] === false) schema['patternProperties'] = { '^x-': {} };
}
