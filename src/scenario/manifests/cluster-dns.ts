/**
 * The DNS that a cluster has of itself: the Service and the Deployment that kubeadm installs
 * (k8s: cmd/kubeadm/app/phases/addons/dns/manifests.go), as far as they matter here. What the files of
 * a scenario bring takes their place.
 */
import type { ManifestDocument } from './model.ts';
import { child, descend } from '../text/tree.ts';
import type { Node, Path } from '../text/tree.ts';

/** What messages call the file that nobody wrote. */
export const CLUSTER_DNS_FILE = '(built-in) kube-dns.yaml';

export const DNS_NAMESPACE = 'kube-system';
const DNS_SERVICE = 'kube-dns';
/** The tenth address of the service range: k8s cmd/kubeadm/app/constants, GetDNSIP. */
const DNS_ADDRESS = '10.96.0.10';

const serviceText = (address: string): string => `apiVersion: v1
kind: Service
metadata: { name: ${DNS_SERVICE}, namespace: ${DNS_NAMESPACE}, labels: { k8s-app: kube-dns } }
spec:
  ${address}
  selector: { k8s-app: kube-dns }
  ports:
    - { name: dns, port: 53, protocol: UDP, targetPort: 53 }
    - { name: dns-tcp, port: 53, protocol: TCP, targetPort: 53 }
    - { name: metrics, port: 9153, protocol: TCP, targetPort: 9153 }
`;

const deploymentText = (replicas: number): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: coredns, namespace: ${DNS_NAMESPACE}, labels: { k8s-app: kube-dns } }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { k8s-app: kube-dns } }
  template:
    metadata: { labels: { k8s-app: kube-dns } }
    spec:
      containers:
        - { name: coredns, ports: [{ name: dns, containerPort: 53, protocol: UDP }] }
`;

/** Whether a Service is the cluster's DNS: by its name, or by the label that all distributions give it. */
export function isClusterDns({ kind, namespace, name, root }: ManifestDocument): boolean {
  return (
    kind === 'Service' &&
    namespace === DNS_NAMESPACE &&
    (name === DNS_SERVICE || textAt(root, ['metadata', 'labels', 'k8s-app']) === 'kube-dns')
  );
}

/** Whether nobody wrote it. */
export const isBuiltIn = ({ root }: ManifestDocument): boolean =>
  root.source.name === CLUSTER_DNS_FILE;

/** The text of what `documents` lack of a cluster's DNS; empty where they lack nothing. */
export function missingClusterDns(
  documents: readonly ManifestDocument[],
  replicas: number,
): string {
  const missing: string[] = [];
  if (!documents.some(isClusterDns)) {
    const taken = documents.some(({ root }) => textAt(root, ['spec', 'clusterIP']) === DNS_ADDRESS);
    missing.push(serviceText(taken ? '' : `clusterIP: ${DNS_ADDRESS}`));
  }
  if (!documents.some(answersDns)) missing.push(deploymentText(replicas));
  return missing.join('---\n');
}

/** Whether a document brings pods, or endpoints, that stand behind the cluster's DNS. */
function answersDns({ kind, namespace, root }: ManifestDocument): boolean {
  if (namespace !== DNS_NAMESPACE) return false;
  const labels = child(descend(root, ['metadata']), 'labels');
  if (kind === 'EndpointSlice') {
    return textAt(labels, ['kubernetes.io/service-name']) === DNS_SERVICE;
  }
  if (kind === 'Pod') return textAt(labels, ['k8s-app']) === 'kube-dns';
  const template = descend(root, ['spec', 'template', 'metadata', 'labels']);
  return textAt(template, ['k8s-app']) === 'kube-dns';
}

function textAt(node: Node | undefined, path: Path): string | undefined {
  const found = descend(node, path);
  return found?.kind === 'scalar' && typeof found.value === 'string' ? found.value : undefined;
}
