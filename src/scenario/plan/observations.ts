/** Observed durations from files: a column of a CSV, or a percentile distribution of HdrHistogram. */
import { didYouMean } from '../../base/suggest.ts';
import { TIME_MAX } from '../../base/time.ts';
import type { TimeUnit } from '../schema/distribution.ts';
import type { SourceText } from '../text/source.ts';
import { locate, pathText } from '../text/tree.ts';
import type { Path } from '../text/tree.ts';
import type { ScenarioDocument } from './scenario-document.ts';

const NANOSECONDS: { readonly [unit in TimeUnit]: number } = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 };

interface Line {
  readonly text: string;
  readonly start: number;
}

function open(file: string, path: Path, document: ScenarioDocument): SourceText | undefined {
  const at = [...path, 'file'];
  const from = { span: locate(document.root, at), path: pathText(at) };
  return document.files.text(document.resolve(file), from) ?? undefined;
}

function* linesOf(source: SourceText): Generator<Line> {
  const { text } = source;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end).replace(/\r$/, '');
    if (line.trim() !== '') yield { text: line, start };
    start = end + 1;
  }
}

/** The cells of one line of a CSV (RFC 4180, without line feeds inside cells). */
function cellsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',').map((cell) => cell.trim());
  const cells: string[] = [];
  const cell = /\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/gy;
  while (cell.lastIndex < line.length) {
    const match = cell.exec(line);
    if (match === null) break;
    cells.push(match[1]?.replaceAll('""', '"') ?? (match[2] as string).trim());
  }
  return cells;
}

/** The values of a column in nanoseconds, ascending. Undefined after findings. */
export function readColumn(
  input: { file: string; column: string; unit: TimeUnit },
  path: Path,
  document: ScenarioDocument,
): readonly number[] | undefined {
  const source = open(input.file, path, document);
  if (source === undefined) return undefined;
  const lines = linesOf(source);
  const header = lines.next().value as Line | undefined;
  const columns = header === undefined ? [] : cellsOf(header.text);
  const column = columns.indexOf(input.column);
  if (column === -1) {
    const advice = didYouMean(input.column, columns);
    const hint = `Columns: ${columns.join(', ').slice(0, 200)}`;
    const message = `${input.file} has no column "${input.column}"${advice}`;
    document.error([...path, 'column'], 'NotFound', message, hint);
    return undefined;
  }
  const values: number[] = [];
  const scale = NANOSECONDS[input.unit];
  for (const line of lines) {
    const cell = cellsOf(line.text)[column] ?? '';
    const value = cell === '' ? Number.NaN : Number(cell) * scale;
    if (value >= 0 && value <= TIME_MAX) values.push(Math.round(value));
    else return reject(source, line, `"${cell}" is not a time in ${input.unit}`, document);
  }
  if (values.length > 0) return [...Float64Array.from(values).sort()];
  document.error([...path, 'file'], 'Invalid', `${input.file} has no rows`);
  return undefined;
}

function reject(
  source: SourceText,
  line: Line,
  message: string,
  document: ScenarioDocument,
): undefined {
  const span = { source, start: line.start, end: line.start + line.text.length };
  document.findings.error({ code: 'Invalid', path: '', span, message });
  return undefined;
}

/**
 * Buckets of a percentile distribution as HdrHistogram prints it: value, percentile, total count,
 * 1/(1-percentile). Values count in `unit`, by default ms, as wrk2 and most others print them.
 */
export function readHgrm(
  input: { file: string; unit?: TimeUnit | undefined },
  path: Path,
  document: ScenarioDocument,
): { readonly upper: readonly number[]; readonly counts: readonly number[] } | undefined {
  const source = open(input.file, path, document);
  if (source === undefined) return undefined;
  const scale = NANOSECONDS[input.unit ?? 'ms'];
  const upper: number[] = [];
  const counts: number[] = [];
  let before = 0;
  for (const line of linesOf(source)) {
    const text = line.text.trim();
    if (text.startsWith('#') || /^value\s/i.test(text)) continue;
    const [value = Number.NaN, , total = Number.NaN] = text.split(/\s+/).map(Number);
    const ns = Math.round(value * scale);
    const last = upper.at(-1) ?? 0;
    if (!(ns >= last && ns <= TIME_MAX && total >= before)) {
      return reject(source, line, 'not a row of an ascending percentile distribution', document);
    }
    if (total === before) continue;
    if (upper.length > 0 && ns === last) counts[counts.length - 1]! += total - before;
    else {
      upper.push(ns);
      counts.push(total - before);
    }
    before = total;
  }
  if (upper.length > 0) return { upper, counts };
  document.error([...path, 'file'], 'Invalid', `${input.file} has no rows`);
  return undefined;
}
