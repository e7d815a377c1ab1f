/** What `svcsim sweep` prints: the answer in a sentence, the points in a table, the frontier, and where the files are. */
import { overall } from '../../../study/figures/query.ts';
import { valuesOf } from '../../../study/figures/run-figures.ts';
import type { SweepConclusion } from '../../../study/sweep/conclusion.ts';
import { formatCount, plural } from '../../numbers.ts';
import { footerLines } from '../footer.ts';
import type { Footer } from '../footer.ts';
import { headerOf, spanOf } from '../header.ts';
import type { Style } from '../style.ts';
import { wrap } from '../wrap.ts';
import { sweepSentences } from './answer.ts';
import { frontierLines, pointLines } from './tables.ts';

/** What there is to say about a sweep. */
export interface SweepSummary {
  readonly conclusion: SweepConclusion;
  readonly footer: Footer;
}

function headerLines({ sweep, points }: SweepConclusion, style: Style): readonly string[] {
  const { plan } = sweep.points[0]!;
  const counts = points.map(({ figures }) => figures.runs.length);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const facts = [
    `${pointsText(points.length, sweep.points.length)} of ${sweep.parameters.map(({ name }) => name).join(' × ')}`,
    fewest === most
      ? `${plural(most, 'replication')} each`
      : `${fewest} to ${most} replications each`,
    spanOf(plan),
    `seed ${plan.seed}`,
  ];
  return headerOf(plan, facts, style);
}

const pointsText = (count: number, all: number): string =>
  count === all ? plural(all, 'point') : `${formatCount(count)} of ${plural(all, 'point')}`;

/** The header and the answer: all that `--quiet` leaves. */
export function sweepVerdict({ conclusion }: SweepSummary, style: Style): readonly string[] {
  const [answer, ...rest] = sweepSentences(conclusion).map((sentence) => wrap(sentence, '  '));
  return [
    ...headerLines(conclusion, style),
    '',
    ...answer!.map((line) => style.bold(line)),
    ...rest.flat(),
  ];
}

/** What the figures are of: how many requests a point has, at least and at most. */
function populationLine({ points }: SweepConclusion): string {
  const counts = points.map(({ figures }) =>
    valuesOf(figures, overall('requests')).reduce((sum, count) => sum + count, 0),
  );
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)].map(formatCount);
  const requests = fewest === most ? most : `${fewest} to ${most}`;
  return `Means over the replications; ${requests} measured requests a point.`;
}

/** The whole summary, without a newline at its end. */
export function sweepText(summary: SweepSummary, style: Style): string {
  const { conclusion, footer } = summary;
  return [
    sweepVerdict(summary, style),
    [...pointLines(conclusion, style), style.dim(populationLine(conclusion))],
    frontierLines(conclusion, style),
    footerLines(footer, style),
  ]
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}
