/** Node (core/v1): its zone, its cores, its address, and whether pods may come to it. */
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
    unschedulable: isUnschedulable(root.at('spec')),
  };
}

/** Taints of which the controllers of nodes themselves are the authors come and go with what the run does. */
const PASSING = /^node\.kubernetes\.io\//;

/** Tolerations are not read: a taint that keeps some pods away keeps all of a scenario's away. */
function isUnschedulable(spec: Cursor): boolean {
  const isTainted = spec
    .at('taints')
    .items()
    .some((taint) => {
      const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
      const effect = taint.at('effect').choice(effects);
      const key = taint.at('key').text() ?? '';
      return effect !== undefined && effect !== 'PreferNoSchedule' && !PASSING.test(key);
    });
  return isTainted || (spec.at('unschedulable').flag() ?? false);
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
