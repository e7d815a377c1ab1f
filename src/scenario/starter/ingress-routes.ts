/**
 * Ingress (networking.k8s.io/v1): which Services it leads to. Left out: hosts, paths and TLS, of which a scenario
 * knows nothing; and backends that are resources.
 */
import type { ManifestDocument } from '../manifests/model.ts';
import { child, descend } from '../text/tree.ts';
import type { Node } from '../text/tree.ts';

/** A Service that an Ingress leads to. */
export interface IngressRoute {
  /** `Ingress/shop`. */
  readonly label: string;
  readonly namespace: string;
  readonly service: string;
  readonly port: number | string;
}

/** The routes of all Ingresses among documents of kinds that are not simulated, each once. */
export function ingressRoutes(documents: readonly ManifestDocument[]): readonly IngressRoute[] {
  const routes = documents
    .filter(({ kind, apiVersion }) => kind === 'Ingress' && apiVersion === 'networking.k8s.io/v1')
    .flatMap(({ root, label, namespace }) =>
      backendsOf(root).map((backend) => ({ label, namespace, ...backend })),
    );
  const byTarget = new Map(
    routes.map((route) => [`${route.namespace}/${route.service}/${route.port}`, route]),
  );
  return [...byTarget.values()];
}

const itemsOf = (node: Node | undefined): readonly Node[] =>
  node?.kind === 'list' ? node.items : [];

function backendsOf(root: Node): Pick<IngressRoute, 'service' | 'port'>[] {
  const paths = itemsOf(descend(root, ['spec', 'rules'])).flatMap((rule) =>
    itemsOf(descend(rule, ['http', 'paths'])),
  );
  const written = [
    descend(root, ['spec', 'defaultBackend']),
    ...paths.map((path) => child(path, 'backend')),
  ];
  return written.flatMap((backend) => {
    const service = valueAt(backend, ['service', 'name']);
    const port =
      valueAt(backend, ['service', 'port', 'number']) ??
      valueAt(backend, ['service', 'port', 'name']);
    return typeof service === 'string' && port !== undefined ? [{ service, port }] : [];
  });
}

function valueAt(node: Node | undefined, path: readonly string[]): string | number | undefined {
  const found = descend(node, path);
  if (found?.kind !== 'scalar') return undefined;
  const { value } = found;
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}
