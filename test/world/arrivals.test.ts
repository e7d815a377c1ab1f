import { describe, expect, it } from 'vitest';
import type { Arrival } from '../../src/contract/plan.ts';
import { balanceOf } from '../../src/stats/balance.ts';
import { at, constant, ms, paced, plan, poisson } from './plans.ts';
import { record } from './recorded.ts';

/** When requests are due, in ns, over `duration` s. */
function arrivals(arrival: Arrival, duration: number, seed: number = 1): number[] {
  const made = plan({
    service: constant(ms(0)),
    workload: { concurrency: 1e6 },
    duration,
    client: { arrival },
  });
  return record(made, seed).requests.map(({ issuedNs }) => issuedNs);
}

/** Four standard deviations of a Poisson count: a false alarm in 16,000 seeds. */
const near = (count: number, expected: number): void =>
  expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected));

const between = (instants: readonly number[], from: number, to: number): number =>
  instants.filter((instant) => instant >= at(from) && instant < at(to)).length;

describe('constant arrivals', () => {
  it('come at multiples of 1/rate, roundings do not add up, and the end is no more part of the run', () => {
    expect(arrivals(paced(3), 2)).toEqual([333333333, 666666667, 1e9, 1333333333, 1666666667]);
    expect(arrivals(paced(7), 1000)).toHaveLength(6999);
  });

  it('never come at rate 0', () => {
    expect(arrivals(paced(0), 5)).toEqual([]);
    expect(arrivals(poisson(0), 5)).toEqual([]);
  });
});

describe('Poisson arrivals', () => {
  it('have exponential gaps of mean 1/rate', () => {
    const instants = arrivals(poisson(1000), 40);
    near(instants.length, 40_000);
    const gaps = instants.map((instant, i) => instant - (instants[i - 1] ?? 0));
    // Ten cells of equal probability; χ², a false alarm in 1000 seeds.
    const cells = new Array<number>(10).fill(0);
    for (const gap of gaps) cells[Math.floor(10 * (1 - Math.exp(-gap / 1e6)))]!++;
    expect(balanceOf(cells)!.pValue).toBeGreaterThan(0.001);
  });
});

describe('steps', () => {
  const arrival: Arrival = {
    kind: 'steps',
    points: [
      { at: at(2), rate: 1000 },
      { at: at(5), rate: 0 },
      { at: at(6), rate: 4000 },
    ],
  };

  it('jump at their points; the first rate holds before the first point, the last one after the last', () => {
    const instants = arrivals(arrival, 10);
    near(between(instants, 0, 2), 2000);
    near(between(instants, 2, 5), 3000);
    expect(between(instants, 5, 6)).toBe(0);
    near(between(instants, 6, 10), 16_000);
  });
});

describe('ramps', () => {
  it('move linearly from point to point', () => {
    const arrival: Arrival = {
      kind: 'ramp',
      points: [
        { at: at(2), rate: 0 },
        { at: at(6), rate: 4000 },
        { at: at(8), rate: 1000 },
      ],
    };
    const instants = arrivals(arrival, 12);
    expect(between(instants, 0, 2)).toBe(0);
    near(between(instants, 2, 4), 2000);
    near(between(instants, 4, 6), 6000);
    near(between(instants, 6, 8), 5000);
    near(between(instants, 8, 12), 4000);
  });

  it('may jump, where two points share an instant', () => {
    const arrival: Arrival = {
      kind: 'ramp',
      points: [
        { at: at(0), rate: 500 },
        { at: at(4), rate: 500 },
        { at: at(4), rate: 3000 },
        { at: at(8), rate: 1000 },
      ],
    };
    const instants = arrivals(arrival, 8);
    near(between(instants, 0, 4), 2000);
    near(between(instants, 4, 8), 8000);
  });

  it('down to nothing end there', () => {
    const arrival: Arrival = {
      kind: 'ramp',
      points: [
        { at: at(0), rate: 2000 },
        { at: at(4), rate: 0 },
      ],
    };
    const instants = arrivals(arrival, 20);
    near(instants.length, 4000);
    expect(between(instants, 4, 20)).toBe(0);
  });
});

describe('client pods', () => {
  it('take constant arrivals in turn, random ones at random', () => {
    const byNode = (arrival: Arrival): number[] => {
      const made = plan({
        clientNodes: 3,
        service: constant(ms(1)),
        duration: 30,
        client: { arrival },
      });
      const counts = new Map<string, number>();
      for (const { node } of record(made).requests) counts.set(node, (counts.get(node) ?? 0) + 1);
      return ['worker-1', 'worker-2', 'worker-3'].map((node) => counts.get(node)!);
    };
    expect(byNode(paced(100))).toEqual([1000, 1000, 999]);
    const random = byNode(poisson(100));
    expect(balanceOf(random)!.pValue).toBeGreaterThan(0.001);
    expect(new Set(random).size).toBeGreaterThan(1);
  });
});
