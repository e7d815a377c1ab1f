/** Queues beyond M/M/c and M/D/1, against R 4.5 and against each other. */
import { describe, expect, it } from 'vitest';
import type { Duration } from '../../src/base/time.ts';
import type { Distribution } from '../../src/contract/distribution.ts';
import { tailOf } from '../../src/stats/distributions/tail.ts';
import { momentsOf, squaredCv } from '../../src/stats/distributions/moments.ts';
import {
  allenCunneen,
  gm1,
  md1,
  mg1,
  mg1Distribution,
  mm1,
  mmc,
  mmck,
} from '../../src/stats/queueing/textbook.ts';

const exponentialTail =
  (mean: number) =>
  (t: number): number =>
    t < 0 ? 1 : Math.exp(-t / mean);

describe('M/M/c/K', () => {
  // By the sum over all states in R: w <- cumprod(c(1, load / pmin(1:K, c))); p <- w / sum(w).
  it.each([
    [9, 8, 5, [0.168783238447, 0.292284694047, 1.29228469405, 0.722993427463]],
    [30, 8, 40, [0.733333333333, 4.95454545455, 5.95454545455, 1]],
  ] as const)(
    'of load %d, %d servers and room for %d',
    (arrivalRate, servers, waitingRoom, found) => {
      const queue = mmck({ arrivalRate, serviceRate: 1, servers, waitingRoom });
      const { blocked, meanWait, meanSojourn, waitProbability } = queue;
      [blocked, meanWait, meanSojourn, waitProbability].forEach((value, i) =>
        expect(value).toBeCloseTo(found[i]!, 10),
      );
    },
  );

  it('blocks (1 - ρ) ρ^K / (1 - ρ^(K+1)) with one server, and is M/M/c with much room', () => {
    const small = mmck({ arrivalRate: 0.8, serviceRate: 1, servers: 1, waitingRoom: 4 });
    expect(small.blocked).toBeCloseTo((0.2 * 0.8 ** 5) / (1 - 0.8 ** 6), 12);
    const large = mmck({ arrivalRate: 7, serviceRate: 1, servers: 8, waitingRoom: 1000 });
    const open = mmc({ arrivalRate: 7, serviceRate: 1, servers: 8 });
    expect(large.meanWait).toBeCloseTo(open.meanWait, 10);
    expect(large.waitProbability).toBeCloseTo(open.waitProbability, 10);
  });

  it('stays finite with thousands of places and far too much load', () => {
    const queue = mmck({ arrivalRate: 100, serviceRate: 1, servers: 4, waitingRoom: 5000 });
    expect(queue.blocked).toBeCloseTo(0.96, 6);
    expect(queue.meanWait).toBeCloseTo(1250, 0);
  });
});

describe('E_k/M/1 and D/M/1', () => {
  // uniroot() in R of σ = A(μ (1 - σ)).
  it.each([
    [1, 0.8, 4],
    [10, 0.657800175719, 1.9222691803],
    [Infinity, 0.628629796497, 1.69273083992],
  ])('of %d stages at 80 %% finds a busy server and waits as it must', (stages, found, wait) => {
    const queue = gm1({ arrivalRate: 0.8, serviceRate: 1, stages });
    expect(queue.waitProbability).toBeCloseTo(found, 9);
    expect(queue.meanWait).toBeCloseTo(wait, 8);
    expect(queue.sojournTail(queue.sojournQuantile(0.99))).toBeCloseTo(0.01, 12);
  });
});

