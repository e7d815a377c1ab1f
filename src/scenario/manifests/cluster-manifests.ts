/** All manifests of a scenario, read and sorted by kind. */
import { suggest } from '../../base/suggest.ts';
import type { Findings } from '../diagnostics/diagnostics.ts';
import { locate } from '../text/tree.ts';
import type { Node } from '../text/tree.ts';
import type {
  AutoscalerManifest,
  DisruptionBudgetManifest,
  EndpointSliceManifest,
  KubeProxyManifest,
  Manifest,
  ManifestDocument,
  NodeManifest,
  ServiceManifest,
  WorkloadManifest,
} from './model.ts';
import { MANIFEST_KINDS, readManifest } from './read.ts';

export interface ClusterManifests {
  readonly services: readonly ServiceManifest[];
  readonly workloads: readonly WorkloadManifest[];
  readonly slices: readonly EndpointSliceManifest[];
  readonly nodes: readonly NodeManifest[];
  readonly kubeProxies: readonly KubeProxyManifest[];
  readonly autoscalers: readonly AutoscalerManifest[];
  readonly disruptionBudgets: readonly DisruptionBudgetManifest[];
  /** Of kinds that are not simulated. */
  readonly ignored: readonly ManifestDocument[];
}

/** Reads manifests, each once however many variants share it. */
export class ManifestReader {
  private readonly findings: Findings;
  private readonly read = new WeakMap<Node, Manifest | null>();

  constructor(findings: Findings) {
    this.findings = findings;
  }

  readAll(documents: readonly ManifestDocument[]): ClusterManifests {
    const services: ServiceManifest[] = [];
    const workloads: WorkloadManifest[] = [];
    const slices: EndpointSliceManifest[] = [];
    const nodes: NodeManifest[] = [];
    const kubeProxies: KubeProxyManifest[] = [];
    const autoscalers: AutoscalerManifest[] = [];
    const disruptionBudgets: DisruptionBudgetManifest[] = [];
    const ignored: ManifestDocument[] = [];
    for (const document of documents) {
      const manifest = this.one(document);
      if (manifest === null) ignored.push(document);
      else if (manifest.kind === 'Service') services.push(manifest);
      else if (manifest.kind === 'EndpointSlice') slices.push(manifest);
      else if (manifest.kind === 'Node') nodes.push(manifest);
      else if (manifest.kind === 'KubeProxyConfiguration') kubeProxies.push(manifest);
      else if (manifest.kind === 'HorizontalPodAutoscaler') autoscalers.push(manifest);
      else if (manifest.kind === 'PodDisruptionBudget') disruptionBudgets.push(manifest);
      else workloads.push(manifest);
    }
    const controllers = { autoscalers, disruptionBudgets };
    return { services, workloads, slices, nodes, kubeProxies, ...controllers, ignored };
  }

  private one(document: ManifestDocument): Manifest | null {
    const known = this.read.get(document.root);
    if (known !== undefined) return known;
    const manifest = readManifest(document, this.findings);
    this.read.set(document.root, manifest);
    return manifest;
  }
}

/** Says which documents play no part, one warning for each kind. */
export function reportIgnored(
  documents: readonly ManifestDocument[],
  findings: Findings,
): readonly string[] {
  const byKind = new Map<string, ManifestDocument[]>();
  for (const document of documents) {
    const known = byKind.get(document.kind);
    if (known === undefined) byKind.set(document.kind, [document]);
    else known.push(document);
  }
  for (const [kind, [first, ...more]] of byKind) {
    const { label, root } = first as ManifestDocument;
    const span = locate(root, ['kind']);
    const count = more.length === 0 ? '' : ` (and ${more.length} more of this kind)`;
    const message = `kind ${kind} is not simulated: ignored${count}`;
    const meant = MANIFEST_KINDS.includes(kind) ? undefined : suggest(kind, MANIFEST_KINDS);
    const hint = meant === undefined ? undefined : `did you mean "${meant}"?`;
    findings.warn({ code: 'Ignored', path: label, span, message, hint });
  }
  return documents.map(({ label, kind }) => `${label}: kind ${kind} is not simulated`);
}
