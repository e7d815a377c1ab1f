/** Load of pods and what theory says of it: a table with a row a phase, and what has to be said about it. */
import type { Forecast } from '../../../study/outlook/forecast.ts';
import type { Outlook, PhaseOutlook, PlanOutlook } from '../../../study/outlook/outlook.ts';
import { BUSY } from '../../../study/outlook/pod-outlook.ts';
import type { PodOutlook } from '../../../study/outlook/pod-outlook.ts';
import { formatRate, formatRatio, formatTime } from '../../numbers.ts';
import { grid } from '../grid.ts';
import type { Style } from '../style.ts';
import { wrap, wrapAfter } from '../wrap.ts';

/** Of DNS only what is worth a row. */
const DNS_SHOWN = 0.01;

/** 0.64, 1.25, or what is more than anybody can serve. */
export const loadText = (utilisation: number): string =>
  utilisation === Infinity ? '–' : utilisation.toFixed(2);

interface Row {
  readonly variant: string;
  readonly phase: PhaseOutlook;
  readonly workload: string;
  readonly pods: PodOutlook;
}

/** The rows of a plan, those of quiet DNS left out. */
function rowsOf({ plan, phases }: PlanOutlook): readonly Row[] {
  return phases.flatMap((phase) =>
    phase.workloads.flatMap((pods) => {
      const { name, memberships } = plan.workloads[pods.workload]!;
      const isDns = memberships.some(({ service }) => service === plan.dns?.service);
      const isCalled = plan.clients.some(
        ({ target }) => 'service' in target && target.service === plan.dns?.service,
      );
      if (isDns && !isCalled && pods.busiest.utilisation < DNS_SHOWN) return [];
      return [{ variant: plan.variant, phase, workload: name, pods }];
    }),
  );
}

/** The plans whose loads are shown: all variants where they differ, else the scenario as it stands. */
export function shownPlans({ base, variants }: Outlook): readonly PlanOutlook[] {
  const told = (outlook: PlanOutlook): string =>
    rowsOf(outlook)
      .map((row) => [...cells(row), ...row.pods.caveats].join())
      .join('\n');
  const same = told(base);
  const differing = variants.filter((variant) => told(variant) !== same);
  return differing.length === 0 ? [base] : variants;
}

function cells({ phase, workload, pods }: Row): readonly string[] {
  const [forecast] = pods.forecasts;
  return [
    phase.name,
    workload,
    String(pods.pods),
    formatRate(pods.busiest.rate),
    loadText(pods.busiest.utilisation),
    forecast === undefined ? '–' : shareText(forecast.waitProbability),
    between(pods.forecasts, ({ meanWaitNs }) => meanWaitNs),
    between(pods.forecasts, ({ p99SojournNs }) => p99SojournNs),
    queuesText(pods.forecasts),
  ];
}

const nameOf = ({ queue, standing }: Forecast): string =>
  standing === 'approximation' ? `~ ${queue}` : queue;

/** A queue, or the two between which it lies, the lower first. */
function queuesText(forecasts: readonly Forecast[]): string {
  if (forecasts.length === 0) return '–';
  const names = forecasts.map(nameOf).reverse().join(' to ');
  return isFloor(forecasts) ? `above ${names}` : names;
}

/** Whether all that is known is what figures are above of. */
const isFloor = (forecasts: readonly Forecast[]): boolean =>
  forecasts.length === 1 && forecasts[0]!.standing === 'lower bound';

/** Shares and times too small to matter. */
const SHARE_MIN = 1e-4;
const TIME_MIN_NS = 1000;

const shareText = (share: number): string =>
  share < SHARE_MIN ? `<${formatRatio(SHARE_MIN)}` : formatRatio(share);

const waitText = (ns: number): string =>
  ns < TIME_MIN_NS ? `<${formatTime(TIME_MIN_NS)}` : formatTime(ns);

/** One figure, or the range between two bounds. */
function between(
  forecasts: readonly Forecast[],
  pick: (forecast: Forecast) => number | null,
): string {
  const values = forecasts.map(pick);
  if (values.length === 0 || values.includes(null)) return '–';
  const known = values as number[];
  const [low, high] = [waitText(Math.min(...known)), waitText(Math.max(...known))];
  if (isFloor(forecasts)) return low.startsWith('<') ? '–' : `≥ ${low}`;
  return low === high ? low : `${low} to ${high}`;
}

const HEAD = [
  'phase',
  'workload',
  'pods',
  'a pod gets',
  'load ρ',
  'wait',
  'mean wait',
  'p99 at pod',
  'queue',
];
const ALIGN = 'llrrrrrrl';

/** The table; nothing where nobody calls anybody. */
export function loadLines(outlook: Outlook, style: Style): readonly string[] {
  const plans = shownPlans(outlook);
  const rows = plans.flatMap(rowsOf);
  if (rows.length === 0) return ['No client calls a pod.'];
  const several = plans.length > 1;
  const oneWorkload = new Set(rows.map(({ workload }) => workload)).size === 1;
  const columns = HEAD.map((_, i) => i).filter((i) => i !== 1 || !oneWorkload);
  const pick = (all: readonly string[]): readonly string[] => columns.map((i) => all[i]!);
  const table = grid(
    [
      [...(several ? ['variant'] : []), ...pick(HEAD), ''],
      ...rows.map((row) => [
        ...(several ? [row.variant] : []),
        ...pick(cells(row)),
        mark(row.pods),
      ]),
    ],
    `${several ? 'l' : ''}${columns.map((i) => ALIGN[i]).join('')}l`,
  );
  const [first, ...rest] = table;
  const what = rows.flatMap(({ phase }) =>
    phase.what.length === 0 ? [] : [`${phase.name}: ${phase.what.join('; ')}`],
  );
  return [
    `Load of ${oneWorkload ? rows[0]!.workload : 'pods'}, and what queueing theory says of the busiest one`,
    style.dim(`  ${first!}`),
    ...rest.map((line) => `  ${line}`),
    ...[...new Set(what)].flatMap((line) => wrapAfter('  ', line, '    ')),
  ];
}

