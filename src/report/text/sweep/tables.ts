/** The points of a sweep as a table: across for one parameter, crossed for two, a row each otherwise; and the frontier. */
import type { SweepGoal } from '../../../contract/sweep.ts';
import { metricKey } from '../../../study/figures/query.ts';
import type { JudgedPoint, SweepConclusion } from '../../../study/sweep/conclusion.ts';
import { grid } from '../grid.ts';
import type { Style } from '../style.ts';
import { SUMMARY_WIDTH } from '../wrap.ts';
import { superlative, without } from './answer.ts';
import { limitsOf, meanText, NOT_NEEDED, queriesShown, signOf, signOfMetric } from './cells.ts';

/** Rows of one table; the files have them all. */
const ROWS_MAX = 40;
/** Values across a picture. */
const PICTURE_MAX = 70;
/** Tables of two parameters, one a metric. */
const GRIDS_MAX = 3;

/** Widest line of a grid, as it is seen. */
const widthOf = (lines: readonly string[]): number =>
  Math.max(0, ...lines.map((line) => [...plainText(line)].length));

const ESCAPE = String.fromCharCode(27);
const plainText = (line: string): string =>
  line.replaceAll(new RegExp(`${ESCAPE}\\[\\d+m`, 'g'), '');

/** One parameter: its values across. */
function across(conclusion: SweepConclusion, style: Style): readonly string[] {
  const { sweep } = conclusion;
  const judged = new Map(conclusion.points.map((point) => [point.index, point]));
  const cells = (textOf: (point: JudgedPoint) => string): string[] =>
    sweep.points.map((_, index) => {
      const point = judged.get(index);
      return point === undefined ? style.dim(NOT_NEEDED) : textOf(point);
    });
  const rows = [
    [sweep.parameters[0]!.name, ...sweep.points.map(({ values }) => values[0]!.text), ''],
    ...queriesShown(conclusion).map((query) => [
      metricKey(query),
      ...cells((point) => meanText(point, query)),
      limitsOf(conclusion, query),
    ]),
  ];
  const signs = cells((point) => signOf(point, style));
  if (conclusion.points.some(({ judgements }) => judgements.length > 0)) {
    rows.push(['', ...signs, '']);
  }
  return grid(rows, `l${'r'.repeat(sweep.points.length)}l`);
}

/** Two parameters: one across, one down, a table a metric. */
function crossed(conclusion: SweepConclusion, style: Style): readonly string[] {
  const { points, sweep } = conclusion;
  const acrossAt = sweep.goal?.parameter ?? 1;
  // What a constraint rules out is left empty.
  const absent = (downText: string, wideText: string): string =>
    sweep.points.some(
      ({ values }) =>
        values[acrossAt]!.text === wideText && values[1 - acrossAt]!.text === downText,
    )
      ? style.dim(NOT_NEEDED)
      : '';
  const [down, wide] = [sweep.parameters[1 - acrossAt]!, sweep.parameters[acrossAt]!];
  return queriesShown(conclusion)
    .slice(0, GRIDS_MAX)
    .flatMap((query, index) => {
      const limits = limitsOf(conclusion, query);
      const rows = down.values.map((row) => [
        row.text,
        ...wide.values.map((column) => {
          const point = points.find(
            ({ values }) =>
              values[acrossAt]!.text === column.text && values[1 - acrossAt]!.text === row.text,
          );
          return point === undefined
            ? absent(row.text, column.text)
            : `${meanText(point, query)} ${signOfMetric(point, query, style)}`.trimEnd();
        }),
      ]);
      const head = [`${down.name} \\ ${wide.name}`, ...wide.values.map(({ text }) => text)];
      return [
        ...(index === 0 ? [] : ['']),
        `${metricKey(query)}${limits === '' ? '' : ` ${limits}`}`,
        ...grid([head, ...rows], `l${'r'.repeat(wide.values.length)}`),
      ];
    });
}

/** Any number of parameters: a row a point. */
function down(conclusion: SweepConclusion, style: Style): readonly string[] {
  const { points, sweep } = conclusion;
  const queries = queriesShown(conclusion);
  const head = [...sweep.parameters.map(({ name }) => name), ...queries.map(metricKey), ''];
  const rows = points
    .slice(0, ROWS_MAX)
    .map((point) => [
      ...point.values.map(({ text }) => text),
      ...queries.map((query) => meanText(point, query)),
      signOf(point, style),
    ]);
  const left = points.length - ROWS_MAX;
  return [
    ...grid([head, ...rows], `${'r'.repeat(head.length - 1)}l`),
    ...(left > 0 ? [`… ${left} more in sweep.csv`] : []),
  ];
}

/** The table that fits. */
export function pointLines(conclusion: SweepConclusion, style: Style): readonly string[] {
  const { parameters } = conclusion.sweep;
  const layouts = [across, crossed];
  const layout = layouts[parameters.length - 1];
  if (layout !== undefined) {
    const lines = layout(conclusion, style);
    if (widthOf(lines) <= SUMMARY_WIDTH) return lines;
  }
  return down(conclusion, style);
}

/** Every point of a row in one character, from the goal's first value to its last: the frontier as a picture. */
function picture(conclusion: SweepConclusion, goal: SweepGoal, style: Style): readonly string[] {
  const { sweep, points } = conclusion;
  const wide = sweep.parameters[goal.parameter]!;
  const [down] = without(sweep.parameters, goal);
  const judged = new Map(points.map((point) => [point.index, point]));
  const signs = (row: string): string =>
    wide.values
      .map(({ text }) => {
        const index = sweep.points.findIndex(
          ({ values }) =>
            values[goal.parameter]!.text === text && values[1 - goal.parameter]!.text === row,
        );
        const point = judged.get(index);
        if (point !== undefined) return signOf(point, style);
        return index === -1 ? ' ' : style.dim(NOT_NEEDED);
      })
      .join('');
  const ends = `${wide.values[0]!.text} to ${wide.values.at(-1)!.text}`;
  const rows = down!.values.slice(0, ROWS_MAX).map(({ text }) => [text, signs(text)]);
  return grid([[`${down!.name} \\ ${wide.name}`, ends], ...rows], 'rl');
}

/** Where there are other parameters: the best value for each setting of them. */
export function frontierLines(conclusion: SweepConclusion, style: Style): readonly string[] {
  const { frontier, sweep } = conclusion;
  if (frontier === null || sweep.parameters.length === 1) return [];
  const { goal, rows } = frontier;
  const queries = queriesShown(conclusion);
  const { name } = sweep.parameters[goal.parameter]!;
  const head = [
    ...without(sweep.parameters, goal).map((parameter) => parameter.name),
    `${superlative(goal).toLowerCase()} ${name}`,
    ...queries.map(metricKey),
  ];
  const shown = rows
    .slice(0, ROWS_MAX)
    .map(({ others, best }) => [
      ...others.map(({ text }) => text),
      best === null ? style.red('none') : style.bold(best.values[goal.parameter]!.text),
      ...queries.map((query) => (best === null ? '' : meanText(best, query))),
    ]);
  const left = rows.length - ROWS_MAX;
  const isPictured =
    sweep.parameters.length === 2 &&
    sweep.parameters[goal.parameter]!.values.length <= PICTURE_MAX &&
    widthOf(crossed(conclusion, style)) > SUMMARY_WIDTH;
  return [
    ...(isPictured ? [...picture(conclusion, goal, style), ''] : []),
    ...grid([head, ...shown], 'r'.repeat(head.length)),
    ...(left > 0 ? [`… ${left} more in frontier.csv`] : []),
  ];
}
