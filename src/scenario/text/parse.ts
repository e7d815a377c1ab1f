/**
 * Text → trees, by the YAML library, one document at a time, so that only our small nodes pile up.
 * JSON is read as the YAML it is. Whatever the text, the outcome is trees and findings.
 */
import { Composer, Parser, isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Document, ParsedNode, YAMLError } from 'yaml';
import type { Findings } from '../diagnostics/diagnostics.ts';
import { SOURCE_CHARACTERS_MAX } from './source.ts';
import type { SourceText, Span } from './source.ts';
import { isNull, weightOf } from './tree.ts';
import type { Entry, MapNode, Node, ScalarNode } from './tree.ts';

/** Deeper than any manifest, far from the end of any stack. */
const DEPTH_MAX = 100;
/** Nodes of one document with its aliases expanded. A bomb has billions of them. */
const WEIGHT_MAX = 20_000_000;
const SYNTAX_ERRORS_SHOWN = 5;

/** The documents of a file, empty ones left out. Problems go to `findings`. */
export function parseDocuments(source: SourceText, findings: Findings): readonly Node[] {
  const { text } = source;
  const start: Span = { source, start: 0, end: 0 };
  if (text.length > SOURCE_CHARACTERS_MAX) {
    const size = (text.length / 1024 / 1024).toFixed(0);
    findings.error({
      code: 'TooLarge',
      path: '',
      span: start,
      message: `the file has ${size} MiB; the limit is 32 MiB`,
      hint: 'split it, or leave out what no client calls',
    });
    return [];
  }
  const binary = text.indexOf('\0');
  if (binary !== -1) {
    const span = { source, start: binary, end: binary + 1 };
    findings.error({ code: 'Syntax', path: '', span, message: 'not a text file: it holds a NUL' });
    return [];
  }
  return compose(source, findings);
}

