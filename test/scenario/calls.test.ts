/** Calls of pods: from how they are written to the plan, and what is refused. */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/contract/plan.ts';
import type { Loaded } from '../../src/scenario/load.ts';
import { load, problems, scenario, SHOP } from './memory-reader.ts';

/** A scenario in which the shop's pods make these calls. */
const withCalls = (calls: string, ...more: string[]): Loaded =>
  load(scenario('', SHOP), {}, { set: [`workloads[0].calls=${calls}`, ...more] });

function planOf(result: Loaded): Plan {
  if (!result.ok) throw new Error(problems(result).join('\n'));
  return result.scenario.base;
}

describe('calls of pods', () => {
  it('are clients of their own, with what is left out filled in', () => {
    const { clients, workloads } = planOf(
      withCalls('[{ target: service/shop, at: 50%, probability: 0.3, timeout: 1s }]'),
    );
    const call = clients.at(-1)!;
    expect(call).toMatchObject({ name: 'shop->shop', timeout: 1e9, deadline: null, retry: null });
    expect(workloads[call.origin!]!.name).toBe('deployment/shop');
    expect(workloads[call.origin!]!.calls).toEqual({
      whileCalling: 'Hold',
      steps: [
        {
          at: 0.5,
          parallel: [
            {
              client: clients.length - 1,
              probability: 0.3,
              times: 1,
              fanOut: 1,
              onError: 'Fail',
              propagateDeadline: true,
            },
          ],
        },
      ],
    });
  });

  it('are made in the order of their points, and of equals as written', () => {
    const { clients, workloads } = planOf(
      withCalls(
        '[{ target: service/shop, name: late, probability: 0.1 }, { target: service/shop, name: early, at: 10%, probability: 0.1 }, { at: 1, parallel: [{ target: service/shop, name: last, probability: 0.1 }] }]',
      ),
    );
    const steps = workloads.flatMap(({ calls }) => calls?.steps ?? []);
    expect(steps.map(({ parallel }) => clients[parallel[0]!.client]!.name)).toEqual([
      'shop->early',
      'shop->late',
      'shop->last',
    ]);
  });

  it.each([
    [
      '[{ target: service/shop }]',
      'calls go round without end: deployment/shop -> deployment/shop',
    ],
    ['[{ target: service/shop, probability: 0.5, fanOut: 2 }]', 'calls go round without end'],
    [
      '[{ target: service/shop, probability: 0.1, connection: { mode: KeepAlive, warmUp: 1 } }]',
      'calls[0].connection.warmUp: pods that call others open connections with their first calls',
    ],
    ['[{ at: 50% }]', 'a call has a target'],
    ['[{ parallel: [{ target: service/shop }], timeout: 1s }]', 'timeout belongs to a call'],
    ['[{ target: service/shopp }]', 'did you mean "shop"'],
    ['[{ target: service/shop, fanOut: 0 }]', 'fanOut'],
  ])('%s: %s', (calls, complaint) => {
    const result = withCalls(calls);
    expect(result.ok).toBe(false);
    expect(problems(result).join('\n')).toContain(complaint);
  });

  it('that come back to workers who wait for them are warned of', () => {
    const result = withCalls('[{ target: service/shop, probability: 0.5 }]');
    expect(result.ok).toBe(true);
    expect(problems(result).join('\n')).toContain('waits for calls that come back to it');
    const calls = '[{ target: service/shop, probability: 0.5 }]';
    const released = withCalls(calls, 'workloads[0].whileCalling=Release');
    expect(problems(released).join('\n')).not.toContain('come back');
  });
});
