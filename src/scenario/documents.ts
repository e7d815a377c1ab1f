/** Files → documents: the one Scenario, and Kubernetes documents with Lists unpacked. */
import { suggest } from '../base/suggest.ts';
import type { Findings } from './diagnostics/diagnostics.ts';
import { quote } from './diagnostics/quote.ts';
import type { ManifestDocument } from './manifests/model.ts';
import { parseDocuments } from './text/parse.ts';
import { SourceError, SourceText } from './text/source.ts';
import type { SourceReader, Span } from './text/source.ts';
import { child, firstLineOf, locate } from './text/tree.ts';
import type { Node } from './text/tree.ts';
import { openBytes } from './traces/bytes.ts';
import { scanTrace } from './traces/scan.ts';
import type { ScannedTrace } from './traces/scan.ts';

/** What one file holds. */
export interface FileContents {
  readonly scenarios: readonly Node[];
  readonly manifests: readonly ManifestDocument[];
}

/** The files of a scenario, each read and parsed once, however many variants ask for it. */
export class Files {
  readonly reader: SourceReader;
  private readonly findings: Findings;
  private readonly contents = new Map<string, FileContents | null>();
  private readonly sources = new Map<string, SourceText>();
  private readonly traces = new Map<string, ScannedTrace | null>();
  private readonly faulty = new Set<string>();
  /** By their text. */
  private readonly builtIns = new Map<string, readonly ManifestDocument[]>();

  constructor(reader: SourceReader, findings: Findings) {
    this.reader = reader;
    this.findings = findings;
  }

  /** Every text that was read, by the name of its file, in the order of reading. */
  texts(): ReadonlyMap<string, string> {
    return new Map([...this.sources].map(([name, source]) => [name, source.text]));
  }

  add(source: SourceText): void {
    this.sources.set(source.name, source);
  }

  /** The text of a file, or null with a finding where it can't be read: at `from`, the place that names it. */
  text(path: string, from?: { readonly span: Span; readonly path: string }): SourceText | null {
    const known = this.sources.get(path);
    if (known !== undefined) return known;
    try {
      // A byte order mark is not part of the text.
      const source = new SourceText(path, this.reader.read(path).replace(/^\uFEFF/, ''));
      this.add(source);
      return source;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const span = from?.span ?? { source: new SourceText(path, ''), start: 0, end: 0 };
      const message = `cannot read ${path}: ${reason}`;
      this.findings.error({ code: 'Unreadable', path: from?.path ?? '', span, message });
      return null;
    }
  }

  /** What is in a trace, gone through once; null where it can't be read or is broken (which has then been said). */
  trace(path: string, from: { readonly span: Span; readonly path: string }): ScannedTrace | null {
    const known = this.traces.get(path);
    if (known !== undefined) return known;
    let scanned: ScannedTrace | null = null;
    try {
      scanned = scanTrace(path, openBytes(this.reader, path), this.findings);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      const message = `cannot read ${path}: ${error.reason}`;
      this.findings.error({ code: 'Unreadable', path: from.path, span: from.span, message });
    }
    this.traces.set(path, scanned);
    return scanned;
  }

  /** The documents of a file; null where it can't be read (which has then been said). */
  open(path: string, from?: { readonly span: Span; readonly path: string }): FileContents | null {
    const known = this.contents.get(path);
    if (known !== undefined) return known;
    const source = this.text(path, from);
    const contents = source === null ? null : this.parse(source);
    this.contents.set(path, contents);
    return contents;
  }

  /** Documents that are in no file: `text` stands for what messages call `name`. */
  builtIn(name: string, text: string): readonly ManifestDocument[] {
    const source = new SourceText(name, text);
    const known = this.builtIns.get(text);
    if (known !== undefined) return known;
    this.add(source);
    const manifests = this.parse(source)?.manifests ?? [];
    this.builtIns.set(text, manifests);
    return manifests;
  }

  /** Whether parts of a file could not be understood. */
  isFaulty(path: string): boolean {
    return this.faulty.has(path);
  }

  private parse(source: SourceText): FileContents | null {
    const errors = this.findings.errors;
    const roots = parseDocuments(source, this.findings);
    if (roots.length === 0 && this.findings.errors === errors) {
      const span = { source, start: 0, end: 0 };
      this.findings.error({ code: 'Required', path: '', span, message: 'the file is empty' });
    }
    const scenarios: Node[] = [];
    const manifests: ManifestDocument[] = [];
    for (const root of roots) this.sort(root, scenarios, manifests);
    if (this.findings.errors > errors) this.faulty.add(source.name);
    return { scenarios, manifests };
  }

  private sort(root: Node, scenarios: Node[], manifests: ManifestDocument[]): void {
    if (root.kind !== 'map') {
      const what = root.kind === 'list' ? 'a list' : quote(root.value);
      const message = `a document is a map with "apiVersion" and "kind", not ${what}`;
      this.error('TypeInvalid', firstLineOf(root), message);
      return;
    }
    const kind = this.name(root, 'kind');
    if (kind === undefined) return;
    if (kind === 'Scenario') {
      scenarios.push(root);
      return;
    }
    const apiVersion = this.name(root, 'apiVersion');
    if (apiVersion === undefined) return;
    if (apiVersion.startsWith('svcsim/')) {
      const advice = suggest(kind, ['Scenario']) === undefined ? '' : '; did you mean "Scenario"?';
      const message = `${quote(kind)} is not supported${advice}`;
      this.error('NotSupported', locate(root, ['kind']), message, 'kind');
      return;
    }
    const items = child(root, 'items');
    if (kind.endsWith('List') && items?.kind === 'list') {
      for (const item of items.items) this.sort(item, scenarios, manifests);
      return;
    }
    manifests.push(this.manifest(root, kind, apiVersion));
  }

  private manifest(root: Node, kind: string, apiVersion: string): ManifestDocument {
    const metadata = child(root, 'metadata');
    const text = (key: string): string | undefined => {
      const node = child(metadata, key);
      if (node === undefined) return undefined;
      if (node.kind === 'scalar' && typeof node.value === 'string') return node.value;
      const shown = node.kind === 'scalar' ? quote(node.value) : `a ${node.kind}`;
      this.error('TypeInvalid', firstLineOf(node), `${shown} is not text`, `metadata.${key}`);
      return undefined;
    };
    const name = text('name') ?? '';
    const namespace = text('namespace') ?? 'default';
    const needsName = kind !== 'KubeProxyConfiguration';
    if (name === '' && needsName && child(metadata, 'name') === undefined) {
      this.error(
        'Required',
        locate(root, ['metadata'], 'key'),
        '"metadata.name" is required',
        kind,
      );
    }
    const label = name === '' ? kind : `${kind}/${name}`;
    return { kind, apiVersion, name, namespace, label, root };
  }

  private name(root: Node, key: 'kind' | 'apiVersion'): string | undefined {
    const node = child(root, key);
    if (node?.kind === 'scalar' && typeof node.value === 'string') return node.value;
    if (node === undefined) {
      this.error('Required', locate(root, [key], 'key'), `"${key}" is required`);
    } else {
      this.error(
        'TypeInvalid',
        firstLineOf(node),
        `not the name of a${key === 'kind' ? ' kind' : 'n API version'}`,
        key,
      );
    }
    return undefined;
  }

  private error(
    code: 'TypeInvalid' | 'Required' | 'NotSupported',
    span: Span,
    message: string,
    path = '',
  ): void {
    this.findings.error({ code, path, span, message });
  }
}
