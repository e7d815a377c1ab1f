/**
 * Nodes go on to the present when somebody meets their rules. Everything that is then found, by flows and in figures, is
 * what it would be if each had gone on at every moment at which a change arrived, a sync began or one ended.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/contract/result.ts';
import { simulate } from '../../src/world/simulate.ts';
import { anyPlan } from './any-plan/any-plan.ts';
import { simulateEagerly } from './eagerly.ts';

/** All but what says of events how many there were and which. */
const found = (result: RunResult): unknown => ({
  ...result,
  fingerprint: null,
  totals: { ...result.totals, events: 0 },
});

describe('a node that goes on when it is asked', () => {
  it('has come to the same as one that goes on all the time', () => {
    const options = { recordConnections: true, recordRequests: true };
    fc.assert(
      fc.property(anyPlan, fc.integer({ min: 0, max: 2 ** 32 }), (plan, seed) => {
        const result = simulate(plan, seed, options, 'by events');
        expect(found(result)).toEqual(found(simulateEagerly(plan, seed, options)));
      }),
      { numRuns: 150, seed: 20_261_122 },
    );
  });
});
