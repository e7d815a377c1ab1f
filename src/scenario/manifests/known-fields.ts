/**
 * The fields that Kubernetes knows, of the parts of manifests that are read: `read` here, without any effect
 * on traffic in Kubernetes itself (`inert`), or with one that this version does not have
 * (`withoutEffect`). Anything else is a slip of the pen, which the API server would drop.
 *
 * Source: k8s staging/src/k8s.io/api, core/v1 and apps/v1, as of Kubernetes 1.34.
 */
import { didYouMean } from '../../base/suggest.ts';
import { locate } from '../text/tree.ts';
import type { Cursor } from './cursor.ts';

interface KnownFields {
  readonly all: ReadonlySet<string>;
  readonly withoutEffect: readonly string[];
}

function known(fields: {
  readonly read: string;
  readonly inert: string;
  readonly withoutEffect: string;
}): KnownFields {
  const [read, inert, withoutEffect] = [fields.read, fields.inert, fields.withoutEffect].map(
    (names) => names.split(/\s+/).filter((name) => name !== ''),
  ) as [string[], string[], string[]];
  return { all: new Set([...read, ...withoutEffect, ...inert]), withoutEffect };
}

export const SERVICE_SPEC: KnownFields = known({
  read: `selector ports type clusterIP sessionAffinity sessionAffinityConfig internalTrafficPolicy
    externalTrafficPolicy trafficDistribution publishNotReadyAddresses externalName
    allocateLoadBalancerNodePorts healthCheckNodePort`,
  // No client of a scenario meets these.
  inert: `clusterIPs ipFamilies ipFamilyPolicy externalIPs loadBalancerIP loadBalancerClass
    loadBalancerSourceRanges`,
  withoutEffect: '',
});

export const SERVICE_PORT: KnownFields = known({
  read: 'name port protocol targetPort nodePort',
  inert: 'appProtocol',
  withoutEffect: '',
});

export const DEPLOYMENT_SPEC: KnownFields = known({
  read: 'replicas selector template strategy minReadySeconds progressDeadlineSeconds paused',
  inert: 'revisionHistoryLimit',
  withoutEffect: '',
});

export const STATEFUL_SET_SPEC: KnownFields = known({
  read: 'replicas selector template podManagementPolicy updateStrategy minReadySeconds',
  // Ordinals that start elsewhere change names, and nothing else.
  inert: `serviceName revisionHistoryLimit volumeClaimTemplates ordinals
    persistentVolumeClaimRetentionPolicy`,
  withoutEffect: '',
});

export const POD_SPEC: KnownFields = known({
  read: `containers initContainers terminationGracePeriodSeconds nodeName
    topologySpreadConstraints`,
  inert: `volumes ephemeralContainers restartPolicy dnsPolicy dnsConfig serviceAccountName
    serviceAccount automountServiceAccountToken hostPID hostIPC hostUsers shareProcessNamespace
    securityContext imagePullSecrets hostname hostnameOverride subdomain setHostnameAsFQDN
    schedulerName tolerations hostAliases priorityClassName priority preemptionPolicy
    runtimeClassName enableServiceLinks os overhead resourceClaims workloadRef`,
  withoutEffect: `nodeSelector affinity hostNetwork readinessGates schedulingGates
    activeDeadlineSeconds resources`,
});

export const CONTAINER: KnownFields = known({
  read: `name ports lifecycle restartPolicy readinessProbe livenessProbe startupProbe resources`,
  inert: `image imagePullPolicy command args workingDir env envFrom resizePolicy restartPolicyRules
    volumeMounts volumeDevices securityContext stdin stdinOnce tty terminationMessagePath
    terminationMessagePolicy`,
  withoutEffect: '',
});

export const PROBE: KnownFields = known({
  read: `httpGet tcpSocket grpc exec initialDelaySeconds periodSeconds timeoutSeconds
    successThreshold failureThreshold terminationGracePeriodSeconds`,
  inert: '',
  withoutEffect: '',
});

export const SPREAD: KnownFields = known({
  read: 'topologyKey maxSkew whenUnsatisfiable',
  inert: 'labelSelector matchLabelKeys minDomains nodeAffinityPolicy nodeTaintsPolicy',
  withoutEffect: '',
});

export const AUTOSCALER_SPEC: KnownFields = known({
  read: `scaleTargetRef minReplicas maxReplicas metrics behavior targetCPUUtilizationPercentage`,
  inert: '',
  withoutEffect: '',
});

export const SCALING_RULES: KnownFields = known({
  read: 'stabilizationWindowSeconds selectPolicy policies tolerance',
  inert: '',
  withoutEffect: '',
});

export const DISRUPTION_BUDGET_SPEC: KnownFields = known({
  read: 'selector minAvailable maxUnavailable',
  inert: 'unhealthyPodEvictionPolicy',
  withoutEffect: '',
});

/**
 * Warns of the fields of `part` that Kubernetes does not know, and returns those that it knows and this
 * version gives no effect.
 */
export function checkFields(part: Cursor, fields: KnownFields): readonly string[] {
  const { node } = part;
  if (node?.kind !== 'map') return [];
  for (const name of node.entries.keys()) {
    if (fields.all.has(name)) continue;
    part.findings.warn({
      code: 'Ignored',
      path: part.place,
      span: locate(part.document.root, [...part.path, name], 'key'),
      message: `unknown field "${name}": ignored${didYouMean(name, fields.all)}`,
    });
  }
  return fields.withoutEffect.filter((name) => node.entries.has(name));
}
