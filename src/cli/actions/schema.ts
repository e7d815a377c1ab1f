/** `svcsim schema`: the JSON Schema of scenario files, for editors. */
import { scenarioJsonSchema } from '../../scenario/schema/json-schema.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { print } from '../terminal/terminal.ts';

/** Prints it. */
export function schemaAction(): ExitCode {
  print(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
  return EXIT.passed;
}
