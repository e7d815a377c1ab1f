/** Behaviours of Kubernetes that the scenario meets: modelled, simplified, left out. */
import type { Behaviour } from '../../../study/outlook/behaviours/behaviour.ts';
import { wrapParts } from '../wrap.ts';

const WIDTH = 12;
const INDENT = ' '.repeat(WIDTH);

export function behaviourLines(behaviours: readonly Behaviour[]): readonly string[] {
  const named = (status: Behaviour['status']): readonly Behaviour[] =>
    behaviours.filter((behaviour) => behaviour.status === status);
  const but = ({ name, but: difference }: Behaviour): string =>
    difference === undefined ? name : `${name} (${difference})`;
  return [
    ...section(
      'Modelled',
      named('modelled').map(({ name }) => name),
    ),
    ...section('Simplified', named('simplified').map(but)),
    ...section('Left out', named('left out').map(but)),
    `${''.padEnd(WIDTH)}docs/fidelity.md has the sources and what else is different`,
  ];
}

const section = (title: string, parts: readonly string[]): readonly string[] =>
  parts.length === 0 ? [] : wrapParts(title.padEnd(WIDTH), parts, INDENT);
