/** The express lane finds what the event queue finds, to the last bit, or gives up. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/contract/plan.ts';
import { isQuiet } from '../../src/world/express/eligibility.ts';
import { simulate, startRun } from '../../src/world/simulate.ts';
import { anyPlan, anyQuietPlan } from './any-plan.ts';
import { ms, plan, sec } from './plans.ts';

// Asked for more by hand after changes to either way.
const RUNS = Number(process.env['EXPRESS_RUNS'] ?? 150);
const SEED = Number(process.env['EXPRESS_SEED'] ?? 20_261_122);

describe('the express lane', () => {
  it('finds what the event queue finds, the trajectory included, on quiet plans', () => {
    let taken = 0;
    fc.assert(
      fc.property(anyQuietPlan, fc.integer({ min: 0, max: 2 ** 32 }), (made, seed) => {
        expect(isQuiet(made, {})).toBe(true);
        const run = startRun(made, seed);
        while (!run.advance(10_000));
        if (run.isExpress) taken++;
        expect(run.result()).toEqual(simulate(made, seed, {}, 'by events'));
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expect(taken).toBeGreaterThan(RUNS / 2);
  });

  it('finds what the event queue finds on any plan, by going the same way where it cannot go its own', () => {
    fc.assert(
      fc.property(anyPlan, fc.integer({ min: 0, max: 2 ** 32 }), (made, seed) => {
        expect(simulate(made, seed)).toEqual(simulate(made, seed, {}, 'by events'));
      }),
      { numRuns: RUNS / 3, seed: SEED },
    );
  });
});
