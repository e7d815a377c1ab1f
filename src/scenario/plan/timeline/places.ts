/** Nodes, zones, and the sides of partitions, by the names that actions give them. */
import { didYouMean } from '../../../base/suggest.ts';
import type { PartitionSide } from '../../../contract/plan.ts';
import type { SideInput } from '../../schema/timeline.ts';
import type { Path } from '../../text/tree.ts';
import { nodesHint } from '../nodes.ts';
import type { ActionContext } from './surroundings.ts';

const CONTROL_PLANE = 'control-plane';
const EXTERNAL = 'external';

/** Indices of the nodes that an action may be about: the one that is named, or all. Undefined after a finding. */
export function findNodes(
  name: string | undefined,
  { path, around, document }: ActionContext,
  hint?: string,
): readonly number[] | undefined {
  const { nodes, nodeIndex } = around;
  if (name === undefined) return nodes.map((_, index) => index);
  const node = nodeIndex.get(name);
  if (node !== undefined) return [node];
  if (document.hasBroken('nodes')) return undefined;
  const advice = didYouMean(name, nodeIndex.keys());
  const known = hint ?? nodesHint([...nodeIndex.keys()]);
  document.error([...path, 'node'], 'NotFound', `no node "${name}"${advice}`, known);
  return undefined;
}

/** The same of zones. */
export function findZones(
  name: string | undefined,
  context: ActionContext,
): readonly string[] | undefined {
  const { path, document } = context;
  const zones = zonesOf(context);
  if (name === undefined ? zones.length > 0 : zones.includes(name)) {
    return name === undefined ? zones : [name];
  }
  if (document.hasBroken('nodes')) return undefined;
  if (zones.length === 0) {
    const hint = 'nodes: [{ namePrefix: worker, count: 6, zones: [a, b, c] }]';
    document.error(path, 'Invalid', 'no node has a zone', hint);
    return undefined;
  }
  const message = `no zone "${name}"${didYouMean(name as string, zones)}`;
  document.error([...path, 'zone'], 'NotFound', message, `zones: ${zones.join(', ')}`);
  return undefined;
}

/** Both sides of a partition. Undefined after a finding. */
export function findSides(
  between: readonly SideInput[],
  context: ActionContext,
): readonly [PartitionSide, PartitionSide] | undefined {
  const { path, document } = context;
  const sides = between.map((side, i) => findSide(side, [...path, 'between', i], context));
  const [a, b] = sides;
  if (a === undefined || b === undefined) return undefined;
  const shared =
    a.nodes.find((node) => b.nodes.includes(node)) !== undefined ||
    (a.controlPlane && b.controlPlane) ||
    (a.external && b.external);
  if (!shared) return [a, b];
  document.error([...path, 'between'], 'Invalid', 'the two sides have a part in common');
  return undefined;
}

function findSide(
  written: SideInput,
  path: Path,
  context: ActionContext,
): PartitionSide | undefined {
  const isList = typeof written !== 'string';
  const names = isList ? written : [written];
  const nodes = names.map((name, i) => nodesOf(name, isList ? [...path, i] : path, context));
  if (nodes.includes(undefined)) return undefined;
  return {
    nodes: [...new Set(nodes.flatMap((some) => some ?? []))].sort((a, b) => a - b),
    external: names.includes(EXTERNAL),
    controlPlane: names.includes(CONTROL_PLANE),
  };
}

/** The nodes of one name. Undefined after a finding. */
function nodesOf(name: string, path: Path, context: ActionContext): number[] | undefined {
  const { around, document } = context;
  if (name === CONTROL_PLANE || name === EXTERNAL) return [];
  const node = around.nodeIndex.get(name);
  const zone = around.nodes.flatMap((one, index) => (one.zone === name ? [index] : []));
  if (node !== undefined && zone.length > 0) {
    document.error(path, 'Invalid', `"${name}" is a node and a zone`);
    return undefined;
  }
  if (node !== undefined) return [node];
  if (zone.length > 0) return zone;
  if (document.hasBroken('nodes')) return undefined;
  const known = [...zonesOf(context), ...around.nodeIndex.keys(), CONTROL_PLANE, EXTERNAL];
  const hint = 'a zone, a node, control-plane, external, or a list of these';
  const message = `no zone or node "${name}"${didYouMean(name, known)}`;
  document.error(path, 'NotFound', message, hint);
  return undefined;
}

function zonesOf({ around }: ActionContext): readonly string[] {
  return [...new Set(around.nodes.flatMap(({ zone }) => zone ?? []))];
}
