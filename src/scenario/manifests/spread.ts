/** topologySpreadConstraints (core/v1), over zones and over nodes. */
import type { PlannedSpread } from '../../contract/plan.ts';
import type { Cursor } from './cursor.ts';
import { checkFields, SPREAD } from './known-fields.ts';

const TOPOLOGIES: ReadonlyMap<string, PlannedSpread['topology']> = new Map([
  ['topology.kubernetes.io/zone', 'zone'],
  ['failure-domain.beta.kubernetes.io/zone', 'zone'],
  ['kubernetes.io/hostname', 'hostname'],
]);

/** Constraints on other keys are left out, with a warning: only these two are known of nodes. */
export function readSpread(constraint: Cursor): PlannedSpread[] {
  checkFields(constraint, SPREAD);
  for (const name of ['topologyKey', 'maxSkew', 'whenUnsatisfiable']) {
    if (!constraint.at(name).exists) constraint.error('Required', `"${name}" is required`);
  }
  const maxSkew = constraint.at('maxSkew').integer(1);
  const when = constraint.at('whenUnsatisfiable').choice(['DoNotSchedule', 'ScheduleAnyway']);
  const key = constraint.at('topologyKey');
  const written = key.text();
  if (written === undefined || maxSkew === undefined || when === undefined) return [];
  const topology = TOPOLOGIES.get(written);
  if (topology !== undefined) return [{ topology, maxSkew, whenUnsatisfiable: when }];
  const hint = `Known: ${[...TOPOLOGIES.keys()].join(', ')}`;
  key.warn('Ignored', `no node has a label "${written}" here: ignored`, hint);
  return [];
}
