/** Which manifests make workloads: those that own their pods, not the pods that they own. */
import type { EndpointSliceManifest, WorkloadManifest } from '../manifests/model.ts';

export interface WorkloadDraft {
  readonly kind: 'workload';
  /** `deployment/checkout`. */
  readonly name: string;
  readonly namespace: string;
  readonly manifest: WorkloadManifest;
}

export interface SliceDraft {
  readonly kind: 'slice';
  /** `endpointslice/legacy`. */
  readonly name: string;
  readonly namespace: string;
  readonly manifest: EndpointSliceManifest;
}

/** Whatever stands behind Services as a workload of the plan. */
export type Draft = WorkloadDraft | SliceDraft;

/** Workloads, and what was left out of them with its reason. */
export function draftWorkloads(manifests: readonly WorkloadManifest[]): {
  readonly drafts: readonly WorkloadDraft[];
  readonly ignored: readonly string[];
} {
  const controllers = new Set<string>();
  for (const { kind, document } of manifests) {
    if (kind !== 'Pod') controllers.add(`${kind}/${document.namespace}/${document.name}`);
  }
  const drafts: WorkloadDraft[] = [];
  const ignored: string[] = [];
  for (const manifest of manifests) {
    const { label, name, namespace } = manifest.document;
    const owner = ownerOf(manifest);
    if (owner !== undefined && controllers.has(`${owner.kind}/${namespace}/${owner.name}`)) {
      ignored.push(`${label}: ${owner.kind}/${owner.name} makes its pods`);
    } else if (manifest.ended) {
      ignored.push(`${label}: it has ended`);
    } else {
      const reference = `${manifest.kind.toLowerCase()}/${name}`;
      drafts.push({ kind: 'workload', name: reference, namespace, manifest });
    }
  }
  return { drafts, ignored };
}

/** The workload that a pod belongs to. A Deployment's ReplicaSets are named after it and a hash. */
function ownerOf({ owner }: WorkloadManifest): { kind: string; name: string } | undefined {
  if (owner === null) return undefined;
  if (owner.kind !== 'ReplicaSet') return owner;
  return { kind: 'Deployment', name: owner.name.replace(/-[^-]*$/, '') };
}
