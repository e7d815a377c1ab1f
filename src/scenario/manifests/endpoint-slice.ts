/** EndpointSlice (discovery.k8s.io/v1): a fixed set of endpoints. IPv4 only. */
import type { Cursor } from './cursor.ts';
import type { EndpointManifest, EndpointSliceManifest } from './model.ts';

export function readEndpointSlice(root: Cursor): EndpointSliceManifest {
  const type = root.at('addressType');
  if ((type.choice(['IPv4', 'IPv6', 'FQDN']) ?? 'IPv4') !== 'IPv4') {
    type.error('NotSupported', 'endpoints other than IPv4 are not supported by this version yet');
  }
  const labels = root.at('metadata').at('labels');
  const service = labels.at('kubernetes.io/service-name').text();
  if (service === undefined) {
    labels.error('Required', 'the label kubernetes.io/service-name is required');
  }
  const ports = new Map<string, number>();
  for (const port of root.at('ports').items()) {
    const number = port.at('port').integer(1, 65_535);
    if (number !== undefined) ports.set(port.at('name').text() ?? '', number);
  }
  const endpoints = root.at('endpoints').items().flatMap(readEndpoint);
  return {
    kind: 'EndpointSlice',
    document: root.document,
    serviceName: service ?? '',
    ports,
    endpoints,
  };
}

function readEndpoint(endpoint: Cursor): EndpointManifest[] {
  const conditions = endpoint.at('conditions');
  // What is unset means ready, serving, not terminating. Source: k8s api discovery/v1 EndpointConditions.
  const ready = conditions.at('ready').flag() ?? true;
  const serving = conditions.at('serving').flag() ?? true;
  const terminating = (conditions.at('terminating').flag() ?? false) && !ready;
  const nodeName = endpoint.at('nodeName').text() ?? null;
  const addresses = endpoint.at('addresses');
  if (!addresses.exists) endpoint.error('Required', '"addresses" is required');
  // All addresses of an endpoint lead to one pod; consumers use the first.
  const address = addresses.items()[0]?.text();
  if (address === undefined) return [];
  const takesTraffic = ready || (serving && terminating);
  const hints = readHints(endpoint.at('hints'));
  return [{ address, ready: takesTraffic, terminating, nodeName, hints }];
}

function readHints(hints: Cursor): EndpointManifest['hints'] {
  const names = (field: string): string[] =>
    hints
      .at(field)
      .items()
      .flatMap((item) => item.at('name').text() ?? []);
  return hints.exists ? { zones: names('forZones'), nodes: names('forNodes') } : null;
}
