/** Kubernetes objects reduced to what the simulator reads of them, each with its place. */
import type { Duration } from '../../base/time.ts';
import type {
  IntOrPercent,
  IpvsScheduler,
  PlannedController,
  PlannedProbe,
  PlannedSpread,
  Protocol,
  ProxyMode,
  ScalingRules,
} from '../../contract/plan.ts';
import type { TopologyMode, TrafficPolicy } from '../../kube/service.ts';
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

/** Where something is written, for messages. */
export interface Place {
  readonly span: Span;
  readonly path: string;
}

export interface ServicePortManifest {
  readonly name: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly targetPort: number | string;
  readonly span: Span;
  readonly path: string;
  /** null: to be allocated, where the type has one. */
  readonly nodePort: number | null;
  readonly nodePortSpan: Span;
  readonly nodePortPath: string;
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
  /** The label that keeps kube-proxy from it; null: none does. */
  readonly unproxiedBy: string | null;
  /** Whether its ports are also ports of every node. */
  readonly hasNodePorts: boolean;
  readonly publishNotReadyAddresses: boolean;
  /** Timeout of sessionAffinity ClientIP; null: None. */
  readonly affinitySeconds: number | null;
  readonly internalTrafficPolicy: TrafficPolicy;
  readonly externalTrafficPolicy: TrafficPolicy;
  readonly topology: TopologyMode | null;
  /** The name that an ExternalName stands for; empty in other types. */
  readonly externalName: string;
}

export const PROBE_TYPES = ['readiness', 'liveness', 'startup'] as const;
export type ProbeType = (typeof PROBE_TYPES)[number];

/** A container, or an init container that goes on running next to them. */
export interface ContainerManifest {
  readonly name: string;
  readonly place: Place;
  readonly ports: readonly { readonly name: string | undefined; readonly number: number }[];
  readonly probes: Readonly<Record<ProbeType, PlannedProbe | null>>;
  /** `lasts` null: how long the hook takes is not known. */
  readonly preStop: { readonly lasts: Duration | null; readonly place: Place } | null;
  /** Cores. A limit without a request is the request, too. */
  readonly cpuRequest: number | null;
  readonly cpuLimit: number | null;
  readonly cpuLimitPlace: Place;
}

export interface PodTemplate {
  readonly labels: ReadonlyMap<string, string>;
  /** Container ports that have a name, by it. */
  readonly namedPorts: ReadonlyMap<string, number>;
  readonly containers: readonly ContainerManifest[];
  readonly terminationGracePeriod: Duration;
  readonly spread: readonly PlannedSpread[];
  /** Fields that are read but cannot change anything yet. */
  readonly withoutEffect: readonly string[];
}

export interface WorkloadManifest {
  readonly kind: 'Deployment' | 'StatefulSet' | 'Pod';
  readonly document: ManifestDocument;
  /** Where it begins to say what it is. */
  readonly span: Span;
  readonly replicas: number;
  readonly controller: PlannedController;
  readonly template: PodTemplate;
  /** Pods only. */
  readonly nodeName: string | null;
  readonly podIP: string | null;
  readonly ready: boolean;
  readonly owner: { readonly kind: string; readonly name: string } | null;
  /** Succeeded or Failed: no endpoint. */
  readonly ended: boolean;
}

/** A metric of a HorizontalPodAutoscaler that is simulated. */
export type MetricManifest =
  | {
      readonly kind: 'cpu';
      /** The container whose CPU it is; null: all of the pod's. */
      readonly container: string | null;
      /** A share of the request (0–1), or cores. */
      readonly target: { readonly utilization: number } | { readonly average: number };
      readonly place: Place;
    }
  | {
      readonly kind: 'pods';
      readonly name: string;
      readonly target: number;
      readonly place: Place;
    };

export interface AutoscalerManifest {
  readonly kind: 'HorizontalPodAutoscaler';
  readonly document: ManifestDocument;
  /** `deployment/checkout`. */
  readonly target: string;
  readonly targetPlace: Place;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly metrics: readonly MetricManifest[];
  readonly hasBehavior: boolean;
  /** What is not written is undefined. */
  readonly scaleUp: Partial<ScalingRules>;
  readonly scaleDown: Partial<ScalingRules>;
}

/** A label selector (apimachinery, LabelSelector): all of its requirements hold. */
export type LabelSelector = readonly {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}[];

export interface DisruptionBudgetManifest {
  readonly kind: 'PodDisruptionBudget';
  readonly document: ManifestDocument;
  /** null: it has none, and so selects nothing. */
  readonly selector: LabelSelector | null;
  readonly selectorPlace: Place;
  readonly limit:
    { readonly minAvailable: IntOrPercent } | { readonly maxUnavailable: IntOrPercent };
  readonly limitPlace: Place;
}

export interface EndpointManifest {
  readonly address: string;
  /** Whether it takes traffic: as ready or, if it is terminating, as serving. */
  readonly ready: boolean;
  /** Terminating, and not ready. */
  readonly terminating: boolean;
  readonly nodeName: string | null;
  /** null: without hints. Nodes by name. */
  readonly hints: { readonly zones: readonly string[]; readonly nodes: readonly string[] } | null;
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
  /** Its InternalIP; null: to be allocated. */
  readonly ip: string | null;
  /** Cordoned, or tainted so that no pod comes. */
  readonly unschedulable: boolean;
}

export interface KubeProxyManifest {
  readonly kind: 'KubeProxyConfiguration';
  readonly document: ManifestDocument;
  readonly mode: ProxyMode | null;
  /** Periods by mode, as written. */
  readonly minSyncPeriod: Readonly<Partial<Record<ProxyMode, string>>>;
  readonly syncPeriod: Readonly<Partial<Record<ProxyMode, string>>>;
  readonly masqueradeAll: { readonly iptables: boolean | null; readonly nftables: boolean | null };
  readonly scheduler: IpvsScheduler | null;
  /** Timeouts of IPVS, as written. */
  readonly ipvsTcpTimeout: string | null;
  readonly ipvsUdpTimeout: string | null;
  readonly conntrackMaxPerCore: number | null;
  readonly conntrackMin: number | null;
  /** As written. Where kube-proxy's is 0 it leaves the kernel's alone. */
  readonly conntrackTimeouts: Partial<Record<string, string>>;
}

export type Manifest =
  | ServiceManifest
  | WorkloadManifest
  | EndpointSliceManifest
  | NodeManifest
  | KubeProxyManifest
  | AutoscalerManifest
  | DisruptionBudgetManifest;
