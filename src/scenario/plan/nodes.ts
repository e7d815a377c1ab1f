/** Nodes: those of spec.nodes, then those of Node manifests, or a single one. */
import { parseQuantity } from '../../base/units.ts';
import { NODE_CPU, NODE_NAME, NODE_PREFIX } from '../defaults.ts';
import type { NodeManifest } from '../manifests/model.ts';
import type { NodeInput } from '../schema/cluster.ts';
import { locate } from '../text/tree.ts';
import type { Addresses } from './addresses.ts';
import type { ScenarioDocument } from './scenario-document.ts';

/** A node before its kube-proxy is known. */
export interface NodeDraft {
  readonly name: string;
  readonly ip: string;
  readonly zone: string | null;
  readonly cpu: number;
  readonly unschedulable: boolean;
}

/** A node that may not have its address yet. */
type Unaddressed = Omit<NodeDraft, 'ip'> & { readonly ip: string | null };

/** Nodes that are listed where one is not known. */
const LISTED_MAX = 10;

/** Which nodes there are, for a finding about one that there is not. */
export function nodesHint(names: readonly string[]): string {
  const more = names.length - LISTED_MAX;
  const rest = more > 0 ? ` and ${more} more` : '';
  return `Nodes: ${names.slice(0, LISTED_MAX).join(', ')}${rest}`;
}

export function planNodes(
  manifests: readonly NodeManifest[],
  addresses: Addresses,
  document: ScenarioDocument,
): readonly NodeDraft[] {
  const nodes = new Map<string, Unaddressed>();
  (document.spec.nodes ?? []).forEach((input, index) => {
    if (document.isBroken('nodes', index)) return;
    for (const node of expand(input, index, document)) {
      if (nodes.has(node.name)) {
        document.error(['spec', 'nodes', index], 'Duplicate', `two nodes are named "${node.name}"`);
      }
      nodes.set(node.name, node);
    }
  });
  for (const manifest of manifests) {
    const { name, label, root } = manifest.document;
    if (nodes.has(name)) {
      const span = locate(root, ['metadata', 'name']);
      const message = `two nodes are named "${name}"`;
      document.findings.error({ code: 'Duplicate', path: label, span, message });
    }
    const { zone, ip, unschedulable } = manifest;
    nodes.set(name, { name, zone, cpu: manifest.cpu ?? NODE_CPU, ip, unschedulable });
  }
  if (nodes.size === 0) {
    const name = NODE_NAME;
    nodes.set(name, { name, zone: null, cpu: NODE_CPU, ip: null, unschedulable: false });
  }
  const [first] = manifests;
  if (first !== undefined && [...nodes.values()].every((node) => node.unschedulable)) {
    const { label, root } = first.document;
    const message = 'every node is cordoned or tainted: no pod has a place';
    const hint = 'spec.nodes of the scenario adds nodes';
    const span = locate(root, ['spec']);
    document.findings.error({ code: 'Invalid', path: label, span, message, hint });
  }
  return [...nodes.values()].map((node) => ({ ...node, ip: addresses.node(node.ip) }));
}

function expand(input: NodeInput, index: number, document: ScenarioDocument): Unaddressed[] {
  const path = ['spec', 'nodes', index];
  const cpu = input.cpu === undefined ? NODE_CPU : (parseQuantity(input.cpu) ?? NODE_CPU);
  if (input.zone !== undefined && input.zones !== undefined) {
    document.error([...path, 'zone'], 'Invalid', 'zone and zones exclude each other');
  }
  const zones = input.zones ?? (input.zone === undefined ? [] : [input.zone]);
  if (input.name !== undefined) {
    for (const field of ['namePrefix', 'count', 'zones'] as const) {
      if (input[field] === undefined) continue;
      document.error([...path, field], 'Invalid', `${field} goes with namePrefix, not with name`);
    }
    return [{ name: input.name, zone: zones[0] ?? null, cpu, ip: null, unschedulable: false }];
  }
  const prefix = input.namePrefix ?? NODE_PREFIX;
  return Array.from({ length: input.count ?? 1 }, (_, at) => ({
    name: `${prefix}-${at + 1}`,
    zone: zones[at % zones.length] ?? null,
    cpu,
    ip: null,
    unschedulable: false,
  }));
}
