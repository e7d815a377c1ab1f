/**
 * What is asked of the cluster, in words: for how long it is watched, who calls what, and what happens
 * meanwhile. Figures under different conditions are answers to different questions. The Services, workloads
 * and proxies are not among them: they are what is under test.
 */
import { formatDuration, parseNanoseconds } from '../../base/units.ts';
import type {
  Arrival,
  Distribution,
  Plan,
  PlannedTarget,
  PlannedWay,
} from '../../contract/plan.ts';
import { momentsOf } from '../../stats/distributions/moments.ts';

/** By field, as it is named where conditions differ: `client web, arrival` → `poisson 180/s`. */
export type Conditions = Readonly<Record<string, string>>;

/** A field that is not the same; null: one side does not have it. */
export interface DifferingField {
  readonly field: string;
  readonly old: string | null;
  readonly new: string | null;
}

/** A duration that reads back as the same one. */
function exactDuration(ns: number): string {
  const text = formatDuration(ns);
  return parseNanoseconds(text) === ns ? text : `${ns}ns`;
}

/** The conditions of a plan. */
export function conditionsOf(plan: Plan): Conditions {
  const fields = new Map<string, string>([
    ['duration', exactDuration(plan.duration)],
    ['warm-up', exactDuration(plan.warmUp)],
  ]);
  plan.windows.forEach(({ name }, index) => {
    if (index > 0) fields.set(`window ${name}`, openedBy(plan, index));
  });
  for (const { name, arrival, target, via } of plan.clients) {
    fields.set(`client ${name}, arrival`, arrivalText(arrival, plan.warmUp));
    fields.set(`client ${name}, target`, `${targetText(plan, target)}${wayText(plan, via)}`);
  }
  return Object.fromEntries(fields);
}

/** What opens a window, and when: `rollout at 2m`. */
function openedBy(plan: Plan, window: number): string {
  const actions = plan.timeline
    .filter((action) => action.window === window)
    .map((action) => {
      const arrival =
        action.kind === 'setArrival'
          ? ` of ${plan.clients[action.client]!.name} to ${arrivalText(action.arrival, plan.warmUp)}`
          : '';
      return `${action.kind}${arrival} at ${exactDuration(action.at - plan.warmUp)}`;
    });
  const faults = plan.faults
    .filter((fault) => fault.window === window)
    .map(({ actions: kinds }) => `random ${kinds.map(({ kind }) => kind).join(' or ')}`);
  const causes = [...actions, ...faults];
  const { from, to } = plan.windows[window]!;
  if (from === null || to === null) return causes.join(', ');
  const span = `from ${exactDuration(from - plan.warmUp)} to ${exactDuration(to - plan.warmUp)}`;
  return [...causes, span].join(', ');
}

function arrivalText(arrival: Arrival, warmUp: number): string {
  switch (arrival.kind) {
    case 'poisson':
    case 'constant':
      return `${arrival.kind} ${arrival.rate}/s`;
    case 'steps':
    case 'ramp':
      return `${arrival.kind} ${pointsText(arrival.points, warmUp)}`;
    case 'daily': {
      const { period, origin, points } = arrival;
      const start = exactDuration(warmUp - origin);
      return `daily ${pointsText(points, 0)}, every ${exactDuration(period)}, from ${start} on`;
    }
    case 'closed':
      return `closed, ${arrival.users} users, think ${distributionText(arrival.think)}`;
    case 'renewal':
      return `renewal of ${distributionText(arrival.interarrival)}`;
    case 'trace': {
      const { trace, rows, speed, repeat } = arrival;
      const again = repeat === null ? '' : `, repeat ${exactDuration(repeat)}`;
      return `trace ${trace.digest}, ${rows} rows, speed ${speed}${again}`;
    }
    case 'script':
      return `script ${arrival.trace.digest}, ${arrival.trace.rows} rows, speed ${arrival.speed}`;
    case 'onOff':
      return `onOff ${arrival.rate}/s, on ${distributionText(arrival.on)}, off ${distributionText(arrival.off)}`;
  }
}

const pointsText = (
  points: readonly { readonly at: number; readonly rate: number }[],
  from: number,
): string => points.map(({ at, rate }) => `${rate}/s at ${exactDuration(at - from)}`).join(', ');

/** Its kind and parameters; of a table how long it is, and its moments. */
function distributionText(distribution: Distribution): string {
  const { kind, ...parameters } = distribution;
  const facts = Object.entries(parameters).map(([name, value]) =>
    typeof value === 'number' ? `${name} ${value}` : `${value.length} ${name}`,
  );
  const { mean, variance } = momentsOf(distribution);
  return [kind, ...facts, `(mean ${mean}ns, variance ${variance})`].join(' ');
}

function targetText(plan: Plan, target: PlannedTarget): string {
  if (target.kind === 'unknownAddress') return `${target.ip}:${target.port}`;
  const service = plan.services[target.service]!;
  const port = target.kind === 'unknownPort' ? target.port : service.ports[target.port]!.port;
  return `${service.namespace}/${service.name}:${port}`;
}

function wayText(plan: Plan, via: PlannedWay | null): string {
  if (via === null) return '';
  if (via.kind !== 'NodePort') return ` via ${via.kind}`;
  return ` via NodePort of ${via.nodes.map((node) => plan.nodes[node]!.name).join(', ')}`;
}

/** Fields in which two conditions differ, in the order of the new ones; those that are gone come last. */
export function differingConditions(old: Conditions, now: Conditions): readonly DifferingField[] {
  const fields = new Set([...Object.keys(now), ...Object.keys(old)]);
  return [...fields].flatMap((field) => {
    const before = old[field] ?? null;
    const after = now[field] ?? null;
    return before === after ? [] : [{ field, old: before, new: after }];
  });
}
