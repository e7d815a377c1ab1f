/** `svcsim schema`: the JSON Schema of scenario files, for editors. */
import { scenarioJsonSchema } from '../../scenario/schema/json-schema.ts';
import { print } from '../terminal/terminal.ts';

/** Prints it. */
export function schemaAction(): void {
  print(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
}
