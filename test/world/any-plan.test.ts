import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/world/simulate.ts';
import { anyPlanWithTraces } from './any-plan/traces.ts';
import { inconsistencies } from './conservation.ts';
import { madeTraces } from './made-traces.ts';

// Asked for more by hand after changes to the model; what ran clean once runs clean always, seed and all.
const RUNS = Number(process.env['ANY_PLAN_RUNS'] ?? 250);
const SEED = Number(process.env['ANY_PLAN_SEED'] ?? 20_261_122);
/** Other work on the same machine may slow it down severalfold. */
const PATIENCE_MS = 240_000;

describe('a run of any plan', () => {
  it(
    'ends without a broken invariant, adds up, and repeats itself',
    () => {
      fc.assert(
        fc.property(anyPlanWithTraces, fc.integer({ min: 0, max: 2 ** 32 }), (plan, seed) => {
          const options = { recordConnections: true, recordRequests: true, traces: madeTraces };
          const result = simulate(plan, seed, options);
          expect(inconsistencies(plan, result)).toEqual([]);
          expect(simulate(plan, seed, options)).toEqual(result);
        }),
        { numRuns: RUNS, seed: SEED },
      );
    },
    PATIENCE_MS,
  );
});
