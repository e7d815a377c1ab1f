/** `svcsim validate`: what is wrong with scenario files, without simulating anything. */
import { plural } from '../../report/numbers.ts';
import type { Diagnostic } from '../../scenario/diagnostics/diagnostics.ts';
import { renderDiagnostics } from '../../scenario/diagnostics/render.ts';
import { cel } from '../../scenario/sweep/constraints.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { loadFile } from '../input/loading.ts';
import type { ValidateFlags } from '../options.ts';
import { isColored, print } from '../terminal/terminal.ts';

/** Diagnostics are this command's result, so they go to standard output. */
export function validateAction(files: readonly string[], flags: ValidateFlags): ExitCode {
  const diagnostics: Diagnostic[] = [];
  const sources = new Map<string, string>();
  const valid: string[] = [];
  for (const file of files) {
    const loaded = loadFile(file, { ...flags, sweep: { constraints: cel } });
    diagnostics.push(...loaded.diagnostics);
    for (const [name, text] of loaded.sources) sources.set(name, text);
    if (loaded.scenario === null) continue;
    const { name, base, variants, sweep } = loaded.scenario;
    const names = variants.map(({ variant }) => variant);
    const compared = names.length === 0 ? '' : `, variants ${names.join(', ')}`;
    const swept = sweep === null ? '' : `, sweep of ${plural(sweep.points.length, 'point')}`;
    // The cluster's own DNS is in no file.
    const services = base.services.length - (base.dns === null ? 0 : 1);
    valid.push(
      `${file}: ok (${name}: ${plural(services, 'Service')}, ${plural(base.clients.length, 'client')}${compared}${swept})\n`,
    );
  }
  const { format } = flags;
  print(renderDiagnostics(diagnostics, sources, { format, color: isColored(process.stdout) }));
  if (format === 'text' && flags.quiet !== true) print(valid.join(''));
  return valid.length === files.length ? EXIT.passed : EXIT.invalid;
}
