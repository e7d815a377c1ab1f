/**
 * What a rollout costs those who call the Service, from manifests to errors. A preStop sleep keeps a process up while
 * nodes hear that its pod terminates; without one, each node goes on naming a dead pod for as long as its news takes.
 */
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/contract/result.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { clientOf, planOf, service } from './cluster.ts';
import type { ClusterSpec } from './cluster.ts';

const MODES = ['iptables', 'nftables', 'ipvs'] as const;
const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);
const REPLICAS = 4;
/** Over all clients, one on each of four nodes. */
const RATE = 400;
/** s: of an EndpointSlice, and the longest that a watch takes, be it a kubelet's or a kube-proxy's. */
const SLICE = 0.05;
const WATCH = 2;

const deployment = (preStop: number): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${REPLICAS}
  minReadySeconds: 3
  strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 5
      containers:
        - name: main
          ports: [{ name: http, containerPort: 8080 }]
          lifecycle: { preStop: { sleep: { seconds: ${preStop} } } }
`;

/** A new pod is available when all nodes have heard of it: rules name one more than there are replicas when one goes. */
function rollout(
  preStop: number,
  onTerminate: string,
  spec: Partial<ClusterSpec> = {},
  serviceTime = 0,
) {
  const { client = [], ...rest } = spec;
  const arrival = `arrival: { poisson: { rate: ${RATE}/s } }`;
  return planOf({
    nodes: '[{ namePrefix: node, count: 4 }]',
    manifests: [service(), deployment(preStop)],
    clients: [clientOf('client', ['replicas: 4', arrival, ...client])],
    workloads: [
      `{ target: deployment/web, serviceTime: ${serviceTime}ms, concurrency: 1000, startUp: 1s, onTerminate: ${onTerminate} }`,
    ],
    controlPlane: `{ endpointSlice: ${SLICE}s, watch: { uniform: { min: 0s, max: ${WATCH}s } }, controller: 10ms, kubelet: 10ms }`,
    timeline: ['{ at: 1s, rollout: { target: deployment/web } }'],
    duration: 70,
    ...rest,
  });
}

/** Stops where the rollout has not come to its end. */
function results(plan: ReturnType<typeof rollout>, seeds = SEEDS): RunResult[] {
  return seeds.map((seed) => {
    const result = simulate(plan, seed);
    expect(result.rollouts[0]!.completedNs).not.toBeNull();
    return result;
  });
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

describe.each(MODES)('a rolling update with %s', (mode) => {
  it('O8: fails lag × rate / n new connections of each pod and node, where processes exit at SIGTERM', () => {
    const runs = results(rollout(0, 'Exit', { mode }));
    const failed = runs.map(({ totals }) => totals.failed);
    // A pod is dead when its kubelet has heard of its deletion, and named until a kube-proxy has heard of its slice:
    // two watches, uniform over T. E[max(0, s + Y - X)] = s + (T - s)³ / 6T².
    const lag = SLICE + (WATCH - SLICE) ** 3 / (6 * WATCH ** 2);
    const expected = (REPLICAS * lag * RATE) / (REPLICAS + 1);
    const spread = Math.sqrt(mean(failed.map((one) => (one - mean(failed)) ** 2)) / 19);
    // Student's t of 19 degrees of freedom: beyond 3.9 of them is one set of seeds in 1000.
    expect(Math.abs(mean(failed) - expected)).toBeLessThan(3.9 * spread);
    // Given the lags as they were, only chance is left: which of n a connection is given, and how many come. A standard
    // deviation of the root of the expectation at most; beyond 3.3 of them is one set of seeds in 1000.
    const stale = runs.map(({ staleView }) =>
      staleView[0]!.nodes.reduce((sum, { totalNs }) => sum + totalNs / 1e9, 0),
    );
    const given = (mean(stale) * SEEDS.length * (RATE / 4)) / (REPLICAS + 1);
    const all = mean(failed) * SEEDS.length;
    expect(Math.abs(all - given)).toBeLessThan(3.3 * Math.sqrt(given));
  });

  it('O8: fails nothing at all with a preStop longer than the largest lag', () => {
    for (const { totals } of results(rollout(3, 'Exit', { mode }))) {
      expect(totals.failed).toBe(0);
      expect(totals.issued).toBeGreaterThan(60 * RATE);
    }
  });
});

describe('a rolling update, for connections that are kept, with a preStop longer than the largest lag', () => {
  const SERVICE = 20;
  /** Failures a rollout. */
  const cost = (onTerminate: string): number => {
    const client = ['connection: { mode: KeepAlive, pool: 10 }'];
    const runs = results(rollout(3, onTerminate, { client }, SERVICE));
    for (const { clients } of runs) {
      expect(['', 'reset']).toContain(Object.keys(clients[0]!.errors).join());
    }
    return mean(runs.map(({ totals }) => totals.failed));
  };
  // Of all that is in flight (Little's law) a quarter is at the first pod that goes. The others have taken over what
  // it had by their turn: old ones have a quarter more each time, (1 + 5/4 + 25/16 + 125/64) / 4 in all.
  const inFlight = (RATE * SERVICE) / 1000;
  const atOldPods = ((1.25 ** REPLICAS - 1) / 0.25 / REPLICAS) * inFlight;

  it.each(['Exit', 'Serve'])(
    'resets what is in flight where the process ends in its midst: %s',
    (onTerminate) => {
      const failed = cost(onTerminate);
      expect(failed).toBeGreaterThan(inFlight * 0.75);
      expect(failed).toBeLessThan(atOldPods * 1.25);
    },
  );

  it.each(['Finish', '{ process: Serve, connections: Close }'])(
    'loses no more than requests that meet the end of an idle connection on their way: %s',
    (onTerminate) => {
      // Closed within a round trip, 0.2 ms, of a request: λ × RTT of all of them, and a pod for each of 20 runs.
      const raced = (RATE / 1000) * 0.2 * (atOldPods / inFlight);
      expect(cost(onTerminate)).toBeLessThan(raced + 3.3 * Math.sqrt(raced / SEEDS.length));
    },
  );
});
