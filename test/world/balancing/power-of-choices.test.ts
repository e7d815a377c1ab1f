/**
 * The power of d choices. Jobs come to n servers as a Poisson stream of ρ per server and mean service time, which is
 * exponential; each goes to the one with the fewest jobs of d servers that are drawn. With d = 1 every server is an M/M/1
 * queue, whose mean time in system is 1/(1 - ρ). With d = 2 and n → ∞ it is Σ ρ^(2^i - 2), i ≥ 1 (Vvedenskaya, Dobrushin,
 * Karpelevich 1996; Mitzenmacher 1996), and with n servers by about ρ / (2 n (1 - ρ)) more (Gast, Van Houdt, A refined
 * mean field approximation, SIGMETRICS 2018: of the mean number ρ² / (2 n (1 - ρ))).
 */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../src/world/simulate.ts';
import { exponential, ms, ns, poisson } from '../plans.ts';
import { balancerOf, headless } from './headless-plans.ts';

const SERVICE_S = 0.01;

/** Mean time in system, in mean service times, of all jobs that came in after `warmUp` of these. */
function meanTime(
  at: { load: number; choices: number; servers: number },
  length: { warmUp: number; measured: number },
  seed: number,
): number {
  const made = headless(balancerOf({ kind: 'least_request', choices: at.choices }), {
    pods: at.servers,
    hop: ns(0),
    lag: ns(0),
    service: exponential(ms(SERVICE_S * 1e3)),
    warmUp: length.warmUp * SERVICE_S,
    duration: length.measured * SERVICE_S,
    client: { arrival: poisson((at.load * at.servers) / SERVICE_S) },
  });
  const { latency } = simulate(made, seed).clients[0]!;
  return latency.sum / latency.count / 1e9 / SERVICE_S;
}

/** Mean and its standard error over seeds. */
function overSeeds(seeds: number, run: (seed: number) => number): { mean: number; error: number } {
  const values = Array.from({ length: seeds }, (_, i) => run(i + 1));
  const mean = values.reduce((sum, value) => sum + value, 0) / seeds;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (seeds - 1);
  return { mean, error: Math.sqrt(variance / seeds) };
}

const twoChoices = (load: number): number => {
  let sum = 0;
  for (let i = 1; i < 20; i++) sum += load ** (2 ** i - 2);
  return sum;
};

describe('least_request of two choices, 500 servers', () => {
  // Begun empty it fills at 1 - ρ of a server's speed or less: the warm-up is some times its mean number over that.
  it.each([
    [0.5, 1.2657, { warmUp: 20, measured: 300 }],
    [0.7, 1.6145, { warmUp: 40, measured: 300 }],
    [0.8, 1.9475, { warmUp: 80, measured: 400 }],
    [0.9, 2.6141, { warmUp: 200, measured: 600 }],
    [0.95, 3.383, { warmUp: 400, measured: 800 }],
    [0.99, 5.432, { warmUp: 2500, measured: 1500 }],
  ])(
    'at load %s: the mean time of the supermarket model, %s',
    { timeout: 120_000 },
    (load, known, length) => {
      const limit = twoChoices(load);
      expect(limit).toBeCloseTo(known, 3);
      const finite = limit + load / (2 * 500 * (1 - load));
      const { mean, error } = overSeeds(3, (seed) =>
        meanTime({ load, choices: 2, servers: 500 }, length, seed),
      );
      // Four standard errors of three seeds, and as much again as the correction for n, which leaves out higher orders.
      expect(Math.abs(mean - finite)).toBeLessThan(4 * error + (finite - limit));
      expect(Math.abs(mean / finite - 1)).toBeLessThan(0.03);
    },
  );
});

describe('least_request of one choice', () => {
  // Queues of their own, however many there are: near saturation a few of them forget the start soonest, for as many jobs.
  // The variance of a time average of the number in M/M/1 is 2ρ(1 + ρ) / (1 - ρ)^4 over its length (Whitt, Planning queueing
  // simulations, 1989); of the time in system, by Little's law, that over ρ². Four sigma: one false alarm in 16,000 seeds.
  it.each([
    [0.5, 500, { warmUp: 30, measured: 500 }],
    [0.7, 500, { warmUp: 100, measured: 600 }],
    [0.8, 500, { warmUp: 200, measured: 800 }],
    [0.9, 500, { warmUp: 800, measured: 1500 }],
    [0.95, 100, { warmUp: 4000, measured: 10_000 }],
    [0.99, 10, { warmUp: 80_000, measured: 400_000 }],
  ])(
    'at load %s over %s servers: the mean time of M/M/1',
    { timeout: 120_000 },
    (load, servers, length) => {
      const mean = meanTime({ load, choices: 1, servers }, length, 1);
      const variance = (2 * (1 + load)) / (load * (1 - load) ** 4 * servers * length.measured);
      expect(Math.abs(mean - 1 / (1 - load))).toBeLessThan(4 * Math.sqrt(variance));
    },
  );
});