describe('the distribution of M/G/1', () => {
  it('is that of M/M/1 for exponential service', () => {
    const [arrivalRate, meanService] = [0.8, 1];
    const queue = mg1Distribution({
      arrivalRate,
      meanService,
      serviceCv: 1,
      serviceTail: exponentialTail(1),
    });
    const exact = mm1({ arrivalRate, serviceRate: 1 });
    for (const q of [0.5, 0.9, 0.99]) {
      const ratio = queue.sojournQuantile(q) / exact.sojournQuantile(q);
      expect(Math.abs(ratio - 1)).toBeLessThan(1e-3);
    }
  });

  it('is that of M/D/1 for constant service', () => {
    const queue = mg1Distribution({
      arrivalRate: 0.8,
      meanService: 1,
      serviceCv: 0,
      serviceTail: (t) => (t < 1 ? 1 : 0),
    });
    const exact = md1({ arrivalRate: 0.8, service: 1 });
    for (const t of [0.5, 2.5, 6.5]) expect(queue.waitTail(t)).toBeCloseTo(exact.waitTail(t), 2);
    expect(queue.sojournQuantile(0.99) / exact.sojournQuantile(0.99)).toBeCloseTo(1, 2);
  });

  it('is as the transform of M/E2/1 says', () => {
    const service: Distribution = { kind: 'erlang', mean: 1e6 as Duration, k: 2 };
    const queue = mg1Distribution({
      arrivalRate: 0.7e-6,
      meanService: 1e6,
      serviceCv: Math.SQRT1_2,
      serviceTail: tailOf(service),
    });
    // Partial fractions of the transform, its poles by polyroot() in R.
    for (const [t, tail] of [
      [1, 0.481609986415],
      [3, 0.210338085167],
      [10, 0.011427439244],
    ] as const) {
      expect(Math.abs(queue.waitTail(t * 1e6) / tail - 1)).toBeLessThan(5e-3);
    }
  });

  it('has the mean of Pollaczek and Khinchine, however skewed the service', () => {
    const service: Distribution = { kind: 'lognormal', mu: Math.log(8e6), sigma: 0.9 };
    const moments = momentsOf(service);
    const queue = mg1Distribution({
      arrivalRate: 0.7 / moments.mean,
      meanService: moments.mean,
      serviceCv: Math.sqrt(squaredCv(moments)),
      serviceTail: tailOf(service),
    });
    let area = 0;
    const step = moments.mean / 20;
    for (let i = 0; i < 20_000; i++) area += queue.waitTail((i + 0.5) * step) * step;
    expect(Math.abs(area / queue.meanWait - 1)).toBeLessThan(0.01);
  });

  it('says nothing of quantiles beyond its reach', () => {
    const service: Distribution = { kind: 'pareto', min: 1e6 as Duration, alpha: 2.001 };
    const { mean, variance } = momentsOf(service);
    const queue = mg1Distribution({
      arrivalRate: 0.999 / mean,
      meanService: mean,
      serviceCv: Math.sqrt(variance) / mean,
      serviceTail: tailOf(service),
    });
    expect(queue.sojournQuantile(1 - 1e-12)).toBe(Infinity);
  });
});

describe('the approximation of Allen and Cunneen', () => {
  it('is exact for M/M/c, its distribution too', () => {
    const queue = allenCunneen({
      arrivalRate: 3.2,
      meanService: 1,
      servers: 4,
      arrivalCv2: 1,
      serviceCv2: 1,
      serviceTail: exponentialTail(1),
    });
    const exact = mmc({ arrivalRate: 3.2, serviceRate: 1, servers: 4 });
    expect(queue.meanWait).toBeCloseTo(exact.meanWait, 12);
    for (const q of [0.5, 0.99]) {
      expect(queue.sojournQuantile(q) / exact.sojournQuantile(q)).toBeCloseTo(1, 2);
    }
  });

  it('has the mean of M/G/1, and no wait where nothing varies', () => {
    const service = { arrivalRate: 0.7, meanService: 1, servers: 1 };
    const tail = (t: number): number => (t < 1 ? 1 : 0);
    expect(
      allenCunneen({ ...service, arrivalCv2: 1, serviceCv2: 4, serviceTail: tail }).meanWait,
    ).toBeCloseTo(mg1({ arrivalRate: 0.7, meanService: 1, serviceCv: 2 }).meanWait, 12);
    const regular = allenCunneen({ ...service, arrivalCv2: 0, serviceCv2: 0, serviceTail: tail });
    expect(regular.meanWait).toBe(0);
    expect(regular.sojournQuantile(0.99)).toBeCloseTo(1, 9);
  });
});

it('keeps the quantiles of M/M/c at loads close to 1', () => {
  const queue = mmc({ arrivalRate: 3.999, serviceRate: 1, servers: 4 });
  // Next to nothing but the wait, which is exponential with rate 4 - 3.999.
  expect(queue.sojournQuantile(0.99) / (Math.log(100) / 0.001)).toBeCloseTo(1, 2);
});
