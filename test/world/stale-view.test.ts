import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WindowSpans } from '../../src/world/measure/window-spans.ts';
import { StaleView } from '../../src/world/measure/stale-view.ts';
import type { UsableEndpoints } from '../../src/kube/endpoint.ts';
import { at, constant, ms, ns, plan, poisson, sec } from './plans.ts';
import { record } from './recorded.ts';

fc.configureGlobal({ seed: 42 });

const PODS = 4;
const SPAN = 60;

/** Rules that name these pods. */
const naming = (pods: readonly number[]): UsableEndpoints => ({
  elsewhere: false,
  endpoints: pods.map((pod) => ({
    address: `10.0.0.${pod}:80`,
    ip: pod,
    port: 80,
    pod,
    node: 0,
    ready: true,
    serving: true,
    terminating: false,
    hints: null,
  })),
});

describe('the stale view of a node', () => {
  it('is the time for which a pod was named and took no connections', () => {
    const moment = fc.integer({ min: 1, max: SPAN - 1 });
    const step = fc.record({ at: moment, pod: fc.nat(PODS - 1) });
    fc.assert(
      fc.property(fc.array(step), fc.array(step), (stopsAndStarts, syncs) => {
        const planned = plan();
        const spans = new WindowSpans(planned.windows);
        spans.begin(0);
        spans.enter(0, 0);
        const view = new StaleView(planned.windows, spans, SPAN);
        const takes = Array.from({ length: PODS }, () => true);
        const named = new Set(takes.keys());
        const rules = view.follow(0, naming([...named]));
        let total = 0;
        for (let now = 0; now < SPAN; now++) {
          for (const { pod } of stopsAndStarts.filter((one) => one.at === now)) {
            takes[pod] = !takes[pod];
            view.podTakes(pod, takes[pod], now);
          }
          for (const { pod } of syncs.filter((one) => one.at === now)) {
            if (!named.delete(pod)) named.add(pod);
            rules.change(naming([...named]), now);
          }
          for (const pod of named) if (!takes[pod]) total++;
        }
        spans.end(0, SPAN);
        const [{ nodes } = { nodes: [] }] = view.results(planned, [...takes.keys()]);
        expect(nodes[0]?.totalNs ?? 0).toBe(total);
        expect(nodes[0]?.maxNs ?? 0).toBeLessThanOrEqual(total);
      }),
    );
  });

  it('is what a node is told late: a sync counts from when it was', () => {
    const planned = plan();
    const spans = new WindowSpans(planned.windows);
    spans.begin(0);
    spans.enter(0, 0);
    const view = new StaleView(planned.windows, spans, 100);
    const rules = view.follow(0, naming([0, 1]));
    view.podTakes(1, false, 10);
    view.podTakes(1, true, 40);
    rules.change(naming([0]), 25);
    expect(view.results(planned, [0, 1])[0]).toEqual({
      window: 'all',
      stopped: 1,
      nodes: [{ node: 'worker-0', zone: '', pods: 1, totalNs: 15, maxNs: 15 }],
    });
  });

  it('leaves out the time for which the node is down itself', () => {
    const planned = plan();
    const spans = new WindowSpans(planned.windows);
    spans.begin(0);
    spans.enter(0, 0);
    const view = new StaleView(planned.windows, spans, 100);
    // Its rules name both pods from 0 to 100: one stops with the node, the other before.
    view.follow(0, naming([0, 1]));
    view.podTakes(0, false, 10);
    view.nodeTurns(0, 30);
    view.podTakes(1, false, 30);
    view.nodeTurns(0, 80);
    view.podTakes(1, true, 90);
    view.nodeTurns(0, 95);
    const [{ nodes } = { nodes: [] }] = view.results(planned, [0, 1]);
    // 10 to 30 and 80 to 95; 80 to 90.
    expect(nodes).toEqual([{ node: 'worker-0', zone: '', pods: 2, totalNs: 45, maxNs: 35 }]);
  });

  it('lasts from the end of a process to the sync that drops the pod', () => {
    const { staleView } = record(
      plan({
        pods: 4,
        clientNodes: 3,
        lag: ms(200),
        workload: { controller: { kind: 'None' } },
        timeline: [{ kind: 'deletePod', at: at(5), workload: 0, pod: 'backend-2' }],
        windows: [
          { name: 'around', from: at(4), to: at(5.1) },
          { name: 'after', from: at(5.1), to: at(6) },
        ],
      }),
    );
    // Deletion reaches the slices and the nodes without the kubelet: two hops.
    const nodes = ['worker-1', 'worker-2', 'worker-3'].map((node) => ({
      node,
      zone: '',
      pods: 1,
      totalNs: 400e6,
      maxNs: 400e6,
    }));
    expect(staleView).toEqual([
      { window: 'all', stopped: 1, nodes },
      { window: 'around', stopped: 1, nodes },
      { window: 'after', stopped: 0, nodes: [] },
    ]);
  });

  it('is nothing where preStop outlasts the way to the rules', () => {
    const { staleView, clients } = record(
      plan({
        pods: 4,
        lag: ms(200),
        client: { arrival: poisson(2000) },
        service: constant(ns(0)),
        workload: { controller: { kind: 'None' }, preStop: ms(401) },
        timeline: [{ kind: 'deletePod', at: at(5), workload: 0, pod: 'backend-2' }],
      }),
    );
    expect(staleView).toEqual([{ window: 'all', stopped: 1, nodes: [] }]);
    expect(clients[0]!.errors).toEqual({});
  });

  it('costs new connections the sum over nodes of its length × rate ÷ pods named', () => {
    const pods = 5;
    const rate = 4000;
    const clientNodes = 4;
    const { staleView, clients } = record(
      plan({
        pods,
        clientNodes,
        lag: ms(300),
        duration: 20,
        service: constant(ns(0)),
        client: { arrival: poisson(rate) },
        network: { podGone: { answer: 'unreachable', after: ns(0) } },
        controlPlane: { watch: { kind: 'exponential', mean: sec(1) } },
        workload: { controller: { kind: 'None' } },
        timeline: [{ kind: 'deletePod', at: at(5), workload: 0, pod: 'backend-1' }],
      }),
    );
    const stale = staleView[0]!.nodes.reduce((sum, { totalNs }) => sum + totalNs, 0) / 1e9;
    const expected = (stale * rate) / clientNodes / pods;
    expect(expected).toBeGreaterThan(400);
    const failed = clients[0]!.errors.unreachable ?? 0;
    expect(clients[0]!.failures).toEqual([
      { cause: 'unreachable', reason: 'podGone', retry: 'noPolicy', count: failed },
    ]);
    // A Poisson count: four standard deviations, a false alarm in 16,000 seeds.
    expect(Math.abs(failed - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });
});
