/**
 * Open Jackson networks: workloads that call each other while their workers serve others are stations of a network
 * whose joint law is a product (J. R. Jackson, "Networks of waiting lines", Operations Research 5, 1957). Each station
 * is an M/M/c queue of the rate that the traffic equations say, and the mean sojourn follows by Little's law.
 *
 * With exponential services, and a call made when the pod's own work is done, the way back to the caller takes no time.
 */
import { describe, it } from 'vitest';
import type { RunResult } from '../../../src/contract/result.ts';
import { exponential, ms } from '../plans.ts';
import { expectTheory, meanLatency, replicate } from '../replications.ts';
import { FREE_NETWORK, graph } from './graphs.ts';

/** Mean sojourn of M/M/c, in seconds: Erlang's C by its recursion, over what is left of the capacity. */
function sojourn(lambda: number, mu: number, servers = 1): number {
  const load = lambda / mu;
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (load * blocked) / (n + load * blocked);
  const waits = blocked / (1 - (load / servers) * (1 - blocked));
  return waits / (servers * mu - lambda) + 1 / mu;
}

/** Requests at the only pod of a Service, own wait and work, without what they have called; a time average. */
const utilisation =
  (pod: string) =>
  ({ pods }: RunResult): number =>
    pods.find((one) => one.pod === pod)!.utilisation;

/** Mean wait for a worker at a pod, ns. */
const queueing =
  (pod: string) =>
  ({ pods }: RunResult): number =>
    pods.find((one) => one.pod === pod)!.queueNsMean;

const RUNS = { seed: 5, count: 12 };

describe('a tandem', () => {
  const lambda = 60;
  const plan = graph(
    [
      {
        name: 'a',
        service: exponential(ms(10)),
        calls: [{ to: 'b' }],
        whileCalling: 'Release',
      },
      { name: 'b', service: exponential(ms(20)), workload: { concurrency: 2 } },
    ],
    { ...FREE_NETWORK, rate: lambda, warmUp: 20, duration: 600 },
  );
  const runs = replicate(plan, RUNS);

  it('takes the sum of what its stations take', () => {
    const expected = (sojourn(lambda, 100) + sojourn(lambda, 50, 2)) * 1e9;
    expectTheory(runs, meanLatency, { expected, within: 0.04 });
  });

  it('has the load of M/M/1 and M/M/2 at its stations', () => {
    expectTheory(runs, utilisation('a-0'), { expected: 0.6, within: 0.02 });
    expectTheory(runs, utilisation('b-0'), { expected: 0.6, within: 0.02 });
    expectTheory(runs, queueing('a-0'), {
      expected: (sojourn(lambda, 100) - 0.01) * 1e9,
      within: 0.08,
    });
    expectTheory(runs, queueing('b-0'), {
      expected: (sojourn(lambda, 50, 2) - 0.02) * 1e9,
      within: 0.08,
    });
  });
});

describe('feedback', () => {
  it('multiplies the load, and is M/M/1 of that', () => {
    const lambda = 35;
    const back = 0.5;
    const plan = graph(
      [
        {
          name: 'loop',
          service: exponential(ms(10)),
          calls: [{ to: 'loop', probability: back }],
          whileCalling: 'Release',
        },
      ],
      { ...FREE_NETWORK, rate: lambda, warmUp: 20, duration: 600 },
    );
    const runs = replicate(plan, RUNS);
    const all = lambda / (1 - back);
    expectTheory(runs, utilisation('loop-0'), { expected: all / 100, within: 0.02 });
    // Each visit takes as long as one of M/M/1 does on average, and there are 1/(1 - p) of them.
    expectTheory(runs, meanLatency, {
      expected: (sojourn(all, 100) / (1 - back)) * 1e9,
      within: 0.06,
    });
  });
});

describe('a worker that is held', () => {
  it('is busy for its own work and for what it has called', () => {
    const plan = graph(
      [
        { name: 'a', service: exponential(ms(5)), calls: [{ to: 'b' }] },
        { name: 'b', service: exponential(ms(5)), workload: { concurrency: 1 } },
      ],
      { ...FREE_NETWORK, rate: 50, warmUp: 10, duration: 300 },
    );
    const runs = replicate(plan, RUNS);
    // One worker lets one request through at a time, so that nobody waits at b.
    expectTheory(runs, utilisation('a-0'), { expected: 0.5, within: 0.03 });
    expectTheory(runs, utilisation('b-0'), { expected: 0.25, within: 0.03 });
  });
});
