/** The benchmark measures what it says: its scenarios load, and come to the figures of its tables. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LARGE, largeCluster, LARGEST } from '../../bench/large-cluster.ts';
import { WORKLOADS } from '../../bench/workloads.ts';
import { loadScenario } from '../../src/index.ts';
import type { Plan } from '../../src/index.ts';
import { ROOT } from '../source-graph.ts';

function planOf(source: Parameters<typeof loadScenario>[0]): Plan {
  const loaded = loadScenario(source);
  // Its pods are to be ready once they serve: probes are not what is measured.
  const found = (loaded.ok ? loaded.warnings : loaded.diagnostics).filter(
    ({ message }) => !message.startsWith('has no readinessProbe'),
  );
  expect(found).toEqual([]);
  if (!loaded.ok) throw new Error('the scenario does not load');
  return loaded.scenario.base;
}

const podsOf = (plan: Plan): number =>
  plan.workloads.reduce((sum, workload) => sum + workload.pods.length, 0);

describe.each(WORKLOADS)('$name', ({ scenario, requestsPerSecond }) => {
  const plan = planOf(join(ROOT, scenario));

  it('loads its pods with 0.8 at the rate that the request counts assume', () => {
    const [client] = plan.clients;
    expect(client!.arrival).toEqual({ kind: 'poisson', rate: requestsPerSecond });
    expect(plan.workloads[0]!.serviceTime).toEqual({ kind: 'exponential', mean: 1e9 });
    expect(requestsPerSecond / podsOf(plan)).toBe(0.8);
  });

  it('is the bare queue but for the network: rules cost nothing', () => {
    const [proxy] = plan.proxies;
    expect(proxy!.costs[proxy!.mode].base).toEqual({ kind: 'constant', value: 0 });
    expect(plan.clients[0]!.connection).toEqual({ mode: 'PerRequest' });
  });

  it('runs out of neither source ports nor conntrack', () => {
    const { ports, replicas } = plan.clients[0]!;
    const [proxy] = plan.proxies;
    const perPod = requestsPerSecond / replicas.length;
    // A connection lives as long as its request, whose mean is below 10 s.
    expect(perPod * (60 + 10)).toBeLessThan((ports!.last - ports!.first) / 2);
    expect(requestsPerSecond * (120 + 10)).toBeLessThan(proxy!.conntrack.max!);
  });
});

describe('the large cluster', () => {
  it('has the nodes, Services and pods of its name', () => {
    const plan = planOf({ text: largeCluster(LARGE) });
    expect(plan.nodes).toHaveLength(LARGE.nodes);
    // Beside them kube-dns, with two pods.
    expect(plan.services).toHaveLength(LARGE.services + 1);
    expect(podsOf(plan)).toBe(LARGE.services * LARGE.podsPerService + 2);
  });
});

describe('the largest cluster', () => {
  // A hundredth of it in every direction: the whole takes a benchmark's time.
  const small = { ...LARGEST, nodes: 50, services: 100, callingNodes: 50, calledServices: 2 };
  const plan = planOf({ text: largeCluster(small) });

  it('calls its Services from every node', () => {
    for (const { replicas } of plan.clients) {
      expect(new Set(replicas.map(({ node }) => node)).size).toBe(small.nodes);
    }
    expect(plan.clients).toHaveLength(small.calledServices);
  });

  it('rolls one Deployment out during the run', () => {
    expect(plan.timeline.map(({ kind, at }) => [kind, at])).toEqual([
      ['rollout', plan.duration / 4],
    ]);
  });
});
