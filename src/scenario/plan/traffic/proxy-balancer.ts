/** How an L7 proxy picks an endpoint for each request, and whom it leaves alone. */
import type { PlannedBalancer } from '../../../contract/plan.ts';
import type { Duration } from '../../../base/time.ts';
import { PROXY_HOST_SELECTION_RETRIES, PROXY_POLICY } from '../../mesh-defaults.ts';
import type { BalancerInput, BalancerSettings } from '../../schema/traffic/balancer.ts';
import type { Path } from '../../text/tree.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import { planHashKey, planPolicy } from './balancer.ts';
import { planOutlierDetection } from './outlier-detection.ts';

/** What only a client that goes by DNS, or a gRPC channel, has. */
const OF_CHANNELS = ['resolution', 'connectBackoff'] as const;

export function planProxyBalancer(
  input: BalancerInput | undefined,
  path: Path,
  document: ScenarioDocument,
): PlannedBalancer {
  const isShort = typeof input === 'string';
  const settings: BalancerSettings = isShort
    ? { policy: input }
    : (input ?? { policy: PROXY_POLICY });
  const policyPath = isShort ? path : [...path, 'policy'];
  const policy = planPolicy(settings.policy, policyPath, document);
  if (policy.kind === 'pick_first') {
    const message = 'pick_first is what a gRPC channel does, and a proxy balances over pools';
    document.error(policyPath, 'Invalid', message, `e.g. ${PROXY_POLICY}`);
  }
  for (const field of OF_CHANNELS) {
    if (settings[field] === undefined) continue;
    const message = 'what a proxy knows of endpoints is pushed to it';
    document.error([...path, field], 'Invalid', message, 'propagation says how');
  }
  return {
    policy,
    key: planHashKey(settings.hashOn, policy, [...path, 'hashOn'], document),
    resolution: { onDisconnect: false, minInterval: 0 as Duration, every: null },
    connectBackoff: null,
    outlierDetection: planOutlierDetection(
      settings.outlierDetection,
      [...path, 'outlierDetection'],
      document,
    ),
    hostSelectionRetries: settings.hostSelectionRetries ?? PROXY_HOST_SELECTION_RETRIES,
  };
}
