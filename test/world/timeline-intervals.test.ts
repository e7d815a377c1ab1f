import { expect, it } from 'vitest';
import { constant, ms, ns, paced, plan } from './plans.ts';
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
