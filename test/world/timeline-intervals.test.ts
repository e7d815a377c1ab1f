import { expect, it } from 'vitest';
import { simulate } from '../../src/world/simulate.ts';
import { cluster, nodeDown } from './faults/clusters.ts';
import { constant, ms, ns, paced, plan, sec } from './plans.ts';
import { record } from './recorded.ts';

it('a request due where an interval of the timeline begins counts in that interval', () => {
  // 1/7 ms is no binary fraction: multiples of it fall short of whole numbers.
  for (const interval of [ms(7), ms(10), ns(49e6)]) {
    const result = record({
      ...plan({
        service: constant(ns(0)),
        duration: 7,
        client: { arrival: paced(1000) },
      }),
      interval,
    });
    const counts = result.timeline.map(() => 0);
    for (const { issuedNs } of result.requests)
      counts[(issuedNs - (issuedNs % interval)) / interval]!++;
    expect(result.timeline.map(({ requests }) => requests)).toEqual(counts);
  }
});

it('intervals count all requests that the measurement counts, those that never end among the errors', () => {
  // A client without timeouts waits for a dead node for ever.
  const dead = cluster({
    podNodes: [0],
    service: constant(sec(1)),
    client: { arrival: paced(10) },
    duration: 20,
    timeline: [nodeDown(0, 5)],
  });
  const { clients, timeline } = simulate(dead, 1);
  const all = clients.find(({ window }) => window === 'all')!;
  expect(all.unfinished).toBeGreaterThan(0);
  const requests = timeline.reduce((sum, interval) => sum + interval.requests, 0);
  const errors = timeline.reduce((sum, interval) => sum + interval.errors, 0);
  expect(requests).toBe(all.requests);
  expect(errors).toBe(all.requests - all.succeeded);
});
