/**
 * What of Kubernetes and Linux the simulator knows, row by row of docs/fidelity.md: the page and this registry hold the
 * same rows (test/docs.test.ts), so that neither says what the other does not. A new row there is a new entry here.
 */
import type { Plan } from '../../../contract/plan.ts';
import type { Behaviour } from './behaviour.ts';
import { CLIENTS } from './clients.ts';
import { FIRST_PACKET } from './first-packet.ts';
import { NAMES } from './names.ts';
import { PODS } from './pods.ts';
import { PROPAGATION } from './propagation.ts';
import { RECORDED } from './recorded.ts';
import { SELECTION } from './selection.ts';

export const BEHAVIOURS: readonly Behaviour[] = [
  ...SELECTION,
  ...FIRST_PACKET,
  ...NAMES,
  ...PROPAGATION,
  ...RECORDED,
  ...PODS,
  ...CLIENTS,
];

/** Those that a run of one of the plans can come to depend on. */
export const behavioursOf = (plans: readonly Plan[]): readonly Behaviour[] =>
  BEHAVIOURS.filter(({ applies }) => plans.some(applies));
