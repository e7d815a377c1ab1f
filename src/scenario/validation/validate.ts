/**
 * The Scenario document against its schema: every violation becomes a finding at its place, and what
 * violates is cut out, so that the rest can still be checked for what only planning finds.
 */
import type { Findings } from '../diagnostics/diagnostics.ts';
import { scenarioSchema } from '../schema/scenario.ts';
import type { ScenarioInput } from '../schema/scenario.ts';
import { pathText, toData } from '../text/tree.ts';
import type { Node, Path } from '../text/tree.ts';
import { IssueReporter } from './issue-reporter.ts';
import type { Container, Issue } from './issue.ts';
import { Repair } from './repair.ts';

/** A document that satisfies the schema, if need be because its violations were replaced. */
export interface Validated {
  readonly scenario: ScenarioInput;
  /** Paths (as text) of list entries that stand in for invalid ones: to be skipped. */
  readonly broken: ReadonlySet<string>;
  /** Whether something invalid was taken out of what is at a path. */
  readonly isMended: (path: Path) => boolean;
}

const ROUNDS_MAX = 100;

/** Undefined where nothing is left to go on with. */
export function validateScenario(root: Node, findings: Findings): Validated | undefined {
  const data = toData(root);
  const repair = new Repair(data as Container);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const result = scenarioSchema.safeParse(data);
    if (result.success) {
      const isMended = (path: Path): boolean => repair.hasTouched(path);
      return { scenario: result.data, broken: repair.broken, isMended };
    }
    const all = flatten(result.error.issues, []);
    const issues = withoutCascades(all).filter(({ path }) => !repair.isKnown(path as Path));
    const reporter = new IssueReporter(root, data, issues, findings);
    for (const issue of issues) reporter.report(issue);
    // Cut by what remains after folding, the deepest first, so that paths stay true.
    all.sort((a, b) => b.path.length - a.path.length);
    for (const issue of all) if (!repair.mend(issue)) return undefined;
  }
  return undefined;
}

/** Violations of a union become those of the alternative that was evidently meant. */
function flatten(issues: readonly Issue[], prefix: Path): Issue[] {
  const flat: Issue[] = [];
  for (const issue of issues) {
    const path = [...prefix, ...(issue.path as Path)];
    if (issue.code !== 'invalid_union') {
      flat.push({ ...issue, path } as Issue);
      continue;
    }
    const isOfWrongKind = (each: Issue): boolean =>
      each.path.length === 0 && (each.code === 'invalid_type' || each.code === 'invalid_value');
    const meant = issue.errors.find((branch) => !branch.some(isOfWrongKind));
    if (meant !== undefined) {
      flat.push(...flatten(meant, path));
      continue;
    }
    const last = issue.errors.flat().findLast((each) => each.code === 'invalid_type');
    const text = issue.errors.flat().find((each) => each.code === 'invalid_value');
    const typeless = last ?? text ?? issue;
    const words = text?.values.map(String) ?? [];
    flat.push({ ...typeless, path, words } as Issue);
  }
  return flat;
}

/** A map with an unknown field may seem empty to a check: what it lacks is what was mistyped. */
function withoutCascades(issues: readonly Issue[]): readonly Issue[] {
  const mistyped = new Set<string>();
  for (const { code, path } of issues) {
    if (code === 'unrecognized_keys') mistyped.add(pathText(path as Path));
  }
  return issues.filter(
    ({ code, path }) => code !== 'custom' || !mistyped.has(pathText(path as Path)),
  );
}
