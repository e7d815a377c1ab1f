import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/world/simulate.ts';
import { troubledPlan } from './any-trouble.ts';
import { inconsistencies } from './conservation.ts';

// Asked for more by hand after changes to the model; what ran clean once runs clean always, seed and all.
const RUNS = Number(process.env['ANY_PLAN_RUNS'] ?? 1000);
const SEED = Number(process.env['ANY_PLAN_SEED'] ?? 20_261_122);
/** Other work on the same machine may slow it down severalfold. */
const PATIENCE_MS = 240_000;

describe('a run of any plan to which anything is done', () => {
  it(
    'ends every request once, closes its windows, adds up, and repeats itself',
    () => {
      fc.assert(
        fc.property(troubledPlan, fc.integer({ min: 0, max: 2 ** 32 }), (plan, seed) => {
          const options = { recordConnections: true, recordRequests: true };
          const result = simulate(plan, seed, options);
          expect(inconsistencies(plan, result)).toEqual([]);
          for (const { openNs } of result.windows) {
            expect(openNs).toBeGreaterThanOrEqual(0);
            expect(openNs).toBeLessThanOrEqual(plan.duration);
          }
          if (seed % 8 === 0) expect(simulate(plan, seed, options)).toEqual(result);
        }),
        { numRuns: RUNS, seed: SEED },
      );
    },
    PATIENCE_MS,
  );
});
