/** What manifests hold, as far as a scenario has to speak of it: Services with what backs them, nodes, Ingresses. */
import type { Findings } from '../diagnostics/diagnostics.ts';
import type { Files } from '../documents.ts';
import { ManifestReader } from '../manifests/cluster-manifests.ts';
import type {
  AutoscalerManifest,
  KubeProxyManifest,
  ManifestDocument,
} from '../manifests/model.ts';
import { Addresses } from '../plan/addresses.ts';
import { planServices, withoutDuplicates } from '../plan/services.ts';
import type { ServiceDraft } from '../plan/services.ts';
import { draftWorkloads } from '../plan/workload-drafts.ts';
import type { Draft, SliceDraft, WorkloadDraft } from '../plan/workload-drafts.ts';
import { ingressRoutes } from './ingress-routes.ts';
import type { IngressRoute } from './ingress-routes.ts';

export interface Survey {
  readonly services: readonly ServiceDraft[];
  readonly workloads: readonly WorkloadDraft[];
  /** What stands behind a Service, in the order of the manifests. */
  readonly backends: readonly Draft[];
  readonly autoscalers: readonly AutoscalerManifest[];
  readonly kubeProxy: KubeProxyManifest | null;
  readonly routes: readonly IngressRoute[];
  /** Whether there are Node manifests. */
  readonly hasNodes: boolean;
  /** Nodes that pods and endpoints say they are on. */
  readonly nodeNames: readonly string[];
}

/** Reads files. What is wrong with them goes to `findings`. */
export function surveyManifests(
  names: readonly string[],
  files: Files,
  findings: Findings,
): Survey {
  const documents: ManifestDocument[] = [];
  for (const name of names) {
    documents.push(...(files.open(name)?.manifests ?? []));
  }
  const manifests = new ManifestReader(findings).readAll(documents);
  const { drafts: workloads } = draftWorkloads(withoutDuplicates(manifests.workloads, findings));
  const slices = withoutDuplicates(manifests.slices, findings).map((manifest): SliceDraft => ({
    kind: 'slice',
    name: `endpointslice/${manifest.document.name}`,
    namespace: manifest.document.namespace,
    manifest,
  }));
  const services = planServices(
    withoutDuplicates(manifests.services, findings),
    { workloads, slices },
    new Addresses(),
    { findings, isComplete: true },
  );
  const used = new Set<Draft>(services.flatMap(({ backends }) => backends));
  const all: readonly Draft[] = [...workloads, ...slices];
  return {
    services,
    workloads,
    backends: all.filter((draft) => used.has(draft)),
    autoscalers: manifests.autoscalers,
    kubeProxy: manifests.kubeProxies[0] ?? null,
    routes: ingressRoutes(manifests.ignored),
    hasNodes: manifests.nodes.length > 0,
    nodeNames: [...new Set(all.flatMap(nodesOf))],
  };
}

function nodesOf(draft: Draft): readonly string[] {
  if (draft.kind === 'workload')
    return draft.manifest.nodeName === null ? [] : [draft.manifest.nodeName];
  return draft.manifest.endpoints.flatMap(({ nodeName }) => (nodeName === null ? [] : [nodeName]));
}

/** Pods that stand behind Services from the start; those of autoscalers at their least. */
export function podsOf(draft: Draft): number {
  if (draft.kind === 'slice') return draft.manifest.endpoints.filter(({ ready }) => ready).length;
  return draft.manifest.kind === 'Pod' && !draft.manifest.ready ? 0 : draft.manifest.replicas;
}
