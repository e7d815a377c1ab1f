/** What a scenario has in store, before anything is simulated: load, queueing theory, behaviours. */
import type { Plan } from '../../contract/plan.ts';
import { behavioursOf } from './behaviours/registry.ts';
import { inMode } from './behaviours/behaviour.ts';
import type { Behaviour } from './behaviours/behaviour.ts';
import { phasesOf } from './phases.ts';
import type { Phase } from './phases.ts';
import { planDifferences } from './plan-differences.ts';
import type { PlanDifference } from './plan-differences.ts';
import { loadOf } from './pod-load.ts';
import { podOutlooks } from './pod-outlook.ts';
import type { PodOutlook } from './pod-outlook.ts';

export interface PhaseOutlook extends Phase {
  /** Requests per second that no pod takes. */
  readonly unserved: number;
  /** By workload. */
  readonly workloads: readonly PodOutlook[];
}

/** Of one plan. */
export interface PlanOutlook {
  readonly plan: Plan;
  readonly phases: readonly PhaseOutlook[];
}

export interface Outlook {
  /** The scenario as it stands. */
  readonly base: PlanOutlook;
  readonly variants: readonly (PlanOutlook & { readonly changes: readonly PlanDifference[] })[];
  /** Of all of them. */
  readonly behaviours: readonly Behaviour[];
  /** What is worth knowing beside it, in sentences. */
  readonly notices: readonly string[];
}

export function outlookOf(base: Plan, variants: readonly Plan[]): Outlook {
  return {
    base: ofPlan(base),
    variants: variants.map((plan) => ({ ...ofPlan(plan), changes: planDifferences(base, plan) })),
    behaviours: behavioursOf([base, ...variants]),
    notices: noticesOf([base, ...variants]),
  };
}

function noticesOf(plans: readonly Plan[]): readonly string[] {
  if (!plans.some(inMode('ipvs'))) return [];
  // k8s: keps/sig-network/5495-deprecate-ipvs-mode-in-kube-proxy.
  return ['ipvs mode is deprecated since Kubernetes v1.35 and to be removed in v1.43 (KEP-5495)'];
}

function ofPlan(plan: Plan): PlanOutlook {
  const phases = phasesOf(plan).map((phase) => {
    const load = loadOf(plan, phase);
    return { ...phase, unserved: load.unserved, workloads: podOutlooks(plan, phase, load) };
  });
  return { plan, phases };
}
