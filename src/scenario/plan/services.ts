/** Services with their addresses, and which workloads back them: selector against pod labels. */
import { didYouMean, suggest } from '../../base/suggest.ts';
import { seconds } from '../../base/time.ts';
import type { PlannedPort, PlannedService } from '../../contract/plan.ts';
import type { Findings } from '../diagnostics/diagnostics.ts';
import type { ManifestDocument, ServiceManifest, ServicePortManifest } from '../manifests/model.ts';
import { locate } from '../text/tree.ts';
import type { Addresses } from './addresses.ts';
import { NodePorts } from './node-ports.ts';
import type { ScenarioDocument } from './scenario-document.ts';
import type { Draft, SliceDraft, WorkloadDraft } from './workload-drafts.ts';

export interface ServiceDraft {
  readonly manifest: ServiceManifest;
  readonly planned: PlannedService;
  /** Workloads behind it, by their drafts. */
  readonly backends: readonly Draft[];
}

/** Where an object is defined, for messages: `deploy/checkout.yaml:4`. */
export function placeOf(document: ManifestDocument): string {
  const span = locate(document.root, ['metadata', 'name']);
  return `${span.source.name}:${span.source.position(span.start).line}`;
}

/** Says of all but the first of several objects of one kind and name that they are there twice. */
export function withoutDuplicates<T extends { readonly document: ManifestDocument }>(
  objects: readonly T[],
  findings: Findings,
): T[] {
  const first = new Map<string, T>();
  return objects.filter((object) => {
    const { kind, namespace, name, root, label } = object.document;
    const identity = `${kind}/${namespace}/${name}`;
    const known = first.get(identity);
    if (known === undefined) {
      first.set(identity, object);
      return true;
    }
    const span = locate(root, ['metadata', 'name']);
    const message = `${kind} "${name}" is defined twice; first in ${placeOf(known.document)}`;
    findings.error({ code: 'Duplicate', path: label, span, message });
    return false;
  });
}

export function planServices(
  manifests: readonly ServiceManifest[],
  backing: { readonly workloads: readonly WorkloadDraft[]; readonly slices: readonly SliceDraft[] },
  addresses: Addresses,
  { findings, isComplete }: Pick<ScenarioDocument, 'findings' | 'isComplete'>,
): readonly ServiceDraft[] {
  const labels = new LabelIndex(backing.workloads);
  const slicesOf = new Map<string, SliceDraft[]>();
  for (const slice of backing.slices) {
    const key = `${slice.namespace}/${slice.manifest.serviceName}`;
    const known = slicesOf.get(key);
    if (known === undefined) slicesOf.set(key, [slice]);
    else known.push(slice);
  }
  for (const manifest of manifests) takeAddress(manifest, addresses, findings);
  const nodePorts = new NodePorts(manifests, findings);
  const bearers = new Map<string, number>();
  for (const { document } of manifests) {
    bearers.set(document.name, (bearers.get(document.name) ?? 0) + 1);
  }
  return manifests.map((manifest) => {
    const { namespace, name } = manifest.document;
    const selected = labels.select(namespace, manifest.selector);
    const slices = slicesOf.get(`${namespace}/${name}`) ?? [];
    // The slices of a Service with pods are those its controller made of these pods.
    const backends = selected.length > 0 ? selected : slices;
    if (manifest.type !== 'ExternalName' && backends.length === 0 && isComplete) {
      warnOfNoBackend(manifest, labels, findings);
    }
    checkNamedPorts(manifest, selected, findings);
    const label = bearers.get(name) === 1 ? name : `${name}.${namespace}`;
    const planned = plannedService(manifest, label, { addresses, nodePorts });
    return { manifest, backends, planned };
  });
}

function takeAddress(manifest: ServiceManifest, addresses: Addresses, findings: Findings): void {
  const { clusterIP, document } = manifest;
  if (clusterIP === null || clusterIP === 'None' || addresses.take(clusterIP)) return;
  const span = manifest.clusterIPSpan;
  const path = `${document.label} spec.clusterIP`;
  const message = `another Service has ${clusterIP}`;
  findings.error({ code: 'Duplicate', path, span, message });
}

function plannedService(
  manifest: ServiceManifest,
  label: string,
  { addresses, nodePorts }: { readonly addresses: Addresses; readonly nodePorts: NodePorts },
): PlannedService {
  const { affinitySeconds, document, ports } = manifest;
  return {
    name: document.name,
    namespace: document.namespace,
    label,
    clusterIP: clusterIPOf(manifest, addresses),
    ports: ports.map((port): PlannedPort => {
      const nodePort = manifest.hasNodePorts ? nodePorts.of(port) : null;
      return { name: port.name, port: port.port, protocol: port.protocol, nodePort };
    }),
    publishNotReadyAddresses: manifest.publishNotReadyAddresses,
    sessionAffinity: affinitySeconds === null ? null : seconds(affinitySeconds),
    internalTrafficPolicy: manifest.internalTrafficPolicy,
    externalTrafficPolicy: manifest.externalTrafficPolicy,
    topology: manifest.topology,
  };
}

