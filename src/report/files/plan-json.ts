/** `svcsim plan --format json`: the plans themselves and the outlook, in the order of docs/plan.md. */
import type { Sweep } from '../../contract/sweep.ts';
import type { StudyCost } from '../../study/outlook/cost.ts';
import type { Forecast } from '../../study/outlook/forecast.ts';
import type { Outlook, PlanOutlook } from '../../study/outlook/outlook.ts';

const SCHEMA_VERSION = 1;

/** Ends with a newline. Infinite loads and waits are null. */
export function planJson({
  outlook,
  cost,
  sweep,
  sweepCost,
  ignored,
}: {
  readonly outlook: Outlook;
  readonly cost: StudyCost;
  readonly sweep: Sweep | null;
  readonly sweepCost: StudyCost | null;
  readonly ignored: readonly string[];
}): string {
  const { base, variants, behaviours, notices } = outlook;
  const report = {
    schemaVersion: SCHEMA_VERSION,
    scenario: base.plan.scenario,
    base: planReport(base),
    variants: variants.map((variant) => ({ ...planReport(variant), changes: variant.changes })),
    behaviours: behaviours.map(({ name, status, row, but }) => ({
      name,
      status,
      ...(but === undefined ? {} : { but }),
      row,
    })),
    notices,
    ignored,
    cost,
    sweep:
      sweep === null
        ? null
        : {
            parameters: sweep.parameters.map(({ name, paths, values }) => ({
              name,
              paths,
              values: values.map(({ text }) => text),
            })),
            points: sweep.points.map(({ name }) => name),
            cost: sweepCost,
          },
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function planReport({ plan, phases }: PlanOutlook): object {
  return {
    variant: plan.variant,
    outlook: phases.map(({ name, what, rates, unserved, workloads }) => ({
      phase: name,
      what,
      clients: plan.clients.map((client, i) => ({ client: client.name, rate: rates[i] })),
      unserved,
      workloads: workloads.map(({ workload, pooled, forecasts, ...figures }) => ({
        workload: plan.workloads[workload]!.name,
        namespace: plan.workloads[workload]!.namespace,
        ...figures,
        forecasts: forecasts.map(figuresOf),
        pooled: pooled === null ? null : figuresOf(pooled),
      })),
    })),
    plan,
  };
}

/** Without what is no figure. */
const figuresOf = (forecast: Forecast): object => ({ ...forecast, sojournTail: undefined });
