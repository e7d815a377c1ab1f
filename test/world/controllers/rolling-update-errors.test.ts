/**
 * What a rollout costs those who open new connections: nothing where a pod outlives the news of its end, else what the
 * nodes' lags make of it.
 */
import { describe, expect, it } from 'vitest';
import type { Plan, PlannedTermination, PlannedWorkload } from '../../../src/contract/plan.ts';
import { DEPLOYMENT } from '../../../src/scenario/defaults.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { at, constant, exponential, ms, ns, plan, poisson, sec } from '../plans.ts';
import type { PlanOptions } from '../plans.ts';
import type { Deployment } from './stage.ts';

const REPLICAS = 4;
const NODES = 4;
/** Over all nodes. */
const RATE = 1500;
/** From the API server to a node's rules takes no longer than this: the slice, and the watch. */
const LARGEST_LAG = ms(200);

const EXIT: PlannedTermination = { process: 'Exit', lasts: null, closesConnections: true };

/** Four pods in turn: one more, then one less. The next step comes when all nodes have long heard of the last. */
const rollout = (
  facts: Partial<PlannedWorkload>,
  watch: Plan['controlPlane']['watch'],
  rest: PlanOptions = {},
): Plan =>
  plan({
    pods: REPLICAS,
    clientNodes: NODES,
    service: constant(ns(0)),
    duration: 40,
    client: { arrival: poisson(RATE) },
    controlPlane: { endpointSlice: constant(ms(50)), watch, controller: constant(sec(3)) },
    timeline: [{ kind: 'rollout', at: at(1), workload: 0, revision: null }],
    workload: {
      concurrency: 1000,
      onTerminate: EXIT,
      startUp: constant(sec(1)),
      controller: {
        ...(DEPLOYMENT as Deployment),
        strategy: {
          type: 'RollingUpdate',
          maxSurge: { count: 1 },
          maxUnavailable: { count: 0 },
        },
      },
      ...facts,
    },
    ...rest,
  });

describe('a rolling update', () => {
  it.each(['iptables', 'nftables', 'ipvs', 'ebpf'] as const)(
    'O8: costs nothing with a preStop longer than the largest lag, with %s',
    (mode) => {
      const uniform = { kind: 'uniform', min: ms(1), max: ms(150) } as const;
      const result = simulate(rollout({ preStop: LARGEST_LAG }, uniform, { mode }), 1);
      expect(result.rollouts[0]!.completedNs).not.toBeNull();
      expect(result.totals.failed).toBe(0);
      expect(result.totals.issued).toBeGreaterThan(30 * RATE);
    },
  );

  it('O8: costs lag × rate / n, over pods and nodes, where processes exit at SIGTERM', () => {
    let errors = 0;
    let expected = 0;
    for (const seed of [1, 2, 3, 4, 5]) {
      const result = simulate(rollout({ preStop: ns(0) }, exponential(ms(100))), seed);
      expect(result.rollouts[0]!.completedNs).not.toBeNull();
      const { nodes, stopped } = result.staleView[0]!;
      expect(stopped).toBe(REPLICAS);
      const lag = nodes.reduce((sum, { totalNs }) => sum + totalNs, 0) / 1e9;
      // Rules name the old pods and the new one that has come.
      expected += (lag * (RATE / NODES)) / (REPLICAS + 1);
      errors += result.totals.failed;
      expect(result.rollouts[0]!.requests).toBeGreaterThan(0);
    }
    // Each connection in a lag goes to the dead pod or not, by itself: a standard deviation of the root of the
    // expectation at most. Beyond 3.3 of them is one set of seeds in 1000.
    expect(expected).toBeGreaterThan(500);
    expect(Math.abs(errors - expected)).toBeLessThan(3.3 * Math.sqrt(expected));
  });

  it('O7: of a single pod by Recreate is served while that terminates and serves, and by nobody until the next', () => {
    const facts = {
      preStop: sec(5),
      controller: { ...(DEPLOYMENT as Deployment), strategy: { type: 'Recreate' } },
    } as const;
    const one = { pods: 1, clientNodes: 1, duration: 20 } as const;
    const made = rollout(facts, constant(ms(10)), one);
    const { requests } = simulate(made, 1, { recordRequests: true });
    const failed = requests!.filter(({ outcome }) => outcome !== 'ok');
    // Deleted when the controller acts, at 4 s; SIGTERM 5 s after its kubelet hears of it, a watch later.
    const sigterm = 4e9 + 10e6 + 5e9;
    expect(failed[0]!.issuedNs).toBeGreaterThanOrEqual(sigterm);
    expect(failed[0]!.issuedNs).toBeLessThan(sigterm + 10e6);
    // Then its object goes, the controller makes the next one, and that starts and becomes known.
    const last = failed.at(-1)!.issuedNs;
    expect(last).toBeGreaterThan(sigterm + 3e9 + 1e9);
    expect(last).toBeLessThan(sigterm + 3e9 + 1e9 + 200e6);
  });
});
