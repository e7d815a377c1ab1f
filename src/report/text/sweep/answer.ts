/** What a sweep answers, in sentences. */
import type { SweepGoal, SweepParameter } from '../../../contract/sweep.ts';
import { overall } from '../../../study/figures/query.ts';
import { estimateIn } from '../../../study/figures/run-figures.ts';
import type { FrontierRow } from '../../../study/sweep/frontier.ts';
import type { Frontier, JudgedPoint, SweepConclusion } from '../../../study/sweep/conclusion.ts';
import { RISK } from '../../../study/sweep/early-decision.ts';
import type { GoalSearch } from '../../../study/sweep/goal.ts';
import { isBinding } from '../../../study/thresholds.ts';
import { formatCount, formatRatio, formatShare, plural } from '../../numbers.ts';
import { formatMetric, marginOf, scopeOf } from '../thresholds.ts';
import { intervalText, queriesShown } from './cells.ts';

/** Names in one sentence; the files have them all. */
const NAMES_MAX = 6;

/** `replicas=3`, or `load=100/s, mode=ipvs`. */
const settingText = (
  parameters: readonly SweepParameter[],
  values: JudgedPoint['values'],
): string => values.map(({ text }, index) => `${parameters[index]!.name}=${text}`).join(', ');

const listed = (texts: readonly string[]): string =>
  texts.length <= NAMES_MAX
    ? texts.join('; ')
    : `${texts.slice(0, NAMES_MAX).join('; ')}; and ${texts.length - NAMES_MAX} more`;

/** The parameters beside that of the goal. */
export function without(
  parameters: readonly SweepParameter[],
  goal: SweepGoal,
): readonly SweepParameter[] {
  return parameters.filter((_, index) => index !== goal.parameter);
}

/** `Smallest` or `Largest`. */
export const superlative = ({ direction }: SweepGoal): string =>
  direction === 'min' ? 'Smallest' : 'Largest';

/** The answer to the goal, and what there is to add to it. */
function frontierSentences(frontier: Frontier, conclusion: SweepConclusion): readonly string[] {
  const { goal, rows } = frontier;
  const { search } = conclusion;
  const { parameters } = conclusion.sweep;
  const { name, values } = parameters[goal.parameter]!;
  const query = queriesShown(conclusion)[0]!;
  const others = without(parameters, goal);
  const ofRow = ({ best, others: setting }: FrontierRow<JudgedPoint>): string => {
    const at = setting.length === 0 ? '' : ` at ${settingText(others, setting)}`;
    if (best === null) return `none${at}`;
    return `${best.values[goal.parameter]!.text}${at}`;
  };
  const range = `${values[0]!.text} to ${values.at(-1)!.text}`;
  const none = rows.every(({ best }) => best === null);
  const single = rows.length === 1 ? rows[0]!.best : null;
  const proof =
    single === null
      ? ''
      : ` (${intervalText(single, query)}, ${plural(single.figures.runs.length, 'replication')})`;
  const answer = none
    ? `No ${name} from ${range} meets every threshold.`
    : `${superlative(goal)} ${name} that meets every threshold: ${listed(rows.map(ofRow))}${proof}.`;
  const exceptions = rows.flatMap((row) => row.exceptions);
  const undecided = rows.flatMap((row) => row.undecided);
  return [
    answer,
    ...nearSentences(frontier, conclusion),
    ...(exceptions.length === 0
      ? []
      : [
          `Beyond it not all meet them: ${listed(exceptions.map(({ point }) => point.name))}. More replications would tell whether that is chance.`,
        ]),
    ...(undecided.length === 0 ? [] : [undecidedSentence(undecided)]),
    ...(search === null ? [] : searchSentences(search, frontier.goal, conclusion)),
  ];
}

/** What decides a point against it: `misses latency.p99 < 120ms (143ms, over by 19%)`. */
function missText({ judgements }: JudgedPoint): string {
  const against = judgements.filter(({ status, threshold }) => {
    return status !== 'Passed' && isBinding(threshold);
  });
  const worst = against.find(({ status }) => status !== 'Undecided') ?? against[0]!;
  const { threshold, value, status } = worst;
  const verb = status === 'Undecided' ? 'is undecided on' : 'misses';
  const shown = value === null ? '' : formatMetric(threshold.metric, value);
  const margin = status === 'Undecided' ? '' : marginOf(worst);
  const parts = [shown, margin].filter((part) => part !== '').join(', ');
  return `${verb} ${threshold.expr}${scopeOf(threshold)} (${parts})`;
}

