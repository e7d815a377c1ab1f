/** The grid of spec.sweep, and what going through it costs. */
import type { Sweep, SweepParameter } from '../../../contract/sweep.ts';
import type { StudyCost } from '../../../study/outlook/cost.ts';
import { plural } from '../../numbers.ts';
import { costText } from './cost.ts';
import { itemLines } from './items.ts';

/** Values of a parameter that are named; of more, the first and the last. */
const SHOWN = 8;

export function sweepLines({
  sweep,
  sweepCost,
}: {
  readonly sweep: Sweep | null;
  readonly sweepCost: StudyCost | null;
}): readonly string[] {
  if (sweep === null || sweepCost === null) return [];
  return itemLines('Sweep', [
    ...sweep.parameters.map((parameter): [string, string] => [
      parameter.name,
      valuesText(parameter),
    ]),
    ['all', `${plural(sweep.points.length, 'point')}: ${costText(sweepCost)}`],
  ]);
}

function valuesText({ values }: SweepParameter): string {
  if (values.length <= SHOWN) return values.map(({ text }) => text).join(', ');
  return `${values[0]!.text} to ${values.at(-1)!.text} (${plural(values.length, 'value')})`;
}
