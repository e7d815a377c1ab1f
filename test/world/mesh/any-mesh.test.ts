import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../src/world/simulate.ts';
import { troubledPlan } from '../any-trouble.ts';
import { inconsistencies } from '../conservation.ts';
import { wrongTraces } from '../trace/wrong-traces.ts';
import { anyMesh, withMeshes } from './any-mesh.ts';

// Asked for more by hand after changes to the model; what ran clean once runs clean always, seed and all.
const RUNS = Number(process.env['ANY_PLAN_RUNS'] ?? 150);
const SEED = Number(process.env['ANY_PLAN_SEED'] ?? 20_261_123);

describe('a run of any plan behind proxies, to which anything is done', () => {
  it('ends every request once, adds up, repeats itself, and is the same when it is traced', () => {
    fc.assert(
      fc.property(
        troubledPlan,
        anyMesh,
        fc.integer({ min: 0, max: 2 ** 32 }),
        (made, mesh, seed) => {
          const plan = withMeshes(made, [mesh]);
          const options = { recordConnections: true, recordRequests: true };
          const result = simulate(plan, seed, options);
          expect(inconsistencies(plan, result)).toEqual([]);
          // Of tries side by side only one is traced, and proxies try again within each.
          if (plan.clients.some(({ hedge }) => hedge !== null)) return;
          const all = Array.from({ length: result.totals.issued }, (_, request) => request);
          const traced = simulate(plan, seed, { ...options, trace: all });
          expect(wrongTraces(traced)).toEqual([]);
          expect(traced.fingerprint).toEqual(result.fingerprint);
          expect(traced.requests).toEqual(result.requests);
        },
      ),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
  }, 240_000);
});
