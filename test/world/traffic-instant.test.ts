/** Where nothing has a delay, an answer arrives within the call that asked for it. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/world/simulate.ts';
import { bursts, constant, keepAlive, ms, multiplexed, plan, sec } from './plans.ts';

/** A pod that is busy for a second and takes one request at a time, and nobody in its queue. */
const busyPod = { service: constant(sec(1)), workload: { queueLimit: 0 } };

describe('answers without delay', () => {
  it('pass thousands that wait for a kept connection on, one by one, without nesting calls', () => {
    // The first request occupies the pod and times out; all others then meet its full queue, over one connection.
    const result = simulate(
      plan({
        ...busyPod,
        duration: 2,
        client: { arrival: bursts([0.1], 20_000), connection: keepAlive(), timeout: ms(500) },
      }),
      1,
    );
    const [client] = result.clients;
    expect(client!.requests).toBeGreaterThan(19_000);
    expect(client!.errors).toEqual({ timeout: 1, '503': client!.requests - 1 });
    expect(result.totals.connectionsOpened).toBe(2);
  });

  it('may answer a multiplexed request before its connection is counted as idle', () => {
    const result = simulate(
      plan({
        ...busyPod,
        duration: 3,
        clientNodes: 2,
        client: {
          arrival: bursts([0.5, 0.7, 0.9], 2),
          connection: multiplexed({ idleTimeout: ms(100), maxRequests: 2 }),
        },
      }),
      1,
    );
    const [client] = result.clients;
    expect(client!.errors['503']).toBeGreaterThan(0);
    expect(client!.unfinished).toBe(0);
    expect(result.totals.connectionsOpen).toBe(0);
    expect(result.totals.connectionsClosed).toBeGreaterThan(1);
  });
});