const mark = ({ busiest, growth, pods }: PodOutlook): string => {
  if (pods === 0) return '⚠ nobody there';
  if (growth > 0) return '⚠ unstable';
  if (busiest.utilisation >= 1) return '⚠ overloaded';
  return busiest.utilisation > BUSY ? '⚠ busy' : '';
};

/** What the figures mean, and why they may not hold. */
export function theoryLines(outlook: Outlook): readonly string[] {
  const rows = shownPlans(outlook).flatMap(rowsOf);
  const several = new Set(rows.map(({ workload }) => workload)).size > 1;
  const said = new Map<string, Set<string>>();
  for (const { workload, variant, pods } of rows) {
    for (const caveat of pods.caveats) {
      const text = several ? `${workload}: ${caveat}` : caveat;
      said.set(text, (said.get(text) ?? new Set()).add(variant));
    }
  }
  const variants = new Set(rows.map(({ variant }) => variant));
  const caveats = [...said].map(([text, by]) =>
    by.size < variants.size ? `${text} (${[...by].join(', ')})` : text,
  );
  return [
    ...pooledText(rows).flatMap((line) => wrap(line, '  ')),
    ...formulaText(rows).flatMap((line) => wrap(line, '  ')),
    ...caveats.flatMap((caveat) => wrap(`- ${caveat}`, '  ')),
  ];
}

function pooledText(rows: readonly Row[]): readonly string[] {
  const pooled = rows.filter(({ pods }) => pods.pooled !== null);
  if (pooled.length === 0) return [];
  const shown = pooled.reduce((best, row) =>
    row.pods.utilisation > best.pods.utilisation ? row : best,
  );
  const split = shown.pods.forecasts[0];
  // Where nobody waits, nobody waits less.
  if (split !== undefined && split.meanWaitNs < TIME_MIN_NS) return [];
  const { queue, standing, meanWaitNs } = shown.pods.pooled!;
  const gap =
    split === undefined ? '' : ' The gap is the price of splitting requests between pods.';
  const roughly = standing === 'approximation' ? ', an approximation' : '';
  return [
    `One queue in front of all pods (${queue}${roughly}, ${shown.phase.name}) would have a mean wait of ${waitText(meanWaitNs)}.${gap}`,
  ];
}

/** Which formula each queue is by, and that times are without the network. */
function formulaText(rows: readonly Row[]): readonly string[] {
  const forecasts = rows.flatMap(({ pods }) => pods.forecasts);
  if (forecasts.length === 0) return [];
  const formulas = new Map(
    forecasts.map(({ queue, formula }) => [queue, `${queue} by ${formula}`]),
  );
  const roughly = forecasts.some(({ standing }) => standing === 'approximation')
    ? '~ marks an approximation; '
    : '';
  return [
    `${[...formulas.values()].join(', ')}; ${roughly}wait and service at the pod in a steady state: network, rules and DNS come on top.`,
  ];
}

/** The answer in a sentence: the worst that is to come. */
export function outlookSentence(outlook: Outlook): string {
  const plans = shownPlans(outlook);
  const rows = plans.flatMap(rowsOf);
  if (rows.length === 0) return 'No client calls a pod: there is nothing to wait for.';
  const weight = ({ pods }: Row): number => pods.busiest.utilisation;
  const worst = rows.reduce((best, row) => (weight(row) > weight(best) ? row : best));
  const { pods, phase, workload, variant } = worst;
  const lightest = Math.min(...plans.map((plan) => Math.max(...rowsOf(plan).map(weight))));
  const whose = lightest < weight(worst) ? ` (${variant})` : '';
  const isSteady = phase.name === 'steady' || phase.name === 'start';
  const when = `${isSteady ? '' : ` in phase ${phase.name}`}${whose}`;
  if (pods.pods === 0) return `No pod of ${workload} is ready${when}: all of its requests fail.`;
  const { utilisation, limit } = pods.busiest;
  const load =
    limit === 'workers'
      ? `${formatRate(pods.busiest.rate)} make a pod of ${workload} ${formatRatio(utilisation)} busy${when}`
      : `${formatRate(pods.busiest.rate)} take ${formatRatio(utilisation)} of a pod's CPU limit in ${workload}${when}`;
  if (pods.growth > 0) {
    return `Unstable: ${load}. The queues grow by ${formatRate(pods.growth)}; all figures depend on how long that lasts.`;
  }
  if (utilisation >= 1) {
    const lost = pods.forecasts[0]?.blocked ?? null;
    return `Overloaded: ${load}${lost === null ? '' : `; ${formatRatio(lost)} of requests find the queue full`}.`;
  }
  if (utilisation > BUSY) {
    return `Busy: ${load}. Queues dominate, and percentiles will depend on the seed.`;
  }
  const waits = between(pods.forecasts, ({ meanWaitNs }) => meanWaitNs);
  return `${load}${waits === '–' ? '' : `, with a mean wait of ${waits}`}.`;
}
