/** Text → validated, defaulted, frozen plans: the only door into this layer. */
import type { Plan } from '../contract/plan.ts';
import type { Sweep, SweepPoint } from '../contract/sweep.ts';
import { DNS_REPLICAS } from './dns-defaults.ts';
import { Findings } from './diagnostics/diagnostics.ts';
import type { Diagnostic } from './diagnostics/diagnostics.ts';
import { Files } from './documents.ts';
import { CLUSTER_DNS_FILE, missingClusterDns } from './manifests/cluster-dns.ts';
import { ManifestReader } from './manifests/cluster-manifests.ts';
import type { ManifestDocument } from './manifests/model.ts';
import {
  isManifestOverride,
  overrideManifest,
  overrideScenario,
  parseOverride,
  parseVary,
} from './overrides.ts';
import type { Override } from './overrides.ts';
import { reportExhaustion } from './plan/exhaustion.ts';
import { planScenario } from './plan/plan.ts';
import type { Planned } from './plan/plan.ts';
import { ScenarioDocument } from './plan/scenario-document.ts';
import { reportUnusedModes } from './plan/unused-modes.ts';
import type { DnsInput } from './schema/dns.ts';
import { draftSweep } from './sweep/sweep.ts';
import type { SweepRequest } from './sweep/sweep.ts';
import { SourceText } from './text/source.ts';
import type { SourceReader, Span } from './text/source.ts';
import { child, descend, firstLineOf, locate } from './text/tree.ts';
import type { Node } from './text/tree.ts';
import { validateScenario } from './validation/validate.ts';

/** What is asked for beyond what the file says. */
export interface Overrides {
  /** `path=value`, in order: `proxy.mode=ipvs`, `deployment/checkout:spec.replicas=8`. */
  readonly set?: readonly string[];
  /** `path=a,b,c`: these variants instead of the file's. */
  readonly vary?: string;
  readonly seed?: number;
  readonly replications?: number;
  /** The sweep is to be resolved as well; without this nothing is said of it but what the schema says. */
  readonly sweep?: SweepRequest;
}

export interface LoadedScenario {
  readonly name: string;
  /** The annotation svcsim/question, or empty. */
  readonly question: string;
  /** The specification as written; its variant is called `default`. */
  readonly base: Plan;
  /** The variants of the file, or those of `vary`; the first is the reference. Empty where there are none. */
  readonly variants: readonly Plan[];
  /** Null where there is none, or none was asked for. */
  readonly sweep: Sweep | null;
  /** What was read but plays no part, with the reason. */
  readonly ignored: readonly string[];
}

export type Loaded = (
  | {
      readonly ok: true;
      readonly scenario: LoadedScenario;
      readonly warnings: readonly Diagnostic[];
    }
  | {
      readonly ok: false;
      /** Errors and warnings. */
      readonly diagnostics: readonly Diagnostic[];
    }
) & {
  /** The text of every file that was read, by its name: for `renderDiagnostics`. */
  readonly sources: ReadonlyMap<string, string>;
};

/**
 * Loads the scenario in the file `entry`. Whatever is wrong with the files, the outcome is a value:
 * plans, or every diagnostic at once.
 */
export function loadScenario(
  entry: string,
  reader: SourceReader,
  overrides: Overrides = {},
): Loaded {
  const findings = new Findings();
  const files = new Files(reader, findings);
  const scenario = new Loader(entry, files, findings, overrides).load();
  const sources = files.texts();
  const diagnostics = findings.sorted([...sources.keys()]);
  if (scenario === undefined || findings.errors > 0) return { ok: false, diagnostics, sources };
  return { ok: true, scenario: freezeDeep(scenario), warnings: diagnostics, sources };
}

interface WrittenVariant {
  readonly name: string;
  readonly set: readonly Override[];
  readonly written: Span;
}

class Loader {
  private readonly entry: string;
  private readonly files: Files;
  private readonly findings: Findings;
  private readonly overrides: Overrides;
  private readonly manifests: ManifestReader;

  constructor(entry: string, files: Files, findings: Findings, overrides: Overrides) {
    this.entry = entry;
    this.files = files;
    this.findings = findings;
    this.overrides = overrides;
    this.manifests = new ManifestReader(findings);
  }

