import { expect, it } from 'vitest';
import { constant, keepAlive, ms, ns, paced, plan, sec } from './plans.ts';
import { part, record } from './recorded.ts';

it('a process that is back at once resets what was on its way to the one before', () => {
  // Requests take 50 ms to the pod, one every 10 ms: at each crash (once a second) five are on their way, or
  // four where one arrives at that very instant. The sixth crash would be at the end.
  const result = record(
    plan({
      hop: ms(50),
      service: constant(ns(0)),
      duration: 6,
      workload: { crash: { every: constant(sec(1)), lasts: constant(ns(1)) } },
      client: { arrival: paced(100), connection: keepAlive({ pool: 30 }) },
    }),
  );
  const sent = result.requests.map((request) => ({
    at: request.issuedNs + part(request, 'pool') + part(request, 'connect'),
    outcome: request.outcome,
  }));
  for (let crash = 1; crash <= 5; crash++) {
    const died = crash * (1e9 + 1) - 1;
    const onTheirWay = sent.filter(({ at }) => at < died && died < at + 50e6);
    expect(onTheirWay.length).toBeGreaterThanOrEqual(4);
    for (const { outcome } of onTheirWay) expect(outcome).toBe('reset');
  }
});
