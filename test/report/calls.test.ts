/** What a summary says of calls: how retries multiply, and how much of the callers' time they are. */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/contract/plan.ts';
import { callLines } from '../../src/report/text/calls.ts';
import { PLAIN } from '../../src/report/text/style.ts';
import { simulate } from '../../src/world/simulate.ts';
import { graph } from '../world/calls/graphs.ts';
import { RunMetrics } from '../../src/study/figures/metrics.ts';
import { overall } from '../../src/study/figures/query.ts';
import { at, constant, ms, paced, plan, retry } from '../world/plans.ts';

const lines = (of: Plan): readonly string[] =>
  callLines({ plan: of, runs: [simulate(of, 1)] }, PLAIN);

const chain = (errorRate: number): Plan => {
  const client = { retry: retry({ attempts: 2, on: ['500', '502'] }) };
  return graph(
    [
      { name: 'a', service: constant(ms(5)), calls: [{ to: 'b', client }] },
      { name: 'b', service: constant(ms(1)), calls: [{ to: 'c', client }] },
      { name: 'c', service: constant(ms(4)), workload: { errorRate } },
    ],
    { duration: 5.5, client: { arrival: paced(2) } },
  );
};

describe('calls in a summary', () => {
  it('begin with the call whose retries multiply most', () => {
    const text = lines(chain(1)).join('\n');
    expect(text).toContain('Each request of web becomes 9 attempts at b->c: 3 requests');
  });

  it('name the window in which they multiply, beside what they do over the whole run', () => {
    // Nine requests without trouble, and one that finds the last pod slow: it times out three times three times.
    const client = {
      timeout: ms(100),
      retry: retry({ attempts: 2, on: ['timeout', '504'] }),
    };
    const base = graph(
      [
        {
          name: 'a',
          service: constant(ms(5)),
          calls: [{ to: 'b', client: { ...client, timeout: null } }],
        },
        { name: 'b', service: constant(ms(1)), calls: [{ to: 'c', client }] },
        { name: 'c', service: constant(ms(4)), workload: { concurrency: 100 } },
      ],
      {
        duration: 10.4,
        client: { arrival: paced(1) },
        timeline: [
          {
            kind: 'slowPod',
            workload: 2,
            pod: null,
            factor: 100,
            lasts: ms(1400),
            at: at(8.5),
            window: 1,
          },
        ],
      },
    );
    const slow: Plan = {
      ...base,
      windows: [...base.windows, { name: 'slow', from: null, to: null }],
    };
    const [sentence] = lines(slow);
    expect(sentence).toContain('Each request of web becomes 9 attempts at b->c during slow');
    const values = new RunMetrics(simulate(slow, 1));
    const perRequest = (window: string, name: string | null): number | null =>
      values.value({ ...overall('calls.perRequest'), window, client: name });
    expect(perRequest('slow', 'b->c')).toBe(9);
    expect(perRequest('slow', 'a->b')).toBe(3);
    expect(perRequest('slow', null)).toBe(12);
    expect(perRequest('all', 'b->c')).toBe((9 + 9) / 10);
    expect(perRequest('all', 'web')).toBeNull();
  });

  it('or else with the call that takes most of the time', () => {
    const [sentence, , first] = lines(chain(0));
    expect(sentence).toBe(
      'Of the calls that web waits for, a->b takes most: 5ms a request, 50.0% of the latency.',
    );
    expect(first).toMatch(/^a->b +1 +1 +5ms/);
  });

  it('are not mentioned where nobody makes any', () => {
    expect(lines(plan())).toEqual([]);
  });
});
