/** What a sweep answers, in sentences. */
import type { SweepGoal, SweepParameter } from '../../../contract/sweep.ts';
import { overall } from '../../../study/figures/query.ts';
import { estimateIn } from '../../../study/figures/run-figures.ts';
import type { FrontierRow } from '../../../study/sweep/frontier.ts';
import type { Frontier, JudgedPoint, SweepConclusion } from '../../../study/sweep/conclusion.ts';
import { formatCount, plural } from '../../numbers.ts';
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
    ...(exceptions.length === 0
      ? []
      : [
          `Beyond it not all meet them: ${listed(exceptions.map(({ point }) => point.name))}. More replications would tell whether that is chance.`,
        ]),
    ...(undecided.length === 0 ? [] : [undecidedSentence(undecided)]),
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
