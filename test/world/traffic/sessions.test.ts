/** Sessions against product form and conservation. Comparisons with theory raise a false alarm for one seed in 1000. */
import { describe, expect, it } from 'vitest';
import type { Plan, SessionPolicy } from '../../../src/contract/plan.ts';
import { mmc } from '../../../src/stats/queueing/textbook.ts';
import { at, constant, exponential, ms, paced, plan, poisson, sec } from '../plans.ts';
import { record } from '../recorded.ts';
import { expectTheory, meanLatency, replicate } from '../replications.ts';

const session = (policy: Partial<SessionPolicy> = {}): SessionPolicy => ({
  requests: { kind: 'constant', value: 4 },
  think: exponential(ms(100)),
  onError: 'Continue',
  ...policy,
});

const shop = (policy: Partial<SessionPolicy>, options: Parameters<typeof plan>[0] = {}): Plan =>
  plan({
    warmUp: 20,
    duration: 400,
    ...options,
    client: { session: session(policy), arrival: poisson(15), ...options.client },
  });

describe('sessions', () => {
  it.each([
    ['of a fixed length', { requests: { kind: 'constant', value: 4 }, think: constant(ms(50)) }],
    ['of a geometric length', { requests: { kind: 'geometric', mean: 4 } }],
    [
      'of a uniform length',
      { requests: { kind: 'uniform', min: 2, max: 6 }, think: constant(ms(0)) },
    ],
  ] as const)('%s at M/M/1 are a Jackson network with feedback: product form', (_, policy) => {
    const results = replicate(shop(policy), { seed: 41, count: 8 });
    const theory = mmc({ arrivalRate: 60, serviceRate: 100, servers: 1 });
    expectTheory(results, ({ clients }) => clients[0]!.requests, {
      expected: 24_000,
      within: 0.05,
    });
    expectTheory(results, meanLatency, { expected: theory.meanSojourn * 1e9, within: 0.2 });
    for (const { sessions } of results) {
      const { begun, completed, failed, open } = sessions![0]!;
      expect(begun).toBe(completed + failed + open);
      expect(failed).toBe(0);
      expect(open).toBeLessThan(60);
    }
  });

  it('make their requests one after the other, from one client pod, with the pause between', () => {
    const made = plan({
      clientNodes: 3,
      service: exponential(ms(5)),
      duration: 10,
      client: { arrival: paced(0.5), session: session({ think: constant(ms(200)) }) },
    });
    const { requests, sessions } = record(made);
    expect(sessions).toEqual([{ client: 'web', begun: 4, completed: 4, failed: 0, open: 0 }]);
    expect(requests).toHaveLength(16);
    for (let i = 0; i < 16; i++) {
      const [before, now] = [requests[i - 1], requests[i]!];
      if (i % 4 === 0) {
        expect(now.issuedNs).toBe((i / 4 + 1) * 2e9);
      } else {
        expect(now.issuedNs).toBe(before!.issuedNs + before!.latencyNs + 200e6);
        expect(now.node).toBe(before!.node);
      }
    }
  });

  it('go on after an error or end with it, as onError says', () => {
    const of = (onError: 'Continue' | 'End') =>
      replicate(
        shop(
          { onError },
          { duration: 20, warmUp: 0, workload: { errorRate: 1, concurrency: 100 } },
        ),
        { seed: 1, count: 1 },
      )[0]!;
    const [goesOn, ends] = [of('Continue'), of('End')];
    expect(ends.clients[0]!.requests).toBe(ends.sessions![0]!.begun);
    expect(ends.sessions![0]!).toMatchObject({ completed: 0, failed: ends.sessions![0]!.begun });
    expect(goesOn.sessions![0]!.begun).toBe(ends.sessions![0]!.begun);
    expect(goesOn.sessions![0]!.completed).toBeGreaterThan(200);
    expect(goesOn.clients[0]!.requests).toBeGreaterThan(3 * ends.clients[0]!.requests);
  });

  it('end with the node of their client pod', () => {
    const made = plan({
      duration: 10,
      client: {
        arrival: {
          kind: 'steps',
          points: [
            { at: at(0), rate: 100 },
            { at: at(1), rate: 0 },
          ],
        },
        session: session({ requests: { kind: 'constant', value: 100 }, think: constant(ms(500)) }),
      },
      workload: { concurrency: 100 },
      timeline: [{ kind: 'nodeDown', at: at(3), node: 1, lasts: sec(2) }],
    });
    const { requests, sessions } = record(made);
    expect(requests.filter(({ issuedNs }) => issuedNs > 3e9)).toEqual([]);
    expect(sessions![0]!.failed).toBe(sessions![0]!.begun);
  });

  it('are as long, with users who think as long, however fast pods answer', () => {
    const lengths = (service: number): readonly number[] => {
      const made = plan({
        service: constant(ms(service)),
        workload: { concurrency: 1000 },
        duration: 30,
        client: {
          arrival: paced(1),
          session: session({ requests: { kind: 'geometric', mean: 3 }, think: constant(ms(10)) }),
        },
      });
      const counts = new Array<number>(29).fill(0);
      for (const { issuedNs } of record(made).requests) {
        const second = Math.floor(issuedNs / 1e9) - 1;
        if (second < 29) counts[second]!++;
      }
      return counts;
    };
    expect(lengths(1)).toEqual(lengths(20));
    expect(new Set(lengths(1)).size).toBeGreaterThan(3);
  });
});
