/** Why a variant gives what it gives: where the time of slow requests went, and what makes the hottest pods hot. */
import type { VariantRuns } from '../study.ts';
import { hottestPods } from './registry.ts';
import type { HottestPod } from './registry.ts';
import { tailOf } from './tail.ts';
import type { Tail } from './tail.ts';

export interface Why {
  readonly tail: Tail | null;
  readonly hottest: readonly HottestPod[];
}

export const whyOf = (variant: VariantRuns): Why => ({
  tail: tailOf(variant),
  hottest: hottestPods(variant),
});