function compose(source: SourceText, findings: Findings): Node[] {
  const { text } = source;
  const composer = new Composer({ uniqueKeys: false, keepSourceTokens: false, logLevel: 'silent' });
  const documents: Node[] = [];
  let syntaxErrors = 0;
  let lastLine = 0;
  try {
    for (const document of composer.compose(new Parser().parse(text), false, text.length)) {
      for (const warning of document.warnings) report(warning, source, findings, 'warning');
      for (const error of document.errors) {
        // One slip makes the parser stumble over the rest of its line.
        const { line } = source.position(error.pos[0]);
        if (line === lastLine) continue;
        lastLine = line;
        if (syntaxErrors++ < SYNTAX_ERRORS_SHOWN) report(error, source, findings, 'error');
      }
      // What follows a syntax error in its document is guesswork, and so would be its diagnostics.
      if (document.errors.length > 0 || document.contents === null) continue;
      const node = new Reader(source, 0, findings).document(document as Document.Parsed);
      if (!isNull(node)) documents.push(node);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const span = { source, start: 0, end: 0 };
    findings.error({ code: 'Syntax', path: '', span, message: 'nested too deeply to be read' });
  }
  return documents;
}

/** A single value in YAML, as a command line gives it, written at `offset` of `source`. */
export function parseValue(source: SourceText, offset: number, findings: Findings): Node | null {
  const text = source.text.slice(offset);
  const composer = new Composer({ uniqueKeys: false, logLevel: 'silent' });
  const errors = findings.errors;
  let value: Node | null = null;
  for (const document of composer.compose(new Parser().parse(text), true, text.length)) {
    for (const error of document.errors) report(error, source, findings, 'error', offset);
    if (document.errors.length > 0 || value !== null) continue;
    value = new Reader(source, offset, findings).document(document as Document.Parsed);
  }
  return findings.errors > errors ? null : value;
}

function report(
  error: YAMLError,
  source: SourceText,
  findings: Findings,
  severity: 'error' | 'warning',
  offset = 0,
): void {
  const start = Math.min(error.pos[0] + offset, source.text.length);
  const end = Math.min(Math.max(error.pos[1] + offset, start + 1), source.text.length);
  const overflow = error.message.includes('call stack');
  const message = overflow ? 'nested too deeply to be read' : (error.message.split('\n')[0] ?? '');
  const hint = unquotedPath(source.text, start);
  findings.add({
    severity,
    code: 'Syntax',
    path: '',
    span: { source, start, end },
    message: overflow ? message : `not valid YAML: ${lowerFirst(message)}`,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** What to write where a path with brackets is a key inside braces, in which brackets are a list of YAML's. */
function unquotedPath(text: string, at: number): string | undefined {
  const begin = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  const line = text.slice(begin, end === -1 ? text.length : end);
  const path = /[{,]\s*([\w./:-]+\[[^\]\s]*\][\w.[\]-]*)\s*:\s/.exec(line)?.[1];
  return path === undefined ? undefined : `inside { } a key with brackets is quoted: "${path}"`;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Turns the library's nodes of one document into ours. */
class Reader {
  private readonly source: SourceText;
  private readonly offset: number;
  private readonly findings: Findings;
  private readonly anchors = new Map<string, Node | null>();
  private tooHeavy = false;

  constructor(source: SourceText, offset: number, findings: Findings) {
    this.source = source;
    this.offset = offset;
    this.findings = findings;
  }

  document(document: Document.Parsed): Node {
    return this.node(document.contents, 0);
  }

  private node(node: ParsedNode | null | undefined, depth: number): Node {
    if (node === null || node === undefined) return this.null(0, 0);
    if (isAlias(node)) return this.alias(node.source, this.span(node));
    const anchor = 'anchor' in node ? (node.anchor as string | undefined) : undefined;
    // An alias inside the very node it names would never end.
    if (anchor !== undefined) this.anchors.set(anchor, null);
    const read = this.content(node, depth);
    if (anchor !== undefined) this.anchors.set(anchor, read);
    return read;
  }

  private content(node: ParsedNode, depth: number): Node {
    const span = this.span(node);
    if (isScalar(node)) return { kind: 'scalar', value: plain(node.value, node.source), ...span };
    if (depth >= DEPTH_MAX) {
      this.error(span, `nested more than ${DEPTH_MAX} levels deep`);
      return this.null(span.start, span.end);
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.node(item as ParsedNode, depth + 1));
      let weight = 1;
      for (const item of items) weight += weightOf(item);
      return this.weighed({ kind: 'list', items, weight, ...span });
    }
    if (isMap(node)) return this.map(node.items as unknown as Pair[], span, depth);
    return this.null(span.start, span.end);
  }

  private map(pairs: readonly Pair[], span: Span, depth: number): Node {
    const entries = new Map<string, Entry>();
    const merged: Node[] = [];
    for (const pair of pairs) {
      const key = this.span(pair.key);
      const name = this.keyName(pair.key, key);
      if (name === undefined) continue;
      const value =
        pair.value === null ? this.null(key.end, key.end) : this.node(pair.value, depth + 1);
      if (name === '<<' && !isQuoted(pair.key)) merged.push(value);
      else if (entries.has(name)) this.error(key, `the key "${name}" is there twice`, 'Duplicate');
      else entries.set(name, { key, value });
    }
    for (const value of merged) this.merge(entries, value);
    let weight = 1;
    for (const entry of entries.values()) weight += 1 + weightOf(entry.value);
    return this.weighed({ kind: 'map', entries, weight, ...span });
  }

  /** `<<: *anchor` or `<<: [*one, *two]`: keys that are not there yet, earlier maps first. */
  private merge(entries: Map<string, Entry>, value: Node): void {
    for (const from of value.kind === 'list' ? value.items : [value]) {
      if (from.kind !== 'map') {
        this.error(from, 'only a map can be merged by "<<"');
        continue;
      }
      for (const [name, entry] of from.entries) if (!entries.has(name)) entries.set(name, entry);
    }
  }

  private keyName(key: ParsedNode, span: Span): string | undefined {
    if (isScalar(key)) return String(key.source ?? key.value ?? '');
    const named = isAlias(key) ? this.anchors.get(key.source) : undefined;
    if (named?.kind === 'scalar') return String(named.value);
    this.error(span, 'a key must be plain text');
    return undefined;
  }

  private alias(name: string, span: Span): Node {
    const target = this.anchors.get(name);
    // An alias to nothing has been reported by the library already.
    if (target === null) this.error(span, `the alias "*${name}" is inside what it stands for`);
    return target ?? this.null(span.start, span.end);
  }

  private weighed<T extends MapNode | Node>(node: T): Node {
    if (weightOf(node) <= WEIGHT_MAX) return node;
    if (!this.tooHeavy) this.error(node, 'its aliases expand to too much', 'TooLarge');
    this.tooHeavy = true;
    return this.null(node.start, node.end);
  }

  private error(
    span: Span,
    message: string,
    code: 'Syntax' | 'Duplicate' | 'TooLarge' = 'Syntax',
  ): void {
    this.findings.error({ code, path: '', span, message });
  }

  private null(start: number, end: number): ScalarNode {
    return { kind: 'scalar', value: null, source: this.source, start, end };
  }

  private span(node: ParsedNode): Span {
    const [start, end] = node.range;
    return { source: this.source, start: start + this.offset, end: end + this.offset };
  }
}

interface Pair {
  readonly key: ParsedNode;
  readonly value: ParsedNode | null;
}

const isQuoted = (key: ParsedNode): boolean =>
  isScalar(key) && (key.type === 'QUOTE_DOUBLE' || key.type === 'QUOTE_SINGLE');

/** Values of tags beyond YAML's core (dates, binary) count as the text they were written as. */
function plain(value: unknown, written: string | undefined): ScalarNode['value'] {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  return written ?? String(value);
}
