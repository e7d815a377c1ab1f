/** Kubernetes objects reduced to what the simulator reads of them, each with its place. */
import type { Protocol, ProxyMode } from '../../contract/plan.ts';
import type { Span } from '../text/source.ts';
import type { Node } from '../text/tree.ts';

/** A Kubernetes document, not yet read. */
export interface ManifestDocument {
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly namespace: string;
  /** `Service/checkout`: how messages call it. */
  readonly label: string;
  readonly root: Node;
}

/** A field that changes behaviour in a way that is not built: an error where it matters. */
export interface Restriction {
  readonly path: string;
  readonly span: Span;
  readonly feature: string;
}

export interface ServicePortManifest {
  readonly name: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly targetPort: number | string;
  readonly span: Span;
  readonly path: string;
}

export interface ServiceManifest {
  readonly kind: 'Service';
  readonly document: ManifestDocument;
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  /** null: without a selector. */
  readonly selector: ReadonlyMap<string, string> | null;
  readonly selectorSpan: Span;
  readonly ports: readonly ServicePortManifest[];
  /** Whether some of its ports could not be read, which has been said. */
  readonly hasFaultyPorts: boolean;
  /** null: to be allocated; `None`: headless. */
  readonly clusterIP: string | null;
  readonly clusterIPSpan: Span;
  readonly restrictions: readonly Restriction[];
}

export interface PodTemplate {
  readonly labels: ReadonlyMap<string, string>;
  /** Container ports that have a name, by it. */
  readonly namedPorts: ReadonlyMap<string, number>;
  readonly terminationGracePeriodSeconds: number;
  readonly preStopSeconds: number;
  /** Fields that are read but cannot change anything yet. */
  readonly withoutEffect: readonly string[];
}

export interface WorkloadManifest {
  readonly kind: 'Deployment' | 'StatefulSet' | 'Pod';
  readonly document: ManifestDocument;
  /** Where it begins to say what it is. */
  readonly span: Span;
  readonly replicas: number;
  readonly template: PodTemplate;
  /** Pods only. */
  readonly nodeName: string | null;
  readonly podIP: string | null;
  readonly ready: boolean;
  readonly owner: { readonly kind: string; readonly name: string } | null;
  /** Succeeded or Failed: no endpoint. */
  readonly ended: boolean;
}

export interface EndpointManifest {
  readonly address: string;
  readonly ready: boolean;
  readonly nodeName: string | null;
}

export interface EndpointSliceManifest {
  readonly kind: 'EndpointSlice';
  readonly document: ManifestDocument;
  readonly serviceName: string;
  readonly ports: ReadonlyMap<string, number>;
  readonly endpoints: readonly EndpointManifest[];
}

export interface NodeManifest {
  readonly kind: 'Node';
  readonly document: ManifestDocument;
  readonly zone: string | null;
  readonly cpu: number | null;
}

export interface KubeProxyManifest {
  readonly kind: 'KubeProxyConfiguration';
  readonly document: ManifestDocument;
  readonly mode: ProxyMode | null;
  /** Periods by mode, as written. */
  readonly minSyncPeriod: Readonly<Partial<Record<ProxyMode, string>>>;
  readonly syncPeriod: Readonly<Partial<Record<ProxyMode, string>>>;
  readonly scheduler: string | null;
  readonly conntrackMaxPerCore: number | null;
  readonly conntrackMin: number | null;
}

export type Manifest =
  ServiceManifest | WorkloadManifest | EndpointSliceManifest | NodeManifest | KubeProxyManifest;
