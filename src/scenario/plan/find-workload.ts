/** Workloads and pods by reference: `deployment/checkout`, `statefulset/shop/db`, `pod/checkout-0`. */
import { suggest } from '../../base/suggest.ts';
import { isBuiltIn } from '../manifests/cluster-dns.ts';
import type { Path } from '../text/tree.ts';
import { isKnownKind, parseReference, suggestKind } from './references.ts';
import type { ScenarioDocument } from './scenario-document.ts';
import { placeOf } from './services.ts';
import type { Draft } from './workload-drafts.ts';

/** Workloads named in the advice of a message. */
const SUGGESTED_MAX = 5;

export class WorkloadFinder {
  private readonly drafts: readonly Draft[];
  private readonly document: ScenarioDocument;

  constructor(drafts: readonly Draft[], document: ScenarioDocument) {
    this.drafts = drafts;
    this.document = document;
  }

  /** The workload, or undefined after a finding at `path`. */
  find(text: string, path: Path): Draft | undefined {
    const reference = parseReference(text);
    if (reference === undefined) return undefined;
    const name = `${reference.kind}/${reference.name}`;
    const named = this.drafts.filter((draft) => draft.name === name);
    const found =
      reference.namespace === null
        ? named
        : named.filter((draft) => draft.namespace === reference.namespace);
    // Without a namespace, the default one comes first, and any other will do if it is the only one.
    const inDefault = found.find((draft) => draft.namespace === 'default');
    if (found.length === 1) return found[0];
    if (inDefault !== undefined) return inDefault;
    if (found.length > 1) this.ambiguous(text, found, path);
    else this.missing(text, path);
    return undefined;
  }

  private ambiguous(text: string, found: readonly Draft[], path: Path): void {
    const hint = found
      .map(({ name, namespace }) => name.replace('/', `/${namespace}/`))
      .join(' or ');
    this.document.error(path, 'Invalid', `"${text}" is in several namespaces`, `write ${hint}`);
  }

  private missing(text: string, path: Path): void {
    if (!this.document.isComplete) return;
    const { kind, name } = parseReference(text) as { kind: string; name: string };
    if (kind === 'service') {
      const own = this.drafts.filter(({ manifest }) => !isBuiltIn(manifest.document));
      const names = own.slice(0, SUGGESTED_MAX).map((draft) => draft.name);
      const hint = `name what stands behind it: ${names.join(', ')}`;
      this.document.error(path, 'NotSupported', 'a Service is not a workload', hint);
      return;
    }
    if (!isKnownKind(kind)) {
      const meant = suggestKind(kind);
      const advice = meant === undefined ? '' : `; did you mean "${meant}/${name}"?`;
      const hint = 'deployment, statefulset, pod or endpointslice';
      this.document.error(
        path,
        'NotSupported',
        `"${kind}" is not a kind of workload${advice}`,
        hint,
      );
      return;
    }
    const meant = this.suggest(kind, name);
    const place = meant === undefined ? '' : ` (${placeOf(meant.manifest.document)})`;
    const advice = meant === undefined ? '' : `; did you mean "${meant.name}"${place}?`;
    this.document.error(path, 'NotFound', `no ${kind} "${name}"${advice}`);
  }

  private suggest(kind: string, name: string): Draft | undefined {
    const called = (draft: Draft): string => draft.name.slice(draft.name.indexOf('/') + 1);
    const namesake = this.drafts.find((draft) => called(draft) === name);
    if (namesake !== undefined) return namesake;
    const sameKind = this.drafts.filter((draft) => draft.name.startsWith(`${kind}/`));
    const meant = suggest(name, sameKind.map(called));
    return sameKind.find((draft) => called(draft) === meant);
  }
}
