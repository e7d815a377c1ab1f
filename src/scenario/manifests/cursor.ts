/** A place in a manifest, read by hand: light enough for thousands of documents. */
import { didYouMean } from '../../base/suggest.ts';
import { seconds } from '../../base/time.ts';
import type { Duration } from '../../base/time.ts';
import { parseQuantity } from '../../base/units.ts';
import type { IntOrPercent } from '../../contract/plan.ts';
import type { DiagnosticCode, Findings } from '../diagnostics/diagnostics.ts';
import { quote } from '../diagnostics/quote.ts';
import type { Span } from '../text/source.ts';
import { child, firstLineOf, locate, pathText } from '../text/tree.ts';
import type { Node, Path } from '../text/tree.ts';
import type { ManifestDocument } from './model.ts';

/** A hundred days: what any such field may say, so that times keep their nanoseconds. */
export const SECONDS_MAX = 8_640_000;

const NO_ITEMS: readonly Cursor[] = [];
const NOT_A_SCALAR = Symbol('a map or a list');

export class Cursor {
  readonly document: ManifestDocument;
  readonly findings: Findings;
  readonly node: Node | undefined;
  readonly path: Path;

  constructor(document: ManifestDocument, findings: Findings, node: Node | undefined, path: Path) {
    this.document = document;
    this.findings = findings;
    this.node = node;
    this.path = path;
  }

  get exists(): boolean {
    return this.node !== undefined;
  }

  /** The field of that name; the cursor may point at nothing. A holder that is no map is an error. */
  at(key: string): Cursor {
    if (this.node !== undefined && this.node.kind !== 'map') this.mistyped('a map');
    const holder = this.node?.kind === 'map' ? this.node : undefined;
    return new Cursor(this.document, this.findings, child(holder, key), [...this.path, key]);
  }

  items(): readonly Cursor[] {
    if (this.node === undefined) return NO_ITEMS;
    if (this.node.kind !== 'list') {
      this.mistyped('a list');
      return NO_ITEMS;
    }
    return this.node.items.map(
      (item, index) => new Cursor(this.document, this.findings, item, [...this.path, index]),
    );
  }

  text(): string | undefined {
    const value = this.scalar();
    if (value === undefined || typeof value === 'string') return value;
    const hint = value === NOT_A_SCALAR ? undefined : `in quotes it would be: "${String(value)}"`;
    this.mistyped('text', hint);
    return undefined;
  }

  flag(): boolean | undefined {
    const value = this.scalar();
    if (value === undefined || typeof value === 'boolean') return value;
    this.mistyped('true or false');
    return undefined;
  }

  integer(min: number, max: number = Number.MAX_SAFE_INTEGER): number | undefined {
    const value = this.scalar();
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      this.mistyped('a whole number');
      return undefined;
    }
    if (value >= min && value <= max) return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `${min} to ${max}`;
    this.error('Invalid', `${value} must be ${range}`);
    return undefined;
  }

  /** A whole number of seconds, such as all fields have whose names end so. */
  seconds(min: number, max: number = SECONDS_MAX): Duration | undefined {
    const value = this.integer(min, max);
    return value === undefined ? undefined : seconds(value);
  }

  /** A number of at least 0, or a percentage in a text: IntOrString of the API. */
  intOrPercent(): IntOrPercent | undefined {
    const value = this.scalar();
    if (value === undefined) return undefined;
    if (typeof value === 'number') {
      const count = this.integer(0);
      return count === undefined ? undefined : { count };
    }
    if (typeof value === 'string' && /^\d{1,9}%$/.test(value)) {
      return { percent: Number(value.slice(0, -1)) };
    }
    this.mistyped('a whole number or a percentage', 'e.g. 1 or 25%');
    return undefined;
  }

  /** A Kubernetes quantity of at least 0, in its base unit. */
  quantity(): number | undefined {
    const value = this.scalar();
    if (value === undefined) return undefined;
    const plain = typeof value === 'string' || typeof value === 'number';
    const quantity = plain ? parseQuantity(value) : undefined;
    if (quantity !== undefined && quantity >= 0) return quantity;
    this.mistyped('a quantity', 'e.g. 4 or 500m');
    return undefined;
  }

  /** One of `known`; anything else is an error with a suggestion. */
  choice<const Names extends readonly string[]>(known: Names): Names[number] | undefined {
    const value = this.text();
    if (value === undefined || known.includes(value)) return value;
    const advice = didYouMean(value, known);
    const names = known.filter((name) => name !== '').join(', ');
    this.error('NotSupported', `${quote(value)} is not supported${advice}`, `Supported: ${names}`);
    return undefined;
  }

  /** A map of texts, such as labels. */
  labels(): ReadonlyMap<string, string> {
    const labels = new Map<string, string>();
    if (this.node === undefined) return labels;
    if (this.node.kind !== 'map') {
      this.mistyped('a map');
      return labels;
    }
    for (const key of this.node.entries.keys()) {
      const value = this.at(key).text();
      if (value !== undefined) labels.set(key, value);
    }
    return labels;
  }

  get span(): Span {
    return this.node === undefined
      ? locate(this.document.root, this.path, 'key')
      : firstLineOf(this.node);
  }

  get place(): string {
    return `${this.document.label} ${pathText(this.path)}`.trimEnd();
  }

  error(code: DiagnosticCode, message: string, hint?: string): void {
    this.findings.error({ code, path: this.place, span: this.span, message, hint });
  }

  warn(code: DiagnosticCode, message: string, hint?: string): void {
    this.findings.warn({ code, path: this.place, span: this.span, message, hint });
  }

  private scalar(): string | number | boolean | typeof NOT_A_SCALAR | undefined {
    if (this.node === undefined) return undefined;
    return this.node.kind === 'scalar' ? (this.node.value ?? undefined) : NOT_A_SCALAR;
  }

  private mistyped(noun: string, hint?: string): void {
    const { node } = this;
    const value = node?.kind === 'scalar' ? node.value : node?.kind === 'list' ? [] : {};
    this.error('TypeInvalid', `${quote(value)} is not ${noun}`, hint);
  }
}
