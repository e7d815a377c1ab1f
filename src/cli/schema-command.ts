/** `svcsim schema`: the JSON Schema of scenario files, for editors. */
import { scenarioJsonSchema } from '../scenario/schema/json-schema.ts';
import { print } from './terminal.ts';

/** Prints it. */
export function schemaCommand(): void {
  print(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
}
