/** One fingerprint for a whole study: of the fingerprints of its runs, in order. */
import { Digest } from '../base/digest.ts';
import type { Study } from './study.ts';

/** Hexadecimal; equal for equal plans, seeds and model versions, whatever did the work. */
export function studyFingerprint(study: Study): string {
  const digest = new Digest();
  for (const { plan, runs } of study.variants) {
    digest.mixText(plan.variant);
    for (const run of runs) {
      digest.mix(run.replication);
      digest.mixText(run.fingerprint.trajectory);
      digest.mixText(run.fingerprint.result);
    }
  }
  return digest.hex();
}
