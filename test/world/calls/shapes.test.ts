/** Shapes of call graphs: in sequence, at once, several of a kind, by chance. What the callers wait is their sum, or the longest. */
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/contract/result.ts';
import { LATENCY_PARTS } from '../../../src/contract/result.ts';
import { inconsistencies } from '../conservation.ts';
import { constant, exponential, ms, paced, us } from '../plans.ts';
import { expectTheory, replicate } from '../replications.ts';
import { part, record } from '../recorded.ts';
import { FREE_NETWORK, graph, type CallOf } from './graphs.ts';

const CALLS = LATENCY_PARTS.indexOf('calls');

/** Mean of the part `calls` over the requests of `web`, ns. */
function meanCalls({ breakdown }: RunResult): number {
  const own = breakdown.filter(({ client }) => client === 'web');
  const count = own.reduce((sum, band) => sum + band.count, 0);
  return own.reduce((sum, band) => sum + band.meanNs[CALLS]! * band.count, 0) / count;
}

/** A front without work of its own that calls a back with workers for all, so that nobody queues. */
const fanned = (calls: readonly CallOf[], rate = 200) =>
  graph(
    [
      { name: 'front', service: constant(ms(0)), workload: { concurrency: 1000 }, calls },
      { name: 'back', service: exponential(ms(10)), workload: { concurrency: 10_000 } },
    ],
    { ...FREE_NETWORK, rate, duration: 40 },
  );

const harmonic = (n: number): number =>
  Array.from({ length: n }, (_, i) => 1 / (i + 1)).reduce((sum, term) => sum + term, 0);

describe('calls of constant length', () => {
  const stations = (calls: readonly CallOf[]) => [
    { name: 'front', service: constant(ms(10)), calls },
    { name: 'short', service: constant(ms(2)), workload: { concurrency: 8 } },
    { name: 'long', service: constant(ms(5)), workload: { concurrency: 8 } },
  ];
  const run = (calls: readonly CallOf[]) => {
    const plan = graph(stations(calls), {
      ...FREE_NETWORK,
      duration: 2.5,
      client: { arrival: paced(2) },
    });
    const result = record(plan);
    expect(inconsistencies(plan, result)).toEqual([]);
    return result.requests.filter(({ client }) => client === 'web')[0]!;
  };

  it('in sequence take their sum', () => {
    const request = run([
      { to: 'long', at: 0.2 },
      { to: 'short', at: 0.7 },
      { to: 'short', at: 0.7 },
    ]);
    expect(part(request, 'calls')).toBe(ms(9));
    expect(part(request, 'service')).toBe(ms(10));
  });

  it('are made in the order of their points, and of equal points as written', () => {
    const plan = graph(
      stations([
        { to: 'short', at: 1 },
        { to: 'long', at: 0 },
      ]),
      { ...FREE_NETWORK, duration: 1.5, client: { arrival: paced(1) } },
    );
    // The plan of a test is taken as it is: the scenario sorts.
    const sorted = {
      ...plan,
      workloads: plan.workloads.map((one) => ({
        ...one,
        calls: one.calls && {
          ...one.calls,
          steps: one.calls.steps.toSorted((a, b) => a.at - b.at),
        },
      })),
    };
    const { requests } = record(sorted);
    const due = (name: string) => requests.find(({ client }) => client === name)!.issuedNs;
    expect(due('front->long')).toBe(due('web'));
    expect(due('front->short')).toBe(due('web') + ms(15));
  });

  it('at once take the longest', () => {
    const request = run([
      { to: 'long', at: 0.5 },
      { to: 'short', together: true },
    ]);
    expect(part(request, 'calls')).toBe(ms(5));
  });

  it('of several rounds take as many times as long, whatever goes at once', () => {
    const request = run([{ to: 'short', times: 3, fanOut: 2 }]);
    expect(part(request, 'calls')).toBe(ms(6));
  });
});

describe('calls of exponential length, to pods where nobody queues', () => {
  const runs = (calls: readonly CallOf[]) => replicate(fanned(calls), { seed: 11, count: 10 });

  it.each([2, 5, 20])('%i at once take the mean of the largest: H(n) times one', (n) => {
    expectTheory(runs([{ to: 'back', fanOut: n }]), meanCalls, {
      expected: harmonic(n) * 10e6,
      within: 0.03,
    });
  });

  it('in 4 rounds take four times as long as one', () => {
    expectTheory(runs([{ to: 'back', times: 4 }]), meanCalls, { expected: 40e6, within: 0.03 });
  });

  it('made by chance take so much less on average', () => {
    expectTheory(runs([{ to: 'back', probability: 0.3 }]), meanCalls, {
      expected: 3e6,
      within: 0.05,
    });
  });

  it('are as many as the probability says', () => {
    const share = ({ clients }: RunResult): number => clients[1]!.requests / clients[0]!.requests;
    expectTheory(runs([{ to: 'back', probability: 0.3 }]), share, { expected: 0.3, within: 0.05 });
  });
});

describe('the cost of calls', () => {
  it('is so many events each, however deep they are', () => {
    const chain = (depth: number) =>
      graph(
        Array.from({ length: depth }, (_, i) => ({
          name: `s${i}`,
          service: constant(ms(1)),
          workload: { concurrency: 100 },
          calls: i + 1 < depth ? [{ to: `s${i + 1}` }] : [],
        })),
        { hop: us(50), duration: 5, client: { arrival: paced(100) } },
      );
    const events = [1, 2, 3, 4, 8].map(
      (depth) => replicate(chain(depth), { seed: 3, count: 1 })[0]!,
    );
    const counts = events.map(({ totals }) => totals.events);
    const requests = events[0]!.totals.issued;
    const perHop = (counts[1]! - counts[0]!) / requests;
    // A handshake, the request, its service and its answer.
    expect(perHop).toBe(5);
    expect(counts[2]! - counts[1]!).toBe(counts[1]! - counts[0]!);
    expect(counts[4]! - counts[3]!).toBe(4 * (counts[1]! - counts[0]!));
  });
});
