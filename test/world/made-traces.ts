/** Traces whose files are called what is in them. */
import type { OpenTrace, PlannedTrace } from '../../src/contract/traffic/trace.ts';
import { Findings } from '../../src/scenario/diagnostics/diagnostics.ts';
import { openBytes } from '../../src/scenario/traces/bytes.ts';
import { traceOpener } from '../../src/scenario/traces/reader.ts';
import { scanTrace } from '../../src/scenario/traces/scan.ts';
import type { SourceReader } from '../../src/scenario/text/source.ts';

const reader: SourceReader = { read: (name) => name, resolve: (_, name) => name };

/** What a plan knows of a trace with this text. */
export function madeTrace(text: string): PlannedTrace {
  const findings = new Findings();
  const scanned = scanTrace(text, openBytes(reader, text), findings);
  if (scanned === null) throw new Error(JSON.stringify(findings.sorted([])));
  return scanned.trace;
}

/** Opens them. */
export const madeTraces: OpenTrace = traceOpener(reader);
