/**
 * The hints that the EndpointSlice controller gives endpoints: for whom each is meant. Sources:
 * endpointslice/trafficdist (KEP-4444, KEP-3015) and endpointslice/topologycache (KEP-2433).
 *
 * Left out: that Auto leaves slices alone in which nothing changed, and so depends on the past of a
 * Service with more than one slice; nodes that come and go.
 */
import { compareCodeUnits } from '../base/order.ts';
import type { Hints } from './endpoint.ts';
import type { TopologyMode } from './service.ts';

/** An endpoint as the controller sees it. */
export interface HintCandidate {
  readonly ready: boolean;
  readonly node: number;
  readonly zone: string | null;
}

/** Cores by zone, in the order of the zones' names; null: not all nodes have a zone. */
export type ZoneCapacity = ReadonlyMap<string, number> | null;

/** A zone may be short of endpoints by this share of what it has to serve. */
const OVERLOAD_THRESHOLD = 0.2;

export function zoneCapacity(
  nodes: readonly { readonly zone: string | null; readonly cpu: number }[],
): ZoneCapacity {
  const cores = new Map<string, number>();
  for (const { zone, cpu } of nodes) {
    if (zone === null) return null;
    cores.set(zone, (cores.get(zone) ?? 0) + cpu);
  }
  return new Map([...cores].sort(([a], [b]) => compareCodeUnits(a, b)));
}

/** The hints of each endpoint; null: none. Only ready endpoints have any. */
export function hintsFor(
  mode: TopologyMode,
  endpoints: readonly HintCandidate[],
  capacity: ZoneCapacity,
): readonly (Hints | null)[] {
  const forZone = new Map<string, Hints>();
  const hintOf = (zone: string): Hints => {
    let hint = forZone.get(zone);
    if (hint === undefined) forZone.set(zone, (hint = { zones: [zone], nodes: [] }));
    return hint;
  };
  if (mode === 'Auto') {
    const zones = allocate(endpoints, capacity);
    return endpoints.map((_, i) => (zones?.[i] == null ? null : hintOf(zones[i])));
  }
  return endpoints.map(({ ready, zone, node }) => {
    if (!ready) return null;
    if (mode === 'PreferSameZone') return zone === null ? null : hintOf(zone);
    return { zones: zone === null ? [] : [zone], nodes: [node] };
  });
}

/**
 * Auto: the zone that each ready endpoint is meant for, in proportion to the zones' cores; null where
 * that cannot be had without overloading one. Endpoints stay with their own zone as far as it goes.
 */
function allocate(
  endpoints: readonly HintCandidate[],
  capacity: ZoneCapacity,
): (string | null)[] | null {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  const desired = desiredByZone(ready.length, capacity);
  if (desired === null || ready.some(({ zone }) => zone === null)) return null;
  const allocated = new Map<string, number>();
  for (const { zone } of ready) allocated.set(zone!, (allocated.get(zone!) ?? 0) + 1);
  const { giving, receiving } = transfers(desired, allocated);
  return endpoints.map((endpoint) => {
    if (!endpoint.ready) return null;
    const own = endpoint.zone!;
    const [receiver] = receiving.keys();
    if (receiver === undefined || !giving.has(own)) return own;
    takeOne(giving, own);
    takeOne(receiving, receiver);
    return receiver;
  });
}

/** How many endpoints each zone should have; null: hints would overload one, or make no sense. */
function desiredByZone(n: number, capacity: ZoneCapacity): Map<string, number> | null {
  if (capacity === null || capacity.size < 2 || capacity.size > n) return null;
  const total = [...capacity.values()].reduce((sum, cores) => sum + cores, 0);
  const desired = new Map<string, number>();
  let spare = n;
  for (const [zone, cores] of capacity) {
    const share = (cores / total) * n;
    const minimum = Math.ceil(share * (1 / (1 + OVERLOAD_THRESHOLD)));
    spare -= minimum;
    if (spare < 0) return null;
    desired.set(zone, Math.max(share, minimum));
  }
  return desired;
}

/** How many endpoints change from zone to zone: surplus to deficit, the greatest first. */
function transfers(
  desired: ReadonlyMap<string, number>,
  allocated: ReadonlyMap<string, number>,
): { readonly giving: Map<string, number>; readonly receiving: Map<string, number> } {
  const giving = new Map<string, number>();
  const receiving = new Map<string, number>();
  const surplus = new Map<string, number>();
  const deficit = new Map<string, number>();
  for (const [zone, target] of desired) {
    const over = (allocated.get(zone) ?? 0) - target;
    if (over > 0) surplus.set(zone, over);
    else if (over < 0) deficit.set(zone, -over);
  }
  for (;;) {
    const giver = greatest(surplus);
    const receiver = greatest(deficit);
    if (giver === undefined || receiver === undefined) break;
    const most = Math.max(surplus.get(giver)!, deficit.get(receiver)!);
    const least = Math.min(surplus.get(giver)!, deficit.get(receiver)!);
    if (most < 1 || least < 0.5) break;
    addOne(giving, giver);
    addOne(receiving, receiver);
    surplus.set(giver, surplus.get(giver)! - 1);
    deficit.set(receiver, deficit.get(receiver)! - 1);
  }
  return { giving, receiving };
}

/** The key of the greatest value, the first of equals. */
function greatest(values: ReadonlyMap<string, number>): string | undefined {
  let found: string | undefined;
  for (const [key, value] of values) {
    if (found === undefined || value > values.get(found)!) found = key;
  }
  return found;
}

function addOne(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function takeOne(counts: Map<string, number>, key: string): void {
  const left = counts.get(key)! - 1;
  if (left === 0) counts.delete(key);
  else counts.set(key, left);
}
