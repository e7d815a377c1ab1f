import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/engine/random.ts';
import { standardExponential } from '../../src/engine/ziggurat.ts';
import { erlangB, erlangC, md1, mg1, mm1, mmc } from '../../src/stats/queueing/textbook.ts';

/** ∫ tail from 0 on, by the trapezium rule: the mean of what has this tail. */
function meanOf(tail: (t: number) => number, { step, end }: { step: number; end: number }): number {
  let sum = tail(0) / 2;
  for (let i = 1; i * step < end; i++) sum += tail(i * step);
  return sum * step;
}

describe('the Erlang formulas', () => {
  // Published tables of Erlang B, e.g. 10 servers at 5 erlangs lose 1.84 %.
  it.each([
    [1, 1, 0.5],
    [2, 1, 0.2],
    [5, 3, 0.11005],
    [10, 5, 0.01838],
    [100, 84.064, 0.01],
  ])('B(%d, %d) is as tabulated', (servers, load, blocked) => {
    expect(erlangB(servers, load)).toBeCloseTo(blocked, 4);
  });

  it('agree: C = B / (1 - ρ (1 - B))', () => {
    for (const [servers, load] of [
      [1, 0.7],
      [4, 3],
      [50, 45],
    ] as const) {
      const blocked = erlangB(servers, load);
      const expected = blocked / (1 - (load / servers) * (1 - blocked));
      expect(erlangC(servers, load)).toBeCloseTo(expected, 12);
    }
  });
});

describe('M/M/1', () => {
  it('at 80 % has sojourn mean 5, p50 3.466, p99 23.026', () => {
    const queue = mm1({ arrivalRate: 0.8, serviceRate: 1 });
    expect(queue.meanSojourn).toBeCloseTo(5, 12);
    expect(queue.meanWait).toBeCloseTo(4, 12);
    expect(queue.sojournQuantile(0.5)).toBeCloseTo(5 * Math.LN2, 10);
    expect(queue.sojournQuantile(0.99)).toBeCloseTo(5 * Math.log(100), 10);
    expect(queue.waitProbability).toBeCloseTo(0.8, 12);
    expect(queue.waitQuantile(0.1)).toBe(0);
    expect(queue.waitTail(queue.waitQuantile(0.9))).toBeCloseTo(0.1, 12);
  });

  it('obeys Little: L = λ W', () => {
    const queue = mm1({ arrivalRate: 30, serviceRate: 50 });
    expect(queue.meanInSystem).toBeCloseTo(0.6 / 0.4, 12);
    expect(queue.meanQueueLength).toBeCloseTo(0.36 / 0.4, 12);
  });
});

describe('M/M/c', () => {
  it('with 2 servers has mean sojourn 1 / (μ (1 - ρ²))', () => {
    const queue = mmc({ arrivalRate: 1.5, serviceRate: 1, servers: 2 });
    expect(queue.meanSojourn).toBeCloseTo(1 / (1 - 0.75 ** 2), 12);
  });

  it.each([
    { arrivalRate: 2.5, serviceRate: 1, servers: 3 },
    // λ = (c - 1) μ: waits drain at the rate of one service.
    { arrivalRate: 2, serviceRate: 1, servers: 3 },
    { arrivalRate: 0.4, serviceRate: 2, servers: 4 },
  ])('has tails whose areas are its means: %o', (parameters) => {
    const queue = mmc(parameters);
    const grid = { step: 1e-3, end: 60 };
    expect(meanOf(queue.waitTail, grid)).toBeCloseTo(queue.meanWait, 5);
    expect(meanOf(queue.sojournTail, grid)).toBeCloseTo(queue.meanSojourn, 5);
    expect(queue.sojournTail(queue.sojournQuantile(0.95))).toBeCloseTo(0.05, 12);
  });
});

describe('M/G/1', () => {
  it('is M/M/1 at a coefficient of variation of 1, and half its wait at 0', () => {
    const service = { arrivalRate: 0.8, meanService: 1 };
    expect(mg1({ ...service, serviceCv: 1 }).meanWait).toBeCloseTo(4, 12);
    expect(mg1({ ...service, serviceCv: 0 }).meanWait).toBeCloseTo(2, 12);
    expect(mg1({ ...service, serviceCv: 3 }).meanWait).toBeCloseTo(20, 12);
  });
});

describe('M/D/1', () => {
  it.each([0.1, 0.5, 0.8, 0.95])('at %d has a wait whose area is its mean', (utilisation) => {
    const queue = md1({ arrivalRate: utilisation / 2, service: 2 });
    // The wait has a step at 0 and kinks at whole services, on which the grid's points lie.
    const mean = meanOf(queue.waitTail, { step: 1 / 64, end: 400 });
    expect(Math.abs(mean / queue.meanWait - 1)).toBeLessThan(1e-4);
    expect(queue.waitTail(0)).toBeCloseTo(utilisation, 12);
  });

  it('follows Erlang: P(W ≤ t) = (1 - ρ) Σ (-λ (t - kD))^k / k! e^(λ (t - kD))', () => {
    const [rate, service] = [0.7, 1];
    const queue = md1({ arrivalRate: rate, service });
    for (const t of [0, 0.3, 1, 1.5, 3.2, 5]) {
      let sum = 0;
      let factorial = 1;
      for (let k = 0; k * service <= t; k++) {
        if (k > 0) factorial *= k;
        const x = rate * (t - k * service);
        sum += ((-x) ** k / factorial) * Math.exp(x);
      }
      expect(queue.waitTail(t)).toBeCloseTo(1 - (1 - rate) * sum, 10);
    }
  });

  it('keeps its digits far out, where Erlang loses them: the tail is geometric per service', () => {
    const queue = md1({ arrivalRate: 0.8, service: 1 });
    const ratio = queue.waitTail(41) / queue.waitTail(40);
    // The decay solves λ (e^(θ D) - 1) = θ.
    const theta = -Math.log(ratio);
    expect(0.8 * Math.expm1(theta)).toBeCloseTo(theta, 4);
  });

  it('agrees with Lindley: W(n+1) = max(0, W(n) + D - A)', () => {
    const stream = RandomStream.open(42, 'md1/arrivals');
    const queue = md1({ arrivalRate: 0.6, service: 1 });
    const batches = 400;
    const perBatch = 5000;
    const quantile = queue.waitQuantile(0.9);
    let wait = 0;
    const shares = Array.from({ length: batches }, () => {
      let above = 0;
      for (let i = 0; i < perBatch; i++) {
        wait = Math.max(0, wait + 1 - standardExponential(stream) / 0.6);
        if (wait > quantile) above += 1;
      }
      return above / perBatch;
    });
    const mean = shares.reduce((sum, share) => sum + share, 0) / batches;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (batches - 1);
    // False-alarm rate 1e-4.
    expect(Math.abs(mean - 0.1)).toBeLessThan(3.95 * Math.sqrt(variance / batches));
  });

  it('adds the service to the wait', () => {
    const queue = md1({ arrivalRate: 0.8, service: 1 });
    expect(queue.sojournQuantile(0.99)).toBeCloseTo(1 + queue.waitQuantile(0.99), 12);
    expect(queue.sojournTail(0.5)).toBe(1);
    expect(queue.sojournTail(3)).toBe(queue.waitTail(2));
  });
});

it('refuses a queue that grows without end', () => {
  expect(() => mm1({ arrivalRate: 1, serviceRate: 1 })).toThrow('steady state');
  expect(() => md1({ arrivalRate: 2, service: 1 })).toThrow('steady state');
});