function clusterIPOf({ clusterIP, type }: ServiceManifest, addresses: Addresses): string | null {
  if (clusterIP === 'None' || type === 'ExternalName') return null;
  return clusterIP ?? addresses.service();
}

/** The port of a backend's pods for a ServicePort; null where they declare none of that name. */
export function targetPortOf(port: ServicePortManifest, backend: Draft): number | null {
  if (backend.kind === 'slice') return backend.manifest.ports.get(port.name) ?? null;
  if (typeof port.targetPort === 'number') return port.targetPort;
  return backend.manifest.template.namedPorts.get(port.targetPort) ?? null;
}

function checkNamedPorts(
  manifest: ServiceManifest,
  selected: readonly WorkloadDraft[],
  findings: Findings,
): void {
  if (selected.length === 0) return;
  for (const port of manifest.ports) {
    if (selected.some((backend) => targetPortOf(port, backend) !== null)) continue;
    const declared = new Set(
      selected.flatMap((backend) => [...backend.manifest.template.namedPorts.keys()]),
    );
    const name = String(port.targetPort);
    const advice = didYouMean(name, declared);
    const list = declared.size === 0 ? 'none' : [...declared].join(', ');
    findings.warn({
      code: 'NoEndpoints',
      path: port.path,
      span: port.span,
      message: `no selected pod has a port named "${name}"${advice}`,
      hint: `Port names of its pods: ${list}`,
    });
  }
}

function warnOfNoBackend(manifest: ServiceManifest, labels: LabelIndex, findings: Findings): void {
  const { document, selector } = manifest;
  const written = [...(selector ?? [])].map(([key, value]) => `${key}: ${value}`).join(', ');
  const what = written === '' ? 'it has no selector and no EndpointSlice' : `no pod has ${written}`;
  const meant = selector === null ? undefined : labels.suggest(document.namespace, selector);
  findings.warn({
    code: 'NoEndpoints',
    path: written === '' ? document.label : `${document.label} spec.selector`,
    span: manifest.selectorSpan,
    message: `${what}: the Service has no endpoints`,
    hint: meant,
  });
}

/** Each looks at all workloads: where thousands of selectors match nothing, a few hints will do. */
const SUGGESTIONS_MAX = 20;

/** Workloads by the labels of their pods, so that thousands of selectors cost little. */
class LabelIndex {
  private readonly byLabel = new Map<string, WorkloadDraft[]>();
  private readonly workloads: readonly WorkloadDraft[];
  private suggestionsLeft = SUGGESTIONS_MAX;

  constructor(workloads: readonly WorkloadDraft[]) {
    this.workloads = workloads;
    for (const workload of workloads) {
      for (const [key, value] of workload.manifest.template.labels) {
        const label = `${workload.namespace}\n${key}\n${value}`;
        const known = this.byLabel.get(label);
        if (known === undefined) this.byLabel.set(label, [workload]);
        else known.push(workload);
      }
    }
  }

  select(namespace: string, selector: ReadonlyMap<string, string> | null): WorkloadDraft[] {
    const [first] = selector ?? [];
    // Without a selector nothing is selected. Source: k8s EndpointSlice controller, syncService.
    if (selector === null || first === undefined) return [];
    const candidates = this.byLabel.get(`${namespace}\n${first[0]}\n${first[1]}`) ?? [];
    return candidates.filter(({ manifest }) => {
      const { labels } = manifest.template;
      return [...selector].every(([key, value]) => labels.get(key) === value);
    });
  }

  /** What may have been meant by a selector that selects nothing. */
  suggest(namespace: string, selector: ReadonlyMap<string, string>): string | undefined {
    if (this.suggestionsLeft-- <= 0) return undefined;
    const elsewhere = this.workloads.find(
      (workload) =>
        workload.namespace !== namespace && this.select(workload.namespace, selector).length > 0,
    );
    if (elsewhere !== undefined) {
      return `${elsewhere.name} has them, in namespace ${elsewhere.namespace}`;
    }
    for (const [key, value] of selector) {
      const near = this.workloads.filter((workload) => workload.namespace === namespace);
      const values = near.map(({ manifest }) => manifest.template.labels.get(key));
      const known = values.filter((each) => each !== undefined);
      const meant = suggest(value, new Set(known));
      if (meant !== undefined && meant !== value) return `did you mean "${key}: ${meant}"?`;
      const keys = near.flatMap(({ manifest }) => [...manifest.template.labels.keys()]);
      const meantKey = known.length > 0 ? undefined : suggest(key, new Set(keys));
      if (meantKey !== undefined) return `did you mean the label "${meantKey}"?`;
    }
    return undefined;
  }
}
