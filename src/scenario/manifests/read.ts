/** Kubernetes documents by kind. A kind more is a reader and a row. */
import type { Findings } from '../diagnostics/diagnostics.ts';
import { readAutoscaler } from './autoscaler.ts';
import { Cursor } from './cursor.ts';
import { readDisruptionBudget } from './disruption-budget.ts';
import { readEndpointSlice } from './endpoint-slice.ts';
import { readKubeProxy } from './kube-proxy.ts';
import type { Manifest, ManifestDocument } from './model.ts';
import { readNode } from './node.ts';
import { readService } from './service.ts';
import { readPod, readReplicated } from './workload.ts';

interface Kind {
  readonly group: string;
  readonly read: (root: Cursor) => Manifest;
  /** Fields that an override may set although the document leaves them out. */
  readonly fields: readonly string[];
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const POD_FIELDS: readonly string[] = words(`
  metadata labels spec containers ports containerPort name protocol terminationGracePeriodSeconds
  lifecycle preStop sleep seconds
  readinessProbe livenessProbe startupProbe initialDelaySeconds periodSeconds timeoutSeconds
  successThreshold failureThreshold httpGet tcpSocket grpc exec command path port
  resources requests limits cpu
  topologySpreadConstraints topologyKey maxSkew whenUnsatisfiable
`);
const REPLICATED_FIELDS: readonly string[] = [
  ...POD_FIELDS,
  'replicas',
  'template',
  'minReadySeconds',
];
const DEPLOYMENT_FIELDS: readonly string[] = [
  ...REPLICATED_FIELDS,
  ...words(`strategy type rollingUpdate maxSurge maxUnavailable progressDeadlineSeconds paused`),
];
const STATEFUL_SET_FIELDS: readonly string[] = [
  ...REPLICATED_FIELDS,
  ...words('podManagementPolicy updateStrategy type rollingUpdate partition'),
];
const AUTOSCALER_FIELDS: readonly string[] = words(`
  spec minReplicas maxReplicas targetCPUUtilizationPercentage metrics resource pods target
  averageUtilization averageValue behavior scaleUp scaleDown stabilizationWindowSeconds selectPolicy
  policies tolerance
`);

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  [
    'Service',
    {
      group: '',
      read: readService,
      fields: [
        'spec',
        'selector',
        'ports',
        'name',
        'port',
        'targetPort',
        'protocol',
        'type',
        'clusterIP',
        'sessionAffinity',
        'internalTrafficPolicy',
        'externalTrafficPolicy',
        'trafficDistribution',
        'publishNotReadyAddresses',
        'sessionAffinityConfig',
        'clientIP',
        'timeoutSeconds',
        'nodePort',
        'metadata',
        'annotations',
        'service.kubernetes.io/topology-mode',
      ],
    },
  ],
  [
    'Deployment',
    {
      group: 'apps',
      read: (root) => readReplicated(root, 'Deployment'),
      fields: DEPLOYMENT_FIELDS,
    },
  ],
  [
    'StatefulSet',
    {
      group: 'apps',
      read: (root) => readReplicated(root, 'StatefulSet'),
      fields: STATEFUL_SET_FIELDS,
    },
  ],
  ['Pod', { group: '', read: readPod, fields: [...POD_FIELDS, 'nodeName'] }],
  [
    'HorizontalPodAutoscaler',
    { group: 'autoscaling', read: readAutoscaler, fields: AUTOSCALER_FIELDS },
  ],
  [
    'PodDisruptionBudget',
    {
      group: 'policy',
      read: readDisruptionBudget,
      fields: ['spec', 'minAvailable', 'maxUnavailable'],
    },
  ],
  [
    'EndpointSlice',
    {
      group: 'discovery.k8s.io',
      read: readEndpointSlice,
      fields: [
        'endpoints',
        'addresses',
        'conditions',
        'ready',
        'serving',
        'terminating',
        'hints',
        'forZones',
        'forNodes',
        'nodeName',
        'zone',
        'ports',
        'port',
      ],
    },
  ],
  [
    'Node',
    {
      group: '',
      read: readNode,
      fields: ['metadata', 'labels', 'spec', 'unschedulable', 'status', 'capacity', 'cpu'],
    },
  ],
  [
    'KubeProxyConfiguration',
    {
      group: 'kubeproxy.config.k8s.io',
      read: readKubeProxy,
      fields: ['mode', 'iptables', 'nftables', 'ipvs', 'minSyncPeriod', 'scheduler', 'conntrack'],
    },
  ],
]);

/** The reader of a document's kind; undefined for kinds that are not simulated. */
function kindOf(document: ManifestDocument): Kind | undefined {
  const kind = KINDS.get(document.kind);
  const slash = document.apiVersion.indexOf('/');
  const group = slash === -1 ? '' : document.apiVersion.slice(0, slash);
  // Other API groups reuse the names: a Knative Service is not a Service.
  return kind?.group === group ? kind : undefined;
}

export const overridableFields = (document: ManifestDocument): readonly string[] =>
  kindOf(document)?.fields ?? [];

/** The kinds that are simulated, for suggestions. */
export const MANIFEST_KINDS: readonly string[] = [...KINDS.keys()];

/** Null for kinds that are not simulated. */
export function readManifest(document: ManifestDocument, findings: Findings): Manifest | null {
  const kind = kindOf(document);
  return kind === undefined ? null : kind.read(new Cursor(document, findings, document.root, []));
}
