/** What a check of determinism found, in words. */
import type { Determinism, Divergence } from '../../study/determinism.ts';
import { formatCount } from '../numbers.ts';

/** What there is to say of a plan's variant; an end without a verdict is for the caller to tell. */
export function determinismText(found: Exclude<Determinism, { kind: 'interrupted' }>): string {
  switch (found.kind) {
    case 'same': {
      const { also, events, fingerprint } = found;
      const others = also.map((who) => `, and so on the ${who}`).join('');
      return (
        `deterministic: ${formatCount(events)} events, twice the same${others} ` +
        `(trajectory ${fingerprint.trajectory}, result ${fingerprint.result})`
      );
    }
    case 'events differ':
      return `not deterministic: ${divergenceText(found.divergence)}`;
    case 'results differ': {
      const [one, other] = found.fingerprints;
      const differing = (['trajectory', 'result'] as const).filter((of) => one[of] !== other[of]);
      const what = differing.map((of) => `${of} ${one[of]} and ${other[of]}`).join(', ');
      return `not deterministic: the ${found.who} came to something else than the run by events: ${what}`;
    }
  }
}

/** `event 8,212 at 12.301s differs: once …, once …`. */
function divergenceText({ first, second }: Divergence): string {
  const { number } = (first ?? second)!;
  return `event ${formatCount(number)} differs: once ${eventText(first)}, once ${eventText(second)}`;
}

function eventText(event: Divergence['first']): string {
  if (event === null) return 'nothing more happens';
  return `${event.kind} ${whose(event.id)} at ${event.at}ns`;
}

/** Whom the number of an event stands for: see engine/trajectory.ts. */
function whose(id: number): string {
  if (id < 0) return `number ${~id}`;
  return id % 2 === 0 ? `of request ${id / 2}` : `of connection ${(id - 1) / 2}`;
}
