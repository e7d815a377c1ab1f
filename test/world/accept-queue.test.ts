/** Connections that wait to be accepted by workers which keep theirs until it closes. */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/contract/plan.ts';
import { constant, conntrack, ms, paced, plan, sec, us } from './plans.ts';
import type { PlanOptions } from './plans.ts';
import { latencies, outcomes, part, record } from './recorded.ts';

/** Eight connects at once to one pod whose only worker is busy for 100 s with the first. */
const eight = (options: PlanOptions = {}): Plan =>
  plan({
    hop: us(50),
    service: constant(sec(100)),
    duration: 9e-9,
    ...options,
    workload: { backlog: 2, ...options.workload },
    client: { arrival: paced(1e9), connectTimeout: sec(2.5), ...options.client },
  });

describe('an accept queue', () => {
  it('takes backlog + 1 connections (recorded: backlog 2, three connect, the rest time out)', () => {
    const result = record(eight());
    // One with the worker, three in the queue.
    const ok = result.requests.filter(({ outcome }) => outcome === 'ok');
    expect(ok).toHaveLength(1 + 3);
    expect(ok.map((request) => part(request, 'connect'))).toEqual(new Array(4).fill(us(100)));
    expect(outcomes(result).filter((outcome) => outcome === 'connectTimeout')).toHaveLength(4);
    expect(latencies(result).filter((latency) => latency === sec(2.5))).toHaveLength(4);
  });

  it('serves them in the order in which they came', () => {
    const { requests } = record(eight());
    const served = requests.filter(({ outcome }) => outcome === 'ok');
    expect(served.map((request) => Math.round(part(request, 'queue') / 1e9))).toEqual([
      0, 100, 200, 300,
    ]);
  });

  it('lets a SYN in that is sent again when there is room', () => {
    const result = record(eight({ service: constant(ms(300)) }));
    expect(new Set(outcomes(result))).toEqual(new Set(['ok']));
    // Four connect at once; by the second SYN, after 1 s, three of them are done.
    const waits = result.requests.map((request) => Math.floor(part(request, 'connect') / 1e9));
    expect(waits).toEqual([0, 0, 0, 0, 1, 1, 1, 2]);
  });

  it('has no limit where connections are accepted at once', () => {
    const result = record(eight({ service: constant(ms(300)), workload: { backlog: null } }));
    expect(result.requests.map((request) => part(request, 'connect'))).toEqual(
      new Array(8).fill(us(100)),
    );
  });

  it('is empty when the process has died and is back', () => {
    const made = eight({
      duration: 3,
      lag: sec(1000),
      service: constant(ms(1)),
      workload: {
        crash: { every: constant(ms(700)), lasts: constant(ms(100)) },
        backlog: 0,
        serviceTime: constant(sec(0.4)),
      },
      client: { arrival: paced(4), connectTimeout: ms(100) },
    });
    const { requests } = record(made);
    const after = requests.filter(({ issuedNs }) => issuedNs > sec(0.8));
    expect(after.some(({ outcome }) => outcome === 'ok')).toBe(true);
  });
});

describe('O15: a node whose conntrack table is full', () => {
  // 1200 entries that stay for 120 s: 10 connections a second.
  const dropped = (rate: number): number => {
    const result = record(
      plan({
        duration: 600,
        hop: us(50),
        service: constant(ms(1)),
        workload: { concurrency: 100 },
        proxy: { conntrack: conntrack(1200, sec(120)) },
        client: { arrival: paced(rate), connectTimeout: ms(900) },
      }),
    );
    return outcomes(result).filter((outcome) => outcome === 'connectTimeout').length;
  };

  it('drops new connections at more than max / (lifetime + 120 s) a second, and none at less', () => {
    expect(dropped(9.8)).toBe(0);
    // 12 a second for 600 s, of which 10 find room, within the rounds of the table.
    expect(Math.abs(dropped(12) / 600 - 2)).toBeLessThan(0.2);
  });
});