  load(): LoadedScenario | undefined {
    const root = this.root();
    if (root === undefined) return undefined;
    const sets = (this.overrides.set ?? []).flatMap(
      (argument) => parseOverride(argument, '--set', this.findings) ?? [],
    );
    const base = this.plan(root, sets, 'default');
    const variants = this.variants(this.override(root, sets)).map(({ name, set, written }) =>
      this.findings.of({ name: `in variant ${name}`, written }, () =>
        this.plan(root, [...sets, ...set], name),
      ),
    );
    this.checkNumbers();
    const sweep = this.sweep(root, sets);
    if (base === undefined) return undefined;
    // Where something is mistyped, it may well be the mode.
    if (this.findings.errors > 0) return undefined;
    const all = [base, ...variants.filter((variant) => variant !== undefined)];
    for (const { plan, document } of all) reportExhaustion(plan, document);
    reportUnusedModes(
      all,
      (sweep?.points ?? []).map(({ plan }) => plan),
    );
    return {
      name: base.plan.scenario,
      question: base.plan.question,
      base: this.finish(base.plan),
      variants: variants.flatMap((variant) => (variant ? [this.finish(variant.plan)] : [])),
      sweep,
      ignored: base.ignored,
    };
  }

  /** The points of the sweep, each planned as its parameters have it; until the rest is right there are none. */
  private sweep(root: Node, sets: readonly Override[]): Sweep | null {
    const request = this.overrides.sweep;
    if (request === undefined) return null;
    const draft = draftSweep(this.override(root, sets), request, this.findings);
    if (draft === null || this.findings.errors > 0) return null;
    const points = draft.settings.flatMap(({ name, values, overrides }): SweepPoint[] =>
      this.findings.of({ name: `at ${name}`, written: null }, () => {
        const planned = this.plan(root, [...sets, ...overrides], name);
        return planned === undefined ? [] : [{ name, values, plan: this.finish(planned.plan) }];
      }),
    );
    return { parameters: draft.parameters, points, goal: draft.goal };
  }

  /** The Scenario document of the entry file. */
  private root(): Node | undefined {
    const errors = this.findings.errors;
    const contents = this.files.open(this.entry);
    if (contents === null) return undefined;
    const [root, ...more] = contents.scenarios;
    for (const extra of more) {
      const span = locate(extra, ['kind']);
      const message = 'a file has one Scenario, and this is another';
      this.findings.error({ code: 'Duplicate', path: 'kind', span, message });
    }
    if (root === undefined && this.findings.errors === errors) {
      const source = this.files.text(this.entry) ?? new SourceText(this.entry, '');
      this.findings.error({
        code: 'Required',
        path: '',
        span: { source, start: 0, end: 0 },
        message: 'no document of kind Scenario in this file',
        hint: 'it begins with: apiVersion: svcsim/v1alpha1, kind: Scenario',
      });
    }
    return root;
  }

  private override(root: Node, overrides: readonly Override[]): Node {
    let overridden = root;
    for (const override of overrides) {
      if (isManifestOverride(override)) continue;
      overridden = overrideScenario(overridden, override, this.findings);
    }
    return overridden;
  }

  private plan(base: Node, overrides: readonly Override[], variant: string): Planned | undefined {
    const findings = this.findings;
    const root = this.override(base, overrides);
    const validated = validateScenario(root, findings);
    if (validated === undefined) return undefined;
    const { scenario, broken, isMended } = validated;
    const included = this.included(root, scenario.spec.include ?? []);
    let manifests = this.withClusterDns(included.manifests, scenario.spec.dns);
    for (const override of overrides) {
      if (!isManifestOverride(override)) continue;
      manifests = overrideManifest(manifests, override, findings);
    }
    const document = new ScenarioDocument({
      spec: scenario.spec,
      root,
      entry: this.entry,
      broken,
      isMended,
      isComplete: included.isComplete,
      files: this.files,
      findings,
    });
    return planScenario(scenario, this.manifests.readAll(manifests), document, variant);
  }

