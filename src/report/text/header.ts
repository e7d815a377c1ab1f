/** The line that says what was simulated, and the question it answers. */
import { formatDuration } from '../../base/units.ts';
import type { Plan } from '../../contract/plan.ts';
import { callersOf } from '../../contract/traffic/client.ts';
import { arrivalRateRange } from '../../stats/arrival-rates.ts';
import { formatRate, plural } from '../numbers.ts';
import type { Style } from './style.ts';
import { wrap, wrapParts } from './wrap.ts';

/** The least and the most that is offered, over all clients and plans: by rate, and by users who wait for answers. */
function loadsOf(plans: readonly Plan[]): readonly string[] {
  const ends = plans.map(({ clients }) => {
    const rates = clients.map(({ arrival }) =>
      arrival.kind === 'closed' ? [0, 0] : arrivalRateRange(arrival),
    );
    return [0, 1].map((end) => rates.reduce((sum, rate) => sum + rate[end]!, 0));
  });
  const users = plans.map(({ clients }) =>
    clients.reduce((sum, { arrival }) => sum + (arrival.kind === 'closed' ? arrival.users : 0), 0),
  );
  const low = Math.min(...ends.map(([from]) => from!));
  const high = Math.max(...ends.map(([, to]) => to!));
  const top = formatRate(high).replace('/s', ' req/s');
  const rate = low === high ? top : `${formatRate(low).replace('/s', '')}–${top}`;
  const hasUsers = Math.max(...users) > 0;
  return [...(hasUsers && high === 0 ? [] : [rate]), ...(hasUsers ? [countOf(users, 'user')] : [])];
}

/** Pods that stand behind a Service that is called. */
function podCount(plan: Plan): number {
  const called = new Set(
    plan.clients.flatMap(({ target }) =>
      target.kind === 'servicePort' || target.kind === 'headless' ? [target.service] : [],
    ),
  );
  return plan.workloads
    .filter((workload) => workload.memberships.some(({ service }) => called.has(service)))
    .reduce((sum, workload) => sum + workload.pods.length, 0);
}

/** Client pods. */
const clientPodCount = (plan: Plan): number =>
  callersOf(plan).reduce((sum, client) => sum + client.replicas.length, 0);

/** `6 pods`, `5–7 pods` where variants differ. */
function countOf(counts: readonly number[], noun: string): string {
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  return low === high ? plural(high, noun) : `${low}–${plural(high, noun)}`;
}

/** `10 replications`, `4 of 10 replications` where no more had finished. */
function replicationsOf({ replications }: Plan, finished: number): string {
  const of = finished < replications ? `${finished} of ` : '';
  return `${of}${plural(replications, 'replication')}`;
}

/** How long was measured: `1m after 10s of warm-up`. */
export function spanOf(plan: Plan): string {
  const warmUp = plan.warmUp > 0 ? ` after ${formatDuration(plan.warmUp)} of warm-up` : '';
  return `${formatDuration(plan.duration)}${warmUp}`;
}

/** What a header may have to say beside its plan. */
export interface HeaderOptions {
  /** All plans that the header stands over, where there are several. */
  readonly plans?: readonly Plan[];
  /** Replications that have finished, of the plan that has fewest; all of them unless told. */
  readonly finished?: number;
}

/** Name, `what` is told, size, load, length, replications and seed; then the scenario's question, if it has one. */
export function header(
  plan: Plan,
  what: readonly string[],
  style: Style,
  { plans = [plan], finished = plan.replications }: HeaderOptions = {},
): readonly string[] {
  const facts = [
    ...what,
    countOf(plans.map(podCount), 'pod'),
    countOf(plans.map(clientPodCount), 'client pod'),
    ...loadsOf(plans),
    spanOf(plan),
    replicationsOf(plan, finished),
    `seed ${plan.seed}`,
  ];
  return headerOf(plan, facts, style);
}

/** A scenario's name with some facts, and its question on lines of its own. */
export function headerOf(
  { scenario, question }: Pick<Plan, 'scenario' | 'question'>,
  facts: readonly string[],
  style: Style,
): readonly string[] {
  const [first, ...rest] = wrapParts(`${scenario}  `, facts, '  ');
  const name = scenario.length;
  return [
    `${style.bold(first!.slice(0, name))}${first!.slice(name)}`,
    ...rest,
    ...(question === '' ? [] : wrap(question).map(style.dim)),
  ];
}
