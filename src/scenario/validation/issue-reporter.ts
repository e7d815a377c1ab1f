/** The issues of one pass of the schema, put into words: findings at their places. */
import { didYouMean, suggest } from '../../base/suggest.ts';
import type { DiagnosticCode, Findings } from '../diagnostics/diagnostics.ts';
import { quote } from '../diagnostics/quote.ts';
import type { CheckParams } from '../schema/fields.ts';
import { locate, pathText } from '../text/tree.ts';
import type { Node, Path } from '../text/tree.ts';
import { valueAt } from './issue.ts';
import type { Issue } from './issue.ts';

/** What a scalar of the wrong type would have to look like. */
function typeHint(noun: string, value: unknown): string | undefined {
  if (typeof value === 'number') {
    if (/\bduration\b/.test(noun)) {
      return `did you mean "${value}s" or "${value}ms"? A duration has a unit`;
    }
    if (/\brate\b/.test(noun)) return `did you mean "${value}/s"?`;
  }
  if (noun === 'text' && typeof value !== 'object') {
    return `in quotes it would be: "${String(value)}"`;
  }
  if (typeof value !== 'string') return undefined;
  if (/whole number/.test(noun) && /^\d+$/.test(value)) return 'without quotes it would be';
  if (noun !== 'true or false') return undefined;
  if (/^(?:true|yes|on|y)$/i.test(value)) return 'did you mean true?';
  return /^(?:false|no|off|n)$/i.test(value) ? 'did you mean false?' : undefined;
}

export class IssueReporter {
  private readonly root: Node;
  private readonly data: unknown;
  private readonly issues: readonly Issue[];
  private readonly findings: Findings;
  /** Required fields that an unknown field of the same map was meant to be. */
  private readonly folded = new Set<string>();

  constructor(root: Node, data: unknown, issues: readonly Issue[], findings: Findings) {
    this.root = root;
    this.data = data;
    this.issues = issues;
    this.findings = findings;
    for (const issue of issues) if (issue.code === 'unrecognized_keys') this.fold(issue);
  }

  report(issue: Issue): void {
    const path = issue.path as Path;
    const value = valueAt(this.data, path);
    if (issue.code === 'unrecognized_keys') this.unknown(issue);
    else if (value === undefined) this.required(path);
    else if (issue.code === 'invalid_type') this.type(issue, path, value);
    else if (issue.code === 'invalid_value') this.choice(issue, path, value);
    else if (issue.code === 'too_small' || issue.code === 'too_big') this.range(issue, path, value);
    else if (issue.code === 'custom') {
      const params = (issue.params ?? {}) as CheckParams;
      this.add(params.code ?? 'Invalid', path, issue.message, params.hint);
    } else this.add('Invalid', path, `${quote(value)} is not valid`, undefined);
  }

  private missing(parent: Path): string[] {
    const depth = parent.length;
    const text = pathText(parent);
    return this.issues
      .filter(({ path }) => path.length === depth + 1)
      .filter(({ path }) => pathText((path as Path).slice(0, depth)) === text)
      .filter(({ path }) => valueAt(this.data, path as Path) === undefined)
      .map(({ path }) => String(path.at(-1)));
  }

  private fold(issue: Issue & { code: 'unrecognized_keys' }): void {
    const missing = this.missing(issue.path as Path);
    for (const key of issue.keys) {
      const meant = suggest(key, missing);
      if (meant !== undefined) this.folded.add(pathText([...(issue.path as Path), meant]));
    }
  }

  private unknown(issue: Issue & { code: 'unrecognized_keys' }): void {
    const path = issue.path as Path;
    const known = issue.message.split(' ');
    const missing = this.missing(path);
    const there = Object.keys((valueAt(this.data, path) ?? {}) as object);
    const free = known.filter((field) => !there.includes(field));
    for (const key of issue.keys) {
      const required = suggest(key, missing);
      const meant = required ?? suggest(key, free);
      const kind = required === undefined ? '' : 'the required field ';
      const advice = meant === undefined ? '' : `; did you mean ${kind}"${meant}"?`;
      this.findings.error({
        code: 'UnknownField',
        path: pathText(path),
        span: locate(this.root, [...path, key], 'key'),
        message: `unknown field "${key}"${advice}`,
        hint: meant === undefined ? `Known: ${known.join(', ')}` : undefined,
      });
    }
  }

  private required(path: Path): void {
    if (this.folded.has(pathText(path))) return;
    const parent = path.slice(0, -1);
    this.findings.error({
      code: 'Required',
      path: pathText(parent),
      span: locate(this.root, parent, 'key'),
      message: `"${path.at(-1)}" is required`,
    });
  }

  private type(issue: Issue, path: Path, value: unknown): void {
    const [noun = '', fields = '', meant] = issue.message.split('\n');
    const { words = [] } = issue;
    const expected = [...words.filter((word) => !noun.includes(word)), noun].join(' or ');
    const advice = typeof value === 'string' ? didYouMean(value, words) : '';
    const hints = [
      meant === undefined ? '' : `did you mean ${meant}?`,
      fields === '' ? '' : `Its fields: ${fields}`,
    ];
    const hint = typeHint(noun, value) ?? (hints.filter(Boolean).join(' ') || undefined);
    this.add('TypeInvalid', path, `${quote(value)} is not ${expected}${advice}`, hint);
  }

  private choice(issue: Issue & { code: 'invalid_value' }, path: Path, value: unknown): void {
    const known = issue.values.map(String);
    const advice = typeof value === 'object' ? '' : didYouMean(String(value), known);
    const hint = `Supported: ${known.length > 1 ? issue.message : known.join(', ')}`;
    this.add('NotSupported', path, `${quote(value)} is not supported${advice}`, hint);
  }

  private range(
    issue: Issue & { code: 'too_small' | 'too_big' },
    path: Path,
    value: unknown,
  ): void {
    const small = issue.code === 'too_small';
    const limit = Number(small ? issue.minimum : issue.maximum);
    const size = limit === 1 ? 'one entry' : `${limit} entries`;
    let message = `${quote(value)} must be ${small ? 'at least' : 'at most'} ${limit}`;
    if (issue.inclusive === false) message = `${quote(value)} must be above ${limit}`;
    if (issue.origin === 'string') {
      message = small ? 'must not be empty' : `has more than ${limit} characters`;
    } else if (issue.origin === 'array') {
      message = `must have ${issue.exact === true ? 'exactly' : small ? 'at least' : 'at most'} ${size}`;
    }
    const isPercent = !small && limit === 1 && Number(value) <= 100 && issue.origin === 'number';
    this.add('Invalid', path, message, isPercent ? `did you mean ${String(value)}%?` : undefined);
  }

  private add(code: DiagnosticCode, path: Path, message: string, hint: string | undefined): void {
    const span = locate(this.root, path);
    this.findings.error({ code, path: pathText(path), span, message, hint });
  }
}
