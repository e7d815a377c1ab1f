/**
 * Who calls whom, as far as manifests tell: pods that are given the address of a Service in a variable of their
 * environment, such as `CART_ADDR: cart:7070`. What is in ConfigMaps, arguments and code stays unknown.
 */
import type { ServiceDraft } from '../plan/services.ts';
import type { WorkloadDraft } from '../plan/workload-drafts.ts';
import { child, descend } from '../text/tree.ts';

/** A workload whose environment names a Service. */
export interface Caller {
  readonly workload: WorkloadDraft;
  readonly service: ServiceDraft;
  /** The variable. */
  readonly variable: string;
}

/** A host that a value names: at its start or after what comes before a host, up to a port, a path or its end. */
const HOST = /(?:^|:\/\/|[@,=\s])([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)\.?(?=$|[:/?,\s])/gi;

export function findCallers(
  workloads: readonly WorkloadDraft[],
  services: readonly ServiceDraft[],
): readonly Caller[] {
  const byName = new Map(
    services.map((service) => [`${service.planned.namespace}/${service.planned.name}`, service]),
  );
  return workloads.flatMap((workload) => {
    const found = new Map<ServiceDraft, Caller>();
    for (const { name, value } of environmentOf(workload)) {
      for (const [, host = ''] of value.matchAll(HOST)) {
        const service = byName.get(serviceKey(host.toLowerCase(), workload.namespace));
        // A pod that is told its own Service's name tells others of it.
        if (service === undefined || service.backends.includes(workload)) continue;
        // A bare word may be the name of anything; with a port or in an address it is a host.
        if (
          !host.includes('.') &&
          value.trim() === host &&
          !/HOST|ADDR|SERVICE|URL|ENDPOINT/i.test(name)
        )
          continue;
        if (!found.has(service)) found.set(service, { workload, service, variable: name });
      }
    }
    return [...found.values()];
  });
}

/** `name`, `name.namespace`, `name.namespace.svc` …, as a pod's resolver takes them. */
function serviceKey(host: string, namespace: string): string {
  const [name = '', of = namespace, ...zone] = host.split('.');
  return ['', 'svc', 'svc.cluster.local'].includes(zone.join('.')) ? `${of}/${name}` : '';
}

function environmentOf({ manifest }: WorkloadDraft): { name: string; value: string }[] {
  const { kind, document } = manifest;
  const template = kind === 'Pod' ? document.root : descend(document.root, ['spec', 'template']);
  const containers = descend(template, ['spec', 'containers']);
  if (containers?.kind !== 'list') return [];
  return containers.items.flatMap((container) => {
    const env = child(container, 'env');
    return (env?.kind === 'list' ? env.items : []).flatMap((variable) => {
      const [name, value] = [child(variable, 'name'), child(variable, 'value')];
      if (name?.kind !== 'scalar' || value?.kind !== 'scalar') return [];
      return [{ name: String(name.value), value: String(value.value) }];
    });
  });
}
