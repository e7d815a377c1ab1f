/** What an application sees of failures behind its proxy, and what the proxy does about them. */
import { describe, expect, it } from 'vitest';
import type { Plan, TimelineAction } from '../../../src/contract/plan.ts';
import type { PlannedRouting } from '../../../src/contract/traffic/mesh.ts';
import { RETRY } from '../../../src/contract/result.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { inconsistencies } from '../conservation.ts';
import { at, constant, keepAlive, ms, paced, retry, sec, type PlanOptions } from '../plans.ts';
import { meshed, routing, sidecar } from './meshes.ts';

const by = (facts: Partial<PlannedRouting>, options: PlanOptions = {}): Plan =>
  meshed(
    sidecar({ routing: routing(facts) }),
    { kind: 'round_robin' },
    { connection: keepAlive({ pool: 1e6 }), ...options },
  );

const failuresOf = (made: Plan) => {
  const result = simulate(made, 1, { recordConnections: true, recordRequests: true });
  expect(inconsistencies(made, result)).toEqual([]);
  const { attempts, errors, failures, requests, succeeded } = result.clients[0]!;
  const reasons = failures.map(({ cause, reason }) => `${cause} ${reason}`);
  return { attempts, errors, reasons: [...new Set(reasons)], requests, succeeded, result };
};

/** backend-3 is deleted at 4 s by force, and proxies hear of it a second later. */
const gone: PlanOptions = {
  duration: 9,
  lag: ms(500),
  hop: ms(0),
  client: { arrival: paced(100) },
  network: { podGone: { answer: 'unreachable', after: ms(5) } },
  timeline: [
    { kind: 'deletePod', workload: 0, pod: 'backend-3', at: at(4) } satisfies TimelineAction,
  ],
};

describe('behind a proxy', () => {
  it('requests to a pod that is gone end with 503, for as long as the view is behind', () => {
    const { errors, reasons } = failuresOf(by({}, gone));
    expect(Object.keys(errors)).toEqual(['503']);
    expect(reasons).toContain('503 podGone');
    // A quarter of a second's requests.
    expect(errors['503']).toBeGreaterThan(20);
    expect(errors['503']).toBeLessThan(30);
  });

  it('they are tried again at other pods by the proxy, which the application hears nothing of', () => {
    const policy = retry({ attempts: 2, on: ['unreachable', 'refused'] });
    const { attempts, errors, requests, result } = failuresOf(by({ retry: policy }, gone));
    expect(errors).toEqual({});
    expect(attempts - requests).toBeGreaterThan(20);
    const tried = result.requests!.filter((request) => request.attempts > 1);
    // What was in vain took 5 ms, to nobody's use but to learn it.
    for (const { partsNs } of tried) expect(partsNs[RETRY]).toBe(5_000_000);
  });

  it('no endpoint is 503 at once, and is not tried again', () => {
    const { attempts, errors, reasons, requests } = failuresOf(
      by({ retry: retry({ attempts: 2, on: ['503'] }) }, { pods: 0 }),
    );
    expect(errors).toEqual({ '503': requests });
    expect(attempts).toBe(requests);
    expect(reasons).toEqual(['503 noHealthyEndpoints']);
  });

  it('requests beyond maxRequests are 503, as no more are under way at a time', () => {
    const bounds = { maxPendingRequests: null, maxRequests: 2, maxRetries: null };
    const { reasons, result, errors } = failuresOf(
      by({ circuitBreakers: bounds }, { service: constant(ms(100)), rate: 400 }),
    );
    expect(reasons).toEqual(['503 concurrencyLimit']);
    // Two at a time of 102 ms each, all the time.
    const { succeeded } = result.clients[0]!;
    expect(succeeded).toBeGreaterThan((10 * 2 * 0.9) / 0.102);
    expect(succeeded).toBeLessThan((10 * 2) / 0.102 + 2);
    expect(errors['503']).toBeGreaterThan(3000);
  });

  it('requests that the proxy waits too long for are 504, its retries included', () => {
    const { attempts, errors, requests, result } = failuresOf(
      by(
        { timeout: ms(50), retry: retry({ attempts: 2, on: ['503'] }) },
        { service: constant(sec(1)), client: { arrival: paced(20) } },
      ),
    );
    expect(errors).toEqual({ '504': requests });
    expect(attempts).toBe(requests);
    for (const { latencyNs } of result.requests!) expect(latencyNs).toBe(50_000_000);
  });

  it("the client's own patience goes on where the proxy has lost its own, and its retries count for themselves", () => {
    const { attempts, errors, requests } = failuresOf(
      by(
        { timeout: ms(50) },
        {
          service: constant(sec(1)),
          client: {
            arrival: paced(20),
            timeout: ms(80),
            retry: retry({ attempts: 1, on: ['504'] }),
          },
        },
      ),
    );
    expect(errors).toEqual({ '504': requests });
    expect(attempts).toBe(2 * requests);
  });
});
