/**
 * Diagnostics: what is wrong with the user's files, as data. All of them are collected before any is
 * shown; prose and layout are the renderer's business.
 */
import type { Span } from '../text/source.ts';

/** After the error types of Kubernetes (apimachinery, field/errors.go), and what files can do wrong. */
export type DiagnosticCode =
  | 'Required'
  | 'Invalid'
  | 'NotSupported'
  | 'Duplicate'
  | 'NotFound'
  | 'TypeInvalid'
  | 'UnknownField'
  | 'Syntax'
  | 'Unreadable'
  | 'TooLarge'
  | 'Ignored'
  | 'NoEffect'
  | 'NoEndpoints'
  | 'Unreachable'
  | 'Exhausted';

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly code: DiagnosticCode;
  /** The field, as `spec.clients[0].target` or `Service/checkout spec.ports[0]`; empty for a whole file. */
  readonly path: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** What is wrong, on one line. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Characters to underline. */
  readonly length?: number;
}

export interface Finding {
  readonly severity?: 'error' | 'warning';
  readonly code: DiagnosticCode;
  readonly path: string;
  readonly span: Span;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** One of many plans of a file. */
interface Subject {
  /** `at replicas=4`, `in variant ipvs`. */
  readonly name: string;
  /** Where it is written: what is found in there need not say what it is of. */
  readonly written: Span | null;
}

const FINDINGS_PER_FILE_MAX = 100;

interface Count {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly count: number;
}

/** Collects findings. The same thing said twice about the same place (by two variants, say) counts once. */
export class Findings {
  private readonly found: Diagnostic[] = [];
  private readonly seen = new Set<string>();
  private readonly counts = new Map<string, Count>();
  private errorCount = 0;
  private subject: Subject | null = null;

  /** Errors so far. */
  get errors(): number {
    return this.errorCount;
  }

  /** Has what `action` finds, and nobody found before, say what it is of: one of many plans of a file. */
  of<Result>(subject: Subject, action: () => Result): Result {
    this.subject = subject;
    try {
      return action();
    } finally {
      this.subject = null;
    }
  }

  error(finding: Omit<Finding, 'severity'>): void {
    this.add({ ...finding, severity: 'error' });
  }

  warn(finding: Omit<Finding, 'severity'>): void {
    this.add({ ...finding, severity: 'warning' });
  }

  add(finding: Finding): void {
    const { span } = finding;
    const severity = finding.severity ?? 'error';
    const identity = `${span.source.name}\n${span.start}\n${finding.path}\n${finding.message}`;
    if (this.seen.has(identity)) return;
    this.seen.add(identity);
    if (severity === 'error') this.errorCount++;
    const group = `${severity} ${span.source.name}`;
    const before = this.counts.get(group)?.count ?? 0;
    this.counts.set(group, { severity, file: span.source.name, count: before + 1 });
    // A broken generator can be wrong ten thousand times in one way; a hundred make the point.
    if (before >= FINDINGS_PER_FILE_MAX) return;
    this.found.push({
      severity,
      code: finding.code,
      path: finding.path,
      file: span.source.name,
      ...span.source.position(span.start),
      message: `${finding.message}${this.ofWhat(span)}`,
      ...(finding.hint === undefined ? {} : { hint: finding.hint }),
      length: Math.max(1, span.end - span.start),
    });
  }

  private ofWhat(span: Span): string {
    if (this.subject === null) return '';
    const { name, written } = this.subject;
    const isInside =
      written !== null &&
      written.source === span.source &&
      written.start <= span.start &&
      span.end <= written.end;
    return isInside ? '' : ` (${name})`;
  }

  /** All of them, by file in the order in which files were first named, then by place. */
  sorted(files: readonly string[]): readonly Diagnostic[] {
    const order = new Map(files.map((file, index) => [file, index]));
    const rank = (found: Diagnostic): number => order.get(found.file) ?? files.length;
    return [...this.found, ...this.left()]
      .map((found, index) => ({ found, index }))
      .sort(
        (a, b) =>
          rank(a.found) - rank(b.found) ||
          a.found.line - b.found.line ||
          a.found.column - b.found.column ||
          a.index - b.index,
      )
      .map(({ found }) => found);
  }

  /** One line, at the end of each file, for all that is not shown of it. */
  private left(): Diagnostic[] {
    return [...this.counts.values()].flatMap(({ severity, file, count }) => {
      const left = count - FINDINGS_PER_FILE_MAX;
      if (left <= 0) return [];
      const ofFile = this.found.filter((found) => found.file === file);
      const line = ofFile.reduce((last, found) => Math.max(last, found.line), 1);
      const message = `and ${left} more ${severity}${left === 1 ? '' : 's'} in this file`;
      // The largest column: after everything else on that line.
      return [{ severity, code: 'Ignored' as const, path: '', file, line, column: 1e4, message }];
    });
  }
}
