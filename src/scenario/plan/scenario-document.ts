/** The Scenario document while it is planned: its values, and the places to speak of them. */
import type { DiagnosticCode, Findings } from '../diagnostics/diagnostics.ts';
import { notYet } from '../diagnostics/not-yet.ts';
import type { Files } from '../documents.ts';
import type { SpecInput } from '../schema/scenario.ts';
import { locate, pathText } from '../text/tree.ts';
import type { Node, Path } from '../text/tree.ts';

export class ScenarioDocument {
  readonly spec: SpecInput;
  readonly root: Node;
  readonly files: Files;
  readonly findings: Findings;
  /** Whether all files could be read: what is not found might otherwise be in one of the others. */
  readonly isComplete: boolean;
  /** Whether something invalid was taken out of what is at a path: it is not to blame for lacking it. */
  readonly isMended: (path: Path) => boolean;
  private readonly broken: ReadonlySet<string>;
  private readonly entry: string;

  constructor(facts: {
    spec: SpecInput;
    root: Node;
    entry: string;
    broken: ReadonlySet<string>;
    isMended: (path: Path) => boolean;
    isComplete: boolean;
    files: Files;
    findings: Findings;
  }) {
    this.spec = facts.spec;
    this.root = facts.root;
    this.files = facts.files;
    this.findings = facts.findings;
    this.isMended = facts.isMended;
    this.isComplete = facts.isComplete;
    this.broken = facts.broken;
    this.entry = facts.entry;
  }

  /** Whether an entry of a list of spec only stands in for an invalid one. */
  isBroken(list: keyof SpecInput, index: number): boolean {
    return this.broken.has(`spec.${list}[${index}]`);
  }

  /** Whether anything in that list is invalid, so that what seems missing may just be mistyped. */
  hasBroken(list: keyof SpecInput): boolean {
    return [...this.broken].some((path) => path.startsWith(`spec.${list}[`));
  }

  /** A file named in the document, relative to it. */
  resolve(file: string): string {
    return this.files.reader.resolve(this.entry, file);
  }

  error(path: Path, code: DiagnosticCode, message: string, hint?: string): void {
    const span = locate(this.root, path);
    this.findings.error({ code, path: pathText(path), span, message, hint });
  }

  /** For what is wrong with a key itself. */
  errorAtKey(path: Path, code: DiagnosticCode, message: string, hint?: string): void {
    const span = locate(this.root, path, 'key');
    this.findings.error({ code, path: pathText(path), span, message, hint });
  }

  warn(path: Path, code: DiagnosticCode, message: string, hint?: string): void {
    const span = locate(this.root, path);
    this.findings.warn({ code, path: pathText(path), span, message, hint });
  }

  /** A field of the format that this version does not build. */
  refuse(path: Path, feature: string, hint?: string): void {
    this.error(path, 'NotSupported', notYet(feature), hint);
  }
}
