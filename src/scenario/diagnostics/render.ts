/** Diagnostics → text for people, JSON for programs, annotations for GitHub. */
import { workflowCommand } from '../../base/workflow-command.ts';
import type { Diagnostic } from './diagnostics.ts';

export interface RenderOptions {
  readonly format: 'text' | 'json' | 'github';
  readonly color: boolean;
}

/** Lines longer than this are shown in part: minified JSON is one line of a megabyte. */
const SOURCE_WIDTH_MAX = 100;

/**
 * All diagnostics as one text that ends in a line feed; empty where there are none.
 * `sources` holds the text of each file by its name; a file that is not in it is shown without its line.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  options: RenderOptions,
): string {
  if (options.format === 'json') return `${JSON.stringify({ diagnostics }, null, 2)}\n`;
  if (diagnostics.length === 0) return '';
  if (options.format === 'github') return diagnostics.map(annotation).join('');
  return renderText(diagnostics, sources, options.color);
}

function annotation(found: Diagnostic): string {
  const { file, line, column } = found;
  const hint = found.hint === undefined ? '' : `\n${found.hint}`;
  return workflowCommand(
    found.severity,
    {
      file,
      line,
      col: column,
      endColumn: column + (found.length ?? 1),
      title: found.code,
    },
    headline(found) + hint,
  );
}

const headline = (found: Diagnostic): string =>
  found.path === '' ? found.message : `${found.path}: ${found.message}`;

function renderText(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  color: boolean,
): string {
  const paint = color ? PAINT : PLAIN;
  const place = (found: Diagnostic): string => `${found.file}:${found.line}:${found.column}`;
  const width = Math.max(...diagnostics.map((found) => place(found).length));
  let text = '';
  for (const found of diagnostics) {
    const severity = found.severity.padEnd(7);
    const shown = found.severity === 'error' ? paint.error(severity) : paint.warning(severity);
    const message = printable(headline(found));
    text += `${paint.place(place(found).padEnd(width))}  ${shown}  ${message}\n`;
    text += excerpt(found, sources.get(found.file), paint);
  }
  return `${text}\n${summary(diagnostics)}\n`;
}

function excerpt(found: Diagnostic, source: string | undefined, paint: Paint): string {
  const hint = found.hint === undefined ? '' : printable(found.hint);
  const line = source === undefined ? '' : lineOf(source, found.line);
  if (line.trim() === '') return hint === '' ? '' : `${' '.repeat(9)}${hint}\n`;
  // A window of the line that has the place in it.
  const from = found.column > SOURCE_WIDTH_MAX - 20 ? found.column - 40 : 0;
  const shown = line.slice(from, from + SOURCE_WIDTH_MAX);
  const before = found.column - 1 - from;
  const length = Math.max(1, Math.min(found.length ?? 1, shown.length - before));
  const marks = ' '.repeat(before) + paint.mark('^'.repeat(length));
  const number = String(found.line).padStart(7);
  const under = `${' '.repeat(8)}${paint.place('│')} ${marks}${hint === '' ? '' : ` ${hint}`}`;
  return `${paint.place(`${number} │`)} ${printable(shown)}\n${under}\n`;
}

function lineOf(source: string, line: number): string {
  let start = 0;
  for (let passed = 1; passed < line; passed++) {
    const newline = source.indexOf('\n', start);
    if (newline === -1) return '';
    start = newline + 1;
  }
  const end = source.indexOf('\n', start);
  return source.slice(start, end === -1 ? source.length : end);
}

/** One column per character, and nothing a terminal would obey. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll('\t', ' ').replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '\u00b7');
}

/** `6 errors, 1 warning in 2 files.` and, after errors, that nothing was run. */
function summary(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((found) => found.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const files = new Set(diagnostics.map((found) => found.file)).size;
  const counts = [count(errors, 'error'), count(warnings, 'warning')].filter((part) => part !== '');
  const line = `${counts.join(', ')} in ${count(files, 'file')}.`;
  if (errors === 0) return line;
  return `${line} Nothing was run.      svcsim validate --format github prints annotations`;
}

function count(amount: number, noun: string): string {
  if (amount === 0) return '';
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

interface Paint {
  readonly place: (text: string) => string;
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly mark: (text: string) => string;
}

const PLAIN: Paint = {
  place: (text) => text,
  error: (text) => text,
  warning: (text) => text,
  mark: (text) => text,
};

const PAINT: Paint = {
  place: (text) => `\u001b[2m${text}\u001b[22m`,
  error: (text) => `\u001b[31m${text}\u001b[39m`,
  warning: (text) => `\u001b[33m${text}\u001b[39m`,
  mark: (text) => `\u001b[31m${text}\u001b[39m`,
};
