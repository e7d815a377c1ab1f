/** Source ports as clients run out of them. */
import { describe, expect, it } from 'vitest';
import type { PlannedClient } from '../../src/contract/plan.ts';
import { PORT_FIRST, PORT_LAST, PORT_TIME_WAIT } from '../../src/scenario/traffic-defaults.ts';
import { at, constant, keepAlive, ms, multiplexed, paced, plan, sec, us } from './plans.ts';
import type { PlanOptions } from './plans.ts';
import { outcomes, record } from './recorded.ts';
import type { Recorded } from './recorded.ts';

const quick: PlanOptions = {
  hop: us(50),
  service: constant(us(100)),
  workload: { concurrency: 1000 },
};
const hundred: PlannedClient['ports'] = { first: 40_001, last: 40_100, timeWait: sec(60) };

const failures = ({ requests }: Recorded, client: string): number =>
  requests.filter((one) => one.client === client && one.outcome === 'noPorts').length;

describe('O16: a client pod that opens a connection for every request', () => {
  const ports = { first: PORT_FIRST, last: PORT_LAST, timeWait: PORT_TIME_WAIT };
  const failed = (rate: number, duration: number): number =>
    outcomes(record(plan({ ...quick, duration, client: { arrival: paced(rate), ports } }))).filter(
      (outcome) => outcome === 'noPorts',
    ).length;

  it('sustains 28,232 / 60 s, about 470, a second to one destination', () => {
    expect(failed(470, 130)).toBe(0);
  });

  it('gets EADDRNOTAVAIL at 500 a second, from the 28,233rd connection on', () => {
    expect(failed(500, 28_232 / 500)).toBe(0);
    // Until the first comes free, 3.5 s later.
    expect(failed(500, 60)).toBeGreaterThan(1700);
  });
});

describe('a range of 100 ports (recorded: the next connect() fails, ports are usable again after 61 s)', () => {
  // 100 connections that are kept, and one more.
  const kept = { connection: multiplexed({ pool: 100 }), ports: hundred };

  it('holds 100 connections to one destination, and one to another does not mind', () => {
    const made = plan({
      ...quick,
      duration: 3,
      clients: [
        { ...kept, name: 'kept', arrival: paced(100) },
        {
          name: 'same',
          arrival: {
            kind: 'steps',
            points: [
              { at: at(0), rate: 0 },
              { at: at(2), rate: 20 },
            ],
          },
          ports: hundred,
        },
        {
          name: 'other',
          arrival: {
            kind: 'steps',
            points: [
              { at: at(0), rate: 0 },
              { at: at(2), rate: 20 },
            ],
          },
          ports: hundred,
          target: { kind: 'servicePort', service: 0, port: 1 },
        },
      ],
      workload: { ...quick.workload, memberships: [{ service: 0, targetPorts: [8080, 8081] }] },
    });
    const [service] = made.services;
    const second = { ...service!.ports[0]!, name: 'second', port: 81 };
    const result = record({
      ...made,
      services: [{ ...service!, ports: [{ ...service!.ports[0]!, name: 'first' }, second] }],
    });
    // The first request comes after 10 ms, the hundredth after 1 s.
    expect(failures(result, 'kept')).toBe(0);
    const same = result.requests.filter(({ client }) => client === 'same');
    expect(failures(result, 'same')).toBe(same.length);
    expect(same.length).toBeGreaterThan(5);
    expect(failures(result, 'other')).toBe(0);
  });

  it('is free again 60 s after the client has closed', () => {
    const result = record(
      plan({ ...quick, duration: 70, client: { arrival: paced(100), ports: hundred } }),
    );
    const ok = result.requests.filter(({ outcome }) => outcome === 'ok');
    // The first 100, due up to 1 s; and again from 60 s after the first was closed.
    expect(ok[99]!.issuedNs).toBe(sec(1));
    expect(ok[100]!.issuedNs / 1e9).toBeGreaterThan(60);
    expect(ok[100]!.issuedNs / 1e9).toBeLessThan(61.2);
  });

  it('is free at once where the pod has closed, or refused', () => {
    const refused = record(
      plan({ ...quick, pods: 0, duration: 10, client: { arrival: paced(100), ports: hundred } }),
    );
    expect(new Set(outcomes(refused))).toEqual(new Set(['refused']));
    const closed = record(
      plan({
        ...quick,
        duration: 60,
        lag: sec(1000),
        workload: {
          ...quick.workload,
          crash: { every: constant(ms(95)), lasts: constant(ms(1)) },
        },
        client: { arrival: paced(10), connection: keepAlive(), ports: hundred },
      }),
    );
    expect(failures(closed, 'web')).toBe(0);
    expect(closed.connections.length).toBeGreaterThan(400);
  });

  it('is what all clients in one pod have together, as in one network namespace', () => {
    const of = (ip: string) => ({
      replicas: [{ ip, node: 1 }],
      ports: hundred,
      arrival: paced(60),
    });
    const failedOf = (first: string, second: string): number =>
      record(
        plan({
          ...quick,
          duration: 1,
          clients: [
            { name: 'a', ...of(first) },
            { name: 'b', ...of(second) },
          ],
        }),
      ).requests.filter(({ outcome }) => outcome === 'noPorts').length;
    expect(failedOf('10.244.9.1', '10.244.9.2')).toBe(0);
    expect(failedOf('10.244.9.1', '10.244.9.1')).toBe(2 * 59 - 100);
  });
});

describe('a fixed port', () => {
  it('is one connection at a time, and rests after each that the client closed', () => {
    const ports = { first: 5353, last: 5353, timeWait: sec(60) };
    const result = record(plan({ ...quick, duration: 130, client: { arrival: paced(1), ports } }));
    const ok = result.requests.filter(({ outcome }) => outcome === 'ok');
    expect(ok.map(({ issuedNs }) => issuedNs / 1e9)).toEqual([1, 62, 123]);
  });
});