/** What is next to the answers: the value that is just not enough, or the end of the range. */
function nearSentences({ goal, rows }: Frontier, conclusion: SweepConclusion): readonly string[] {
  const { parameters } = conclusion.sweep;
  const { name } = parameters[goal.parameter]!;
  const others = without(parameters, goal);
  const valueOf = (point: JudgedPoint): string => point.values[goal.parameter]!.text;
  const misses = rows.flatMap(({ nearest, others: setting }) => {
    if (nearest === null) return [];
    const at = setting.length === 0 ? '' : ` at ${settingText(others, setting)}`;
    return [`${valueOf(nearest)}${at} ${missText(nearest)}`];
  });
  const ends = rows.flatMap(({ best, nearest, others: setting }) =>
    best === null || nearest !== null
      ? []
      : [`${valueOf(best)}${setting.length === 0 ? '' : ` at ${settingText(others, setting)}`}`],
  );
  const [end, way] = goal.direction === 'min' ? ['smallest', 'lower'] : ['largest', 'higher'];
  return [
    ...(misses.length === 0 ? [] : [`${capitalised(listed(misses))}.`]),
    ...(ends.length === 0
      ? []
      : [`The ${end} ${name} of the sweep: ${listed(ends)}; try ${way} ones as well.`]),
  ];
}

const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** What the search took, and what its answer rests on. */
function searchSentences(
  { exhausted, cost, points }: GoalSearch,
  goal: SweepGoal,
  { sweep }: SweepConclusion,
): readonly string[] {
  const { name } = sweep.parameters[goal.parameter]!;
  const others = without(sweep.parameters, goal);
  const early = points.filter(({ point, figures }) => {
    return figures.runs.length < point.plan.replications;
  });
  const where = exhausted.map(({ others: setting, threshold }) => {
    const at = setting.length === 0 ? '' : `at ${settingText(others, setting)} `;
    return `${at}${threshold.expr}${scopeOf(threshold)} is missed by more as ${name} ${goal.direction === 'min' ? 'grows' : 'falls'}`;
  });
  return [
    ...(where.length === 0
      ? []
      : [`Every ${name} was looked at, as bisection would go astray: ${listed(where)}.`]),
    `Bisection took ${formatCount(cost.points)} of ${plural(cost.pointsOfGrid, 'point')} and ${formatShare(cost.requestsShare)} of the grid's requests` +
      (early.length === 0
        ? '.'
        : `; ${formatCount(early.length)} ${early.length === 1 ? 'was' : 'were'} clear before the last replication (each may differ from the grid with a chance of ${formatRatio(RISK)} at most).`),
  ];
}

function undecidedSentence(points: readonly JudgedPoint[]): string {
  const needed = points.flatMap(({ judgements }) =>
    judgements.flatMap(({ status, replicationsNeeded }) =>
      status === 'Undecided' ? (replicationsNeeded ?? []) : [],
    ),
  );
  const most = needed.reduce((max, count) => Math.max(max, count), 0);
  const mend = most > 0 ? `; try --replications ${most}` : '';
  return `Undecided (the limit lies in the 95% interval): ${listed(points.map(({ point }) => point.name))}${mend}.`;
}

/** The answer: what the goal asks for, or which points meet every threshold. */
export function sweepSentences(conclusion: SweepConclusion): readonly string[] {
  const { points, frontier } = conclusion;
  if (frontier !== null) return frontierSentences(frontier, conclusion);
  if (points.every(({ judgements }) => judgements.length === 0)) return [lowest(conclusion)];
  const met = points.filter(({ verdict }) => verdict === 'met');
  const undecided = points.filter(({ verdict }) => verdict === 'undecided');
  const names = met.length === 0 ? '' : `: ${listed(met.map(({ point }) => point.name))}`;
  return [
    `${formatCount(met.length)} of ${plural(points.length, 'point')} ${met.length === 1 ? 'meets' : 'meet'} every threshold${names}.`,
    ...(undecided.length === 0 ? [] : [undecidedSentence(undecided)]),
  ];
}

/** Without thresholds: where callers wait least. */
function lowest({ points }: SweepConclusion): string {
  const query = overall('latency.p99');
  const known = points.flatMap((point) => {
    const estimate = estimateIn(point.figures, query);
    return estimate === null ? [] : [{ point, mean: estimate.mean }];
  });
  if (known.length === 0) return 'No thresholds set, and no request was measured.';
  const best = known.reduce((least, each) => (each.mean < least.mean ? each : least));
  return `No thresholds set; p99 is lowest at ${best.point.point.name}: ${intervalText(best.point, query)}.`;
}
