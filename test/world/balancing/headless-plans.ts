/** Plans of clients that balance over the pods of a headless Service. */
import type { BalancingPolicy, Plan, PlannedBalancer } from '../../../src/contract/plan.ts';
import { CONNECT_BACKOFF } from '../../../src/scenario/balancer-defaults.ts';
import { ms, multiplexed, paced, plan, sec, type PlanOptions } from '../plans.ts';

export const balancerOf = (
  policy: BalancingPolicy,
  facts: Partial<PlannedBalancer> = {},
): PlannedBalancer => ({
  policy,
  key: null,
  resolution: { onDisconnect: true, minInterval: sec(30), every: null },
  connectBackoff: CONNECT_BACKOFF,
  outlierDetection: null,
  hostSelectionRetries: 0,
  ...facts,
});

/** Four pods, called over gRPC every 10 ms, a warm-up of a second before ten. */
export function headless(balancer: PlannedBalancer, options: PlanOptions = {}): Plan {
  const made = plan({
    pods: 4,
    warmUp: 1,
    duration: 10,
    hop: ms(1),
    service: { kind: 'constant', value: ms(1) },
    ...options,
    client: {
      target: { kind: 'headless', service: 0, port: 0 },
      arrival: paced(100),
      connection: multiplexed(),
      ...options.client,
      balancer,
    },
  });
  return { ...made, services: made.services.map((one) => ({ ...one, clusterIP: null })) };
}
