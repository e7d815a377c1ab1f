/** Calls that fail: what the pod answers, how retries multiply, and who hears of an end. */
import { describe, expect, it } from 'vitest';
import type { TimelineAction } from '../../../src/contract/plan.ts';
import { inconsistencies } from '../conservation.ts';
import { at, constant, keepAlive, ms, multiplexed, paced, retry, sec, us } from '../plans.ts';
import { record, type Recorded } from '../recorded.ts';
import { graph, type CallOf, type Station } from './graphs.ts';

const of = ({ requests }: Recorded, client: string) =>
  requests.filter((one) => one.client === client);

function run(stations: readonly Station[], options: Parameters<typeof graph>[1] = {}): Recorded {
  const plan = graph(stations, {
    hop: us(100),
    duration: 5.5,
    client: { arrival: paced(1) },
    ...options,
  });
  const result = record(plan);
  expect(inconsistencies(plan, result)).toEqual([]);
  return result;
}

const front = (calls: readonly CallOf[], rest: Partial<Station> = {}): Station => ({
  name: 'front',
  service: constant(ms(10)),
  calls,
  ...rest,
});
const back = (rest: Partial<Station> = {}): Station => ({
  name: 'back',
  service: constant(ms(20)),
  ...rest,
});

describe('a call that fails', () => {
  const failing = back({ workload: { errorRate: 1 } });

  it('makes the pod answer 502 at once, and make no other call', () => {
    const result = run([
      front([
        { to: 'back', at: 0.5 },
        { to: 'back', at: 0.8 },
      ]),
      failing,
    ]);
    for (const { outcome, latencyNs } of of(result, 'web')) {
      expect(outcome).toBe('502');
      expect(latencyNs).toBe(ms(5) + ms(20) + 8 * us(100));
    }
    expect(of(result, 'front->back+')).toHaveLength(0);
    expect(result.clients[0]!.failures).toMatchObject([{ cause: '502', reason: 'callFailed' }]);
  });

  it('makes it answer 504 where it took too long', () => {
    const result = run([front([{ to: 'back', client: { timeout: ms(5) } }]), back()]);
    for (const { outcome, latencyNs } of of(result, 'web')) {
      expect(outcome).toBe('504');
      expect(latencyNs).toBe(ms(10) + ms(5) + 4 * us(100));
    }
  });

  it('is of no matter where it is to be ignored', () => {
    const result = run([front([{ to: 'back', at: 0.5, onError: 'Ignore' }]), failing]);
    expect(of(result, 'web').map(({ outcome }) => outcome)).toEqual(Array(5).fill('ok'));
    expect(of(result, 'front->back').map(({ outcome }) => outcome)).toEqual(Array(5).fill('500'));
  });

  it('leaves those alone that were made at once with it', () => {
    const result = run([
      front([
        { to: 'back', at: 0.5 },
        { to: 'slow', together: true },
      ]),
      failing,
      { name: 'slow', service: constant(ms(100)) },
    ]);
    expect(of(result, 'web')[0]!.latencyNs).toBe(ms(25) + 8 * us(100));
    expect(of(result, 'front->slow').map(({ outcome }) => outcome)).toEqual(Array(5).fill('ok'));
  });
});

describe('retries', () => {
  it.each([1, 2])(
    'of %i at each of three hops become (1 + r)³ attempts where the last fails',
    (r) => {
      const policy = retry({ attempts: r, on: ['500', '502'] });
      const client = { retry: policy };
      const result = run(
        [
          { name: 'a', service: constant(ms(1)), calls: [{ to: 'b', client }] },
          { name: 'b', service: constant(ms(1)), calls: [{ to: 'c', client }] },
          { name: 'c', service: constant(ms(1)), workload: { errorRate: 1 } },
        ],
        { client: { arrival: paced(1), retry: policy } },
      );
      const attempts = (name: string) =>
        result.clients.find(({ client: c }) => c === name)!.attempts;
      expect(attempts('web')).toBe(5 * (1 + r));
      expect(attempts('a->b')).toBe(5 * (1 + r) ** 2);
      expect(attempts('b->c')).toBe(5 * (1 + r) ** 3);
    },
  );
});

describe('a client that walks away', () => {
  it('stops neither the work of the pod nor its calls', () => {
    const result = run([front([{ to: 'back' }]), back()], {
      client: { arrival: paced(1), timeout: ms(15) },
    });
    expect(result.clients[0]!.failures).toMatchObject([{ cause: 'timeout', reason: 'calls' }]);
    for (const request of of(result, 'front->back')) expect(request.outcome).toBe('ok');
    expect(of(result, 'front->back')).toHaveLength(5);
  });
});

describe('the end of a process that has called others', () => {
  const crash = (moment: number): readonly TimelineAction[] => [
    { at: at(moment), kind: 'crash', workload: 0, pod: null, lasts: sec(1) } as TimelineAction,
  ];
  const stations = (connection = keepAlive()): readonly Station[] => [
    front([{ to: 'back', client: { connection } }]),
    back({ service: constant(ms(500)) }),
  ];

  it.each([
    ['its own', keepAlive()],
    ['shared', multiplexed()],
  ])('ends its calls, and closes its connections: %s', (_, connection) => {
    const result = run(stations(connection), { duration: 1.5, timeline: crash(1.2) });
    expect(result.clients.map(({ client, failures }) => [client, failures])).toMatchObject([
      ['web', [{ cause: 'reset', reason: 'processEnded' }]],
      ['front->back', [{ cause: 'cancelled', reason: 'callerGone' }]],
    ]);
    const open = result.connections.filter(
      ({ client, closedNs }) => client === 'front->back' && closedNs === null,
    );
    expect(open).toEqual([]);
    const call = of(result, 'front->back')[0]!;
    expect(call.issuedNs + call.latencyNs).toBe(at(1.2));
  });

  it('is silent where its node dies: nobody answers its client', () => {
    const timeline = [{ at: at(1.2), kind: 'nodeDown', node: 0, lasts: sec(60) } as TimelineAction];
    const plan = graph(stations(), {
      hop: us(100),
      duration: 1.5,
      client: { arrival: paced(1), timeout: sec(1) },
      timeline,
    });
    const result = record(plan);
    expect(inconsistencies(plan, result)).toEqual([]);
    expect(result.clients.map(({ client, failures }) => [client, failures])).toMatchObject([
      ['web', [{ cause: 'timeout', reason: 'nodeDown' }]],
      ['front->back', [{ cause: 'nodeDown', reason: 'nodeDown' }]],
    ]);
  });
});
