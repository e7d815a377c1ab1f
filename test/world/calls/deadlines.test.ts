/** Deadlines: of all attempts of a request, handed on to the calls that are made for it, and heeded by pods. */
import { describe, expect, it } from 'vitest';
import { RETRY } from '../../../src/contract/result.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { inconsistencies } from '../conservation.ts';
import { constant, ms, paced, plan as simple, retry, us } from '../plans.ts';
import { record, type Recorded } from '../recorded.ts';
import { graph, type CallOf } from './graphs.ts';
import { wrongTraces } from '../trace/wrong-traces.ts';

const of = ({ requests }: Recorded, client: string) =>
  requests.filter((one) => one.client === client);

const run = (call: Partial<CallOf>, deadline: number | null, service = ms(50)): Recorded => {
  const plan = graph(
    [
      { name: 'front', service: constant(ms(10)), calls: [{ to: 'back', at: 0.5, ...call }] },
      { name: 'back', service: constant(service), workload: { concurrency: 4 } },
    ],
    { hop: us(100), duration: 3.5, client: { arrival: paced(1), deadline: deadline as never } },
  );
  const result = record(plan);
  expect(inconsistencies(plan, result)).toEqual([]);
  return result;
};

describe('the deadline of a request', () => {
  /** Requests whose tries end after 5 ms each, 8 ms apart, at a pod that takes 10 ms. */
  const triedAgain = (deadline: ReturnType<typeof ms>): Recorded => {
    const policy = retry({
      attempts: 9,
      backoff: { base: ms(8), factor: 1, max: null, jitter: 'None' },
    });
    const plan = simple({
      service: constant(ms(10)),
      duration: 3.5,
      client: { arrival: paced(1), timeout: ms(5), deadline, retry: policy },
    });
    const result = record(plan);
    expect(inconsistencies(plan, result)).toEqual([]);
    return result;
  };

  it('is over all attempts and what lies between them', () => {
    // Tries from 0, 13 and 26 ms on: the third has 4 ms.
    for (const { attempts, latencyNs, outcome } of triedAgain(ms(30)).requests) {
      expect([attempts, latencyNs, outcome]).toEqual([3, ms(30), 'deadlineExceeded']);
    }
  });

  it('may be over before another attempt begins', () => {
    for (const { attempts, latencyNs, outcome } of triedAgain(ms(20)).requests) {
      expect([attempts, latencyNs, outcome]).toEqual([2, ms(20), 'deadlineExceeded']);
    }
  });

  it.each([
    { where: 'in the last attempt', backoff: ms(3), deadline: ms(12), retryNs: ms(8), tries: 2 },
    {
      where: 'in the back-off after it',
      backoff: ms(8),
      deadline: ms(20),
      retryNs: ms(15),
      tries: 3,
    },
  ])('leaves that its own time where it ends $where', ({ backoff, deadline, retryNs, tries }) => {
    const plan = simple({
      service: constant(ms(10)),
      duration: 1.5,
      client: {
        arrival: paced(1),
        timeout: ms(5),
        deadline,
        retry: retry({
          attempts: 9,
          on: ['timeout', 'deadlineExceeded'],
          backoff: { base: backoff, factor: 1, max: null, jitter: 'None' },
        }),
      },
    });
    const result = simulate(plan, 1, { recordRequests: true, trace: [0] });
    expect(wrongTraces(result)).toEqual([]);
    const { attempts, latencyNs, outcome, partsNs } = result.requests![0]!;
    expect([attempts, latencyNs, outcome]).toEqual([2, deadline, 'deadlineExceeded']);
    expect(partsNs[RETRY]).toBe(retryNs);
    // Nobody tries again whose time is over.
    const begun = result.traces![0]!.events.filter(({ what }) => what === 'retries');
    expect(begun).toHaveLength(tries - 1);
  });

  it('goes on with the calls that are made for it, which end with it', () => {
    const result = run({}, ms(30));
    for (const [i, { outcome, latencyNs, issuedNs }] of of(result, 'web').entries()) {
      expect([outcome, latencyNs]).toEqual(['deadlineExceeded', ms(30)]);
      const call = of(result, 'front->back')[i]!;
      expect(call.outcome).toBe('deadlineExceeded');
      expect(call.issuedNs + call.latencyNs).toBe(issuedNs + ms(30));
    }
  });

  it('stays with the request where a call is told nothing of it', () => {
    const result = run({ propagateDeadline: false }, ms(30));
    for (const { outcome } of of(result, 'web')) expect(outcome).toBe('deadlineExceeded');
    for (const { outcome } of of(result, 'front->back')) expect(outcome).toBe('ok');
  });

  it('is that of a call where that is sooner', () => {
    const result = run({ client: { deadline: ms(10) } }, ms(30));
    for (const { outcome, latencyNs } of of(result, 'web')) {
      expect([outcome, latencyNs]).toEqual(['504', ms(5) + ms(10) + 4 * us(100)]);
    }
  });

  it('changes nothing where it is never over', () => {
    const patient = run({}, ms(500));
    const endless = run({}, null);
    expect(patient.requests).toEqual(endless.requests);
  });
});

describe('a pod', () => {
  it('drops requests whose deadline is over when their turn comes', () => {
    // Ten times what it can do; without deadlines it would serve each of them.
    const overloaded = (deadline: number | null) =>
      simple({
        service: constant(ms(100)),
        duration: 5,
        client: { arrival: paced(100), deadline: deadline as never },
      });
    const plan = overloaded(ms(250));
    const result = record(plan);
    expect(inconsistencies(plan, result)).toEqual([]);
    const served = (of: Recorded) => of.pods[0]!.latency.count;
    // It works for those only that have time left as they begin.
    expect(served(result)).toBeLessThan(60);
    expect(served(record(overloaded(null)))).toBe(499);
    const ok = result.requests.filter(({ outcome }) => outcome === 'ok');
    expect(ok.length).toBeGreaterThan(0);
    expect(Math.max(...result.requests.map(({ latencyNs }) => latencyNs))).toBe(ms(250));
  });
});
