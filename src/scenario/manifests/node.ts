/** Node (core/v1): its zone, its cores and its address. */
import { isIPv4 } from '../../base/ipv4.ts';
import { parseQuantity } from '../../base/units.ts';
import type { Cursor } from './cursor.ts';
import type { NodeManifest } from './model.ts';

export function readNode(root: Cursor): NodeManifest {
  const labels = root.at('metadata').at('labels');
  const zone =
    labels.at('topology.kubernetes.io/zone').text() ??
    labels.at('failure-domain.beta.kubernetes.io/zone').text();
  const internal = root
    .at('status')
    .at('addresses')
    .items()
    .find((address) => address.at('type').text() === 'InternalIP');
  const ip = internal?.at('address').text();
  return {
    kind: 'Node',
    document: root.document,
    zone: zone ?? null,
    cpu: readCpu(root),
    ip: ip !== undefined && isIPv4(ip) ? ip : null,
  };
}

function readCpu(root: Cursor): number | null {
  const field = root.at('status').at('capacity').at('cpu');
  if (field.node?.kind !== 'scalar') return null;
  const { value } = field.node;
  const cpu =
    typeof value === 'string' || typeof value === 'number' ? parseQuantity(value) : undefined;
  if (cpu !== undefined && cpu > 0) return cpu;
  field.error('Invalid', `${JSON.stringify(value)} is not a quantity above zero`, 'e.g. 4 or 500m');
  return null;
}
