/**
 * How the EndpointSlice controller packs the endpoints of a Service into slices
 * (staging/src/k8s.io/endpointslice/reconciler.go, reconcileByPortMapping and finalize). What is in a slice stays there:
 * endpoints are changed in place and taken out, new ones fill slices that are written anyway, and what is left goes to
 * one other slice where it fits, or to new ones. Nothing is ever moved, so slices may be more than they need be.
 */

/** An endpoint as a slice has it. */
export interface PackedEndpoint<H = unknown> {
  /** Endpoints with the same ports share slices. */
  readonly ports: string;
  /** Its conditions; another value: it has changed. */
  readonly conditions: number;
  /** For whom it is meant. Slices in which nothing else changes are written for that, but not filled. */
  readonly hints: H;
}

/** One slice: its endpoints by number. */
export interface Slice<H = unknown> {
  /** Those of its endpoints; null: a placeholder, which has none. */
  readonly ports: string | null;
  readonly endpoints: ReadonlyMap<number, PackedEndpoint<H>>;
}

/** What has to be written to the API server, one request each. */
export interface SliceWrites {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
}

interface OpenSlice<H> {
  readonly ports: string | null;
  readonly endpoints: Map<number, PackedEndpoint<H>>;
}

/** What becomes of slices with the same ports. */
interface Repacked<H> {
  readonly updated: Set<OpenSlice<H>>;
  readonly unchanged: Set<OpenSlice<H>>;
  readonly created: OpenSlice<H>[];
  readonly deleted: number;
}

export class SlicePacking<H = unknown> {
  private readonly max: number;
  private readonly sameHints: (a: H, b: H) => boolean;
  private current: readonly OpenSlice<H>[] = [];

  /** @param max endpoints in a slice */
  constructor(max: number, sameHints: (a: H, b: H) => boolean) {
    this.max = max;
    this.sameHints = sameHints;
  }

  get slices(): readonly Slice<H>[] {
    return this.current;
  }

  /** Makes the slices say that these are the endpoints, by number. Returns what it takes. */
  reconcile(desired: ReadonlyMap<number, PackedEndpoint<H>>): SliceWrites {
    const wanted = new Map<string | null, Map<number, PackedEndpoint<H>>>();
    const existing = new Map<string | null, OpenSlice<H>[]>();
    for (const slice of this.current) groupIn(existing, slice.ports, () => []).push(slice);
    for (const [number, endpoint] of desired) {
      groupIn(wanted, endpoint.ports, () => new Map()).set(number, endpoint);
    }
    let created = 0;
    let updated = 0;
    let deleted = 0;
    const slices: OpenSlice<H>[] = [];
    for (const ports of new Set([...existing.keys(), ...wanted.keys()])) {
      const left = wanted.get(ports) ?? new Map<number, PackedEndpoint<H>>();
      const repacked = this.repack(ports, existing.get(ports) ?? [], left);
      for (const slice of repacked.updated) this.renewHints(slice, desired);
      for (const slice of repacked.unchanged) if (this.renewHints(slice, desired)) updated++;
      slices.push(...repacked.unchanged, ...repacked.updated, ...repacked.created);
      created += repacked.created.length;
      updated += repacked.updated.size;
      deleted += repacked.deleted;
    }
    // A Service without endpoints keeps a slice without any.
    if (slices.length === 0) {
      const before = this.current.find((slice) => slice.ports === null);
      slices.push(before ?? { ports: null, endpoints: new Map() });
      if (before !== undefined) deleted--;
      else created++;
    }
    this.current = slices;
    // Instead of deleting one and creating another it writes the new one over the old.
    const recycled = Math.min(created, deleted);
    return {
      created: created - recycled,
      updated: updated + recycled,
      deleted: deleted - recycled,
    };
  }

  /** Takes what it places out of `left`. */
  private repack(
    ports: string | null,
    existing: readonly OpenSlice<H>[],
    left: Map<number, PackedEndpoint<H>>,
  ): Repacked<H> {
    const updated = new Set<OpenSlice<H>>();
    const unchanged = new Set<OpenSlice<H>>();
    let deleted = 0;
    for (const slice of existing) {
      const hasChanged = keepWanted(slice, left);
      if (!hasChanged && slice.ports !== null) unchanged.add(slice);
      else if (slice.endpoints.size > 0) updated.add(slice);
      else deleted++;
    }
    const fullestFirst = [...updated].sort((a, b) => b.endpoints.size - a.endpoints.size);
    for (const slice of fullestFirst) this.fill(slice, left);

    const created: OpenSlice<H>[] = [];
    while (left.size > 0) {
      const fitting = left.size < this.max ? this.fullestThatFits(unchanged, left.size) : null;
      if (fitting !== null) {
        unchanged.delete(fitting);
        updated.add(fitting);
        this.fill(fitting, left);
      } else {
        const slice: OpenSlice<H> = { ports, endpoints: new Map() };
        created.push(slice);
        this.fill(slice, left);
      }
    }
    return { updated, unchanged, created, deleted };
  }

  private fill({ endpoints }: OpenSlice<H>, left: Map<number, PackedEndpoint<H>>): void {
    for (const [number, endpoint] of left) {
      if (endpoints.size >= this.max) return;
      endpoints.set(number, endpoint);
      left.delete(number);
    }
  }

  /** The slice with the least room that has enough; null: none has. */
  private fullestThatFits(slices: ReadonlySet<OpenSlice<H>>, count: number): OpenSlice<H> | null {
    let best: OpenSlice<H> | null = null;
    for (const slice of slices) {
      const { size } = slice.endpoints;
      if (size + count <= this.max && (best === null || size > best.endpoints.size)) best = slice;
    }
    return best;
  }

  /** Gives the endpoints of a slice their hints. Returns whether that changes any. */
  private renewHints(
    { endpoints }: OpenSlice<H>,
    desired: ReadonlyMap<number, PackedEndpoint<H>>,
  ): boolean {
    let hasChanged = false;
    for (const [number, { hints }] of endpoints) {
      const endpoint = desired.get(number)!;
      if (this.sameHints(hints, endpoint.hints)) continue;
      endpoints.set(number, endpoint);
      hasChanged = true;
    }
    return hasChanged;
  }
}

/**
 * Takes out of a slice what is not wanted, and puts the rest as it is wanted, which is then no longer left to place.
 * Returns whether that changes the slice, hints aside.
 */
function keepWanted<H>({ endpoints }: OpenSlice<H>, left: Map<number, PackedEndpoint<H>>): boolean {
  let hasChanged = false;
  for (const [number, { conditions }] of endpoints) {
    const endpoint = left.get(number);
    if (endpoint === undefined) {
      endpoints.delete(number);
      hasChanged = true;
    } else {
      left.delete(number);
      if (endpoint.conditions === conditions) continue;
      endpoints.set(number, endpoint);
      hasChanged = true;
    }
  }
  return hasChanged;
}

function groupIn<K, V>(groups: Map<K, V>, key: K, make: () => V): V {
  let group = groups.get(key);
  if (group === undefined) {
    group = make();
    groups.set(key, group);
  }
  return group;
}
