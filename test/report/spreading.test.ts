/** What summaries call the way in which requests come to pods: whoever picks is named, and nobody else. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/contract/plan.ts';
import { loadScenario } from '../../src/index.ts';
import { spreadingOf } from '../../src/report/text/spreading.ts';

const PINNING = fileURLToPath(new URL('../../scenarios/grpc-pinning.yaml', import.meta.url));

function planOf(variant: string): Plan {
  const loaded = loadScenario(PINNING);
  if (!loaded.ok) throw new Error('the scenario has errors');
  return loaded.scenario.variants.find((plan) => plan.variant === variant)!;
}

describe('who spreads requests', () => {
  it.each([
    ['ClusterIP', 'iptables'],
    ['round_robin', 'round_robin'],
    ['sidecar', 'sidecar mesh'],
    ['ambient', 'ambient mesh'],
    ['ambient-waypoint', 'ambient mesh with waypoints'],
  ])('of grpc-pinning, %s: %s', (variant, by) => {
    expect(spreadingOf(planOf(variant))).toBe(by);
  });

  it('is kube-proxy and another, where clients differ', () => {
    const plan = planOf('sidecar');
    const [client] = plan.clients;
    const plain = { ...client!, name: 'plain', mesh: null, balancer: null };
    expect(spreadingOf({ ...plan, clients: [client!, plain] })).toBe('iptables + sidecar mesh');
  });
});