  /** The manifests of the entry file and of those it includes. */
  private included(
    root: Node,
    include: readonly string[],
  ): { readonly manifests: readonly ManifestDocument[]; readonly isComplete: boolean } {
    const own = this.files.open(this.entry);
    const manifests = [...(own?.manifests ?? [])];
    const opened = new Set([this.entry]);
    let isComplete = own !== null && !this.files.isFaulty(this.entry);
    include.forEach((written, index) => {
      const path = `spec.include[${index}]`;
      const span = locate(root, ['spec', 'include', index]);
      const file = this.files.reader.resolve(this.entry, written);
      if (opened.has(file)) {
        const itself = file === this.entry;
        const message = itself ? 'the file includes itself' : `${written} is included twice`;
        this.findings.error({ code: 'Duplicate', path, span, message });
        return;
      }
      opened.add(file);
      const contents = this.files.open(file, { span, path });
      if (contents === null || this.files.isFaulty(file)) isComplete = false;
      for (const scenario of contents?.scenarios ?? []) {
        const place = locate(scenario, ['kind']);
        const message = `a file that is included (by ${this.entry}) cannot have a Scenario`;
        this.findings.error({ code: 'Invalid', path: 'kind', span: place, message });
      }
      manifests.push(...(contents?.manifests ?? []));
    });
    return { manifests, isComplete };
  }

  /** The manifests, and what they lack of a cluster's DNS. */
  private withClusterDns(
    manifests: readonly ManifestDocument[],
    dns: DnsInput | undefined,
  ): readonly ManifestDocument[] {
    if (dns?.enabled === false) return manifests;
    const text = missingClusterDns(manifests, dns?.replicas ?? DNS_REPLICAS);
    if (text === '') return manifests;
    return [...manifests, ...this.files.builtIn(CLUSTER_DNS_FILE, text)];
  }

  /** The overrides of each variant: those of `--vary`, or of spec.variants. */
  private variants(root: Node): readonly WrittenVariant[] {
    const { vary } = this.overrides;
    const list = descend(root, ['spec', 'variants']);
    if (vary !== undefined) {
      if (list?.kind === 'list' && list.items.length > 0) {
        this.findings.warn({
          code: 'Ignored',
          path: 'spec.variants',
          span: locate(root, ['spec', 'variants']),
          message: 'not compared: --vary names the variants instead',
        });
      }
      return parseVary(vary, this.findings).map(({ name, override }) => ({
        name,
        set: [override],
        written: { source: override.span.source, start: 0, end: Infinity },
      }));
    }
    if (list?.kind !== 'list') return [];
    const names = new Set<string>();
    return list.items.flatMap((item, index) => {
      const path = `spec.variants[${index}]`;
      const name = child(item, 'name');
      // What is no name has been reported with everything else of the schema.
      if (name?.kind !== 'scalar' || typeof name.value !== 'string') return [];
      if (names.has(name.value)) {
        const message = `two variants are named "${name.value}"`;
        const span = firstLineOf(name);
        this.findings.error({ code: 'Duplicate', path: `${path}.name`, span, message });
      }
      names.add(name.value);
      const set = child(item, 'set');
      const entries = set?.kind === 'map' ? [...set.entries] : [];
      const overrides = entries.map(([at, { key, value }]) => ({
        path: at,
        value,
        span: key,
        where: `${path}.set`,
      }));
      return [{ name: name.value, set: overrides, written: item }];
    });
  }

  private checkNumbers(): void {
    for (const [name, least] of [
      ['seed', 0],
      ['replications', 1],
    ] as const) {
      const value = this.overrides[name];
      if (value === undefined || (Number.isSafeInteger(value) && value >= least)) continue;
      const span = { source: new SourceText(`--${name}`, String(value)), start: 0, end: 0 };
      const message = `${value} is not a whole number of at least ${least}`;
      this.findings.error({ code: 'Invalid', path: '', span, message });
    }
  }

  private finish(plan: Plan): Plan {
    const { seed, replications } = this.overrides;
    return {
      ...plan,
      seed: seed ?? plan.seed,
      replications: replications ?? plan.replications,
    };
  }
}

function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  // A long list of observations is numbers all through.
  if (Array.isArray(value) && typeof value[0] === 'number') return value;
  for (const part of Object.values(value)) freezeDeep(part);
  return value;
}
