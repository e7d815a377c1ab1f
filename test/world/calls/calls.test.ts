/** Pods that call other Services: what the books say of a request and of its calls, to the nanosecond. */
import { describe, expect, it } from 'vitest';
import type { Recorded } from '../recorded.ts';
import { part, record } from '../recorded.ts';
import { inconsistencies } from '../conservation.ts';
import { constant, ms, paced, us } from '../plans.ts';
import { graph } from './graphs.ts';

const of = (run: Recorded, client: string) => run.requests.filter((one) => one.client === client);

describe('one call after half the own work', () => {
  const plan = graph(
    [
      { name: 'front', service: constant(ms(10)), calls: [{ to: 'back', at: 0.5 }] },
      { name: 'back', service: constant(ms(4)) },
    ],
    { hop: us(100), duration: 2.5, client: { arrival: paced(1) } },
  );
  const run = record(plan);

  it('takes service, calls and the network, and nothing else', () => {
    const [first, second] = of(run, 'web');
    for (const request of [first!, second!]) {
      expect(part(request, 'service')).toBe(ms(10));
      // A handshake, the request and its answer: a round trip each, and the service of the callee.
      expect(part(request, 'calls')).toBe(ms(4) + 4 * us(100));
      expect(request.latencyNs).toBe(ms(14) + 8 * us(100));
      expect(request.outcome).toBe('ok');
    }
  });

  it('is a request of its own, from the pod to the Service that it calls', () => {
    const calls = of(run, 'front->back');
    expect(calls).toHaveLength(2);
    for (const call of calls) {
      expect(call.pod).toBe('back-0');
      expect(call.node).toBe('worker-0');
      expect(call.latencyNs).toBe(ms(4) + 4 * us(100));
    }
    // Half the own work, after a handshake and a crossing.
    expect(calls[0]!.issuedNs - of(run, 'web')[0]!.issuedNs).toBe(ms(5) + 3 * us(100));
  });

  it('adds up, and is no part of the figures over all clients', () => {
    expect(inconsistencies(plan, run)).toEqual([]);
    expect(run.totals.littleLambda).toBeCloseTo(2 / 2.5);
    expect(run.timeline.reduce((sum, { requests }) => sum + requests, 0)).toBe(2);
    expect(run.percentiles[0]!.count).toBe(1);
    expect(run.clients.map(({ client, calledBy }) => [client, calledBy])).toEqual([
      ['web', undefined],
      ['front->back', 'deployment/front'],
    ]);
  });
});
