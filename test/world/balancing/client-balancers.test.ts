/** Clients that balance over the pods of a headless Service: who gets what, and what they know of changes. */
import { describe, expect, it } from 'vitest';
import type { BalancingPolicy, Plan, PlannedBalancer } from '../../../src/contract/plan.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { keepAlive, ms, multiplexed, paced, plan, sec, type PlanOptions } from '../plans.ts';

const GRPC_BACKOFF = { base: sec(1), factor: 1.6, jitter: 0.2, max: sec(120) };

export const balancerOf = (
  policy: BalancingPolicy,
  facts: Partial<PlannedBalancer> = {},
): PlannedBalancer => ({
  policy,
  key: null,
  resolution: { onDisconnect: true, minInterval: sec(30), every: null },
  connectBackoff: GRPC_BACKOFF,
  outlierDetection: null,
  hostSelectionRetries: 0,
  ...facts,
});

function headless(balancer: PlannedBalancer, options: PlanOptions = {}): Plan {
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

const servedBy = (made: Plan): number[] => simulate(made, 1).pods.map(({ requests }) => requests);

describe('a channel over a headless Service', () => {
  it('with round_robin gives all pods the same', () => {
    const made = headless(balancerOf({ kind: 'round_robin' }));
    expect(servedBy(made)).toEqual([250, 250, 250, 250]);
  });

  it('with pick_first gives one pod all', () => {
    const made = headless(balancerOf({ kind: 'pick_first' }));
    expect(servedBy(made).toSorted((a, b) => a - b)).toEqual([0, 0, 0, 1000]);
  });
});

describe('pools by endpoint', () => {
  it('with round_robin over HTTP/1.1 give all pods the same', () => {
    const made = headless(balancerOf({ kind: 'round_robin' }, { connectBackoff: null }), {
      client: { connection: keepAlive({ pool: 2 }) },
    });
    expect(servedBy(made)).toEqual([250, 250, 250, 250]);
  });
});
