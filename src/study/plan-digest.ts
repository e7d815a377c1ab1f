/** A digest of everything that decides what a run does: equal plans and seeds give equal runs. */
import { Digest } from '../base/digest.ts';
import type { Plan } from '../contract/plan.ts';
import type { PlannedTrace } from '../contract/traffic/trace.ts';

/** Where a trace is read from decides nothing: its own digest says what is in it. */
const SOURCE: keyof PlannedTrace = 'source';

/**
 * Hexadecimal. What a plan says about itself, how often it is to be run, and what is expected of it is no part
 * of a run.
 */
export function planDigest(plan: Plan): string {
  const digest = new Digest();
  digest.mixText(
    JSON.stringify(
      {
        ...plan,
        scenario: undefined,
        question: undefined,
        variant: undefined,
        seed: undefined,
        replications: undefined,
        thresholds: undefined,
      },
      (key, value: unknown) => (key === SOURCE ? undefined : value),
    ),
  );
  return digest.hex();
}
