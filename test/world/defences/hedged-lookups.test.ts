/** Tries of one request that wait for the same lookup: the first to learn of its failure may cancel the other. */
import { describe, expect, it } from 'vitest';
import { inconsistencies } from '../conservation.ts';
import { dnsPlan } from '../dns-plans.ts';
import { bursts, constant, hedged, ms, sec } from '../plans.ts';
import { outcomes, record } from '../recorded.ts';

/** CoreDNS answers too late. The answers that pods start with have expired when the requests come. */
const UNANSWERED = dnsPlan({
  duration: 60,
  coredns: { serviceTime: constant(sec(1)) },
  resolver: { cached: true, timeout: ms(100), attempts: 1 },
  client: { arrival: bursts([50], 3), hedge: hedged({ after: ms(20), nonFatal: [] }) },
});

describe('a lookup that fails for two tries of each of several requests', () => {
  it('ends each request once, with the lookup', () => {
    const result = record(UNANSWERED);
    expect(inconsistencies(UNANSWERED, result)).toEqual([]);
    expect(result.totals.dns).toMatchObject({ lookups: 1, failures: 1 });
    expect(outcomes(result)).toEqual(['dns', 'dns', 'dns']);
    expect(result.clients[0]).toMatchObject({ requests: 3, attempts: 6 });
    // They are due within a nanosecond, and wait for the resolver's one timeout.
    for (const { issuedNs, latencyNs } of result.requests) {
      expect(issuedNs + latencyNs).toBe(result.requests[0]!.issuedNs + ms(100));
    }
  });
});
