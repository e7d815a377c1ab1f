/** Source ports of clients. */
import type { PlannedClient } from '../../../contract/plan.ts';
import { PORT_FIRST, PORT_LAST, PORT_TIME_WAIT } from '../../traffic-defaults.ts';
import type { AttemptsInput } from '../../schema/traffic/attempts.ts';
import type { Path } from '../../text/tree.ts';
import { durationOf } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';

export function planPorts(
  input: AttemptsInput['ports'],
  path: Path,
  document: ScenarioDocument,
): PlannedClient['ports'] {
  if (input === 'none') return null;
  const { fixed, range = [] } = input ?? {};
  if (fixed !== undefined && range.length > 0) {
    document.error([...path, 'fixed'], 'Invalid', 'fixed and range exclude each other');
  }
  const [first = PORT_FIRST, last = PORT_LAST] = fixed === undefined ? range : [fixed, fixed];
  if (first > last) {
    document.error(
      [...path, 'range'],
      'Invalid',
      `the first port ${first} is above the last, ${last}`,
    );
  }
  const timeWait = input?.timeWait;
  return { first, last, timeWait: timeWait === undefined ? PORT_TIME_WAIT : durationOf(timeWait) };
}
