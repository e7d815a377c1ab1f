/** How connections end, as the conntrack table of their node sees it: by how long their entries stay. */
import { describe, expect, it } from 'vitest';
import type { PlannedClient, PlannedWorkload } from '../../src/contract/plan.ts';
import { at, conntrack, constant, keepAlive, ms, ns, paced, plan, sec, us } from './plans.ts';
import type { PlanOptions } from './plans.ts';
import { record } from './recorded.ts';

/** A connect every second, the first after one; those that find the table full give up before the next. */
const probe: Partial<PlannedClient> = {
  name: 'probe',
  arrival: paced(1),
  connectTimeout: ms(500),
};

/**
 * In a table of one entry: how long (s) after the first connection closed the next was let in. What a
 * `kept` client does comes before the first probe.
 */
function stays(options: PlanOptions, kept: Partial<PlannedClient> | null = null): number {
  const { connections } = record(
    plan({
      duration: 130,
      hop: us(50),
      lag: sec(1000),
      service: constant(ms(1)),
      proxy: { conntrack: conntrack(1, sec(120)) },
      ...options,
      clients: [{ ...probe, ...options.client }, ...(kept === null ? [] : [kept])],
    }),
  );
  const [first, next] = connections
    .filter(({ verdict }) => verdict === 'forwarded')
    .sort((a, b) => a.openedNs - b.openedNs);
  return (next!.openedNs - first!.closedNs!) / 1e9;
}

/** The timeout, and by how much the probes and the rounds of the table may be late: 1 s, and 1/128. */
function expectTimeout(seen: number, timeout: number): void {
  expect(seen).toBeGreaterThanOrEqual(timeout);
  expect(seen).toBeLessThan(timeout * (1 + 1 / 128) + 1);
}

/** The process dies after so many seconds, and so many after it is back. */
const dies = (after: number, back: number = 0.1): Partial<PlannedWorkload> => ({
  crash: { every: constant(sec(after)), lasts: constant(sec(back)) },
});

describe('the entry of a connection stays', () => {
  it('for 120 s after both sides have closed', () => {
    expectTimeout(stays({}), 120);
  });

  it('for 120 s where the pod closed first', () => {
    const kept: Partial<PlannedClient> = {
      name: 'kept',
      connection: keepAlive(),
      arrival: {
        kind: 'steps',
        points: [
          { at: at(0), rate: 50 },
          { at: at(0.9), rate: 0 },
        ],
      },
    };
    // The pod dies with the connection idle, and is back before anybody calls.
    expectTimeout(stays({ workload: dies(0.95, 0.001) }, kept), 120);
  });

  it('for 10 s after a reset', () => {
    expectTimeout(stays({ service: constant(sec(2)), workload: dies(1.7) }), 10);
  });

  it('for 10 s where the client has given up before the answer, which meets a RST', () => {
    expectTimeout(stays({ service: constant(sec(1)), client: { timeout: ms(600) } }), 10);
  });

  it('for 120 s where nobody has ever answered', () => {
    const options: PlanOptions = {
      network: { podGone: { answer: 'none', after: ns(0) } },
      workload: { controller: { kind: 'None' } },
      timeline: [{ kind: 'deletePod', at: at(0), workload: 0, pod: 'backend-0' }],
    };
    expectTimeout(stays(options), 120);
  });

  it('not at all where the pod refused', () => {
    expectTimeout(stays({ workload: dies(0.5, 1000) }), 0);
  });
});
