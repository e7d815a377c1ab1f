/**
 * Which nodes are down, and who can reach whom: packets between two nodes, a node and the outside, a node and the
 * control plane. A packet arrives if the way is open at the moment at which it would.
 *
 * Left out: cuts of one direction, and loss of a share of the packets.
 */
import type { PartitionSide } from '../../contract/plan.ts';

/** One side of a cut, made for looking up. */
interface Side {
  /** By node. */
  readonly has: Uint8Array;
  readonly outside: boolean;
  readonly controlPlane: boolean;
}

type Cut = readonly [Side, Side];

export class Nodes {
  /** Whether any way is closed: until then nobody need ask. */
  hasCuts: boolean = false;
  /** What has each node down now: several faults may. */
  private readonly faults: Int32Array;
  private downCount = 0;
  private cuts: Cut[] = [];
  /** What waits for the control plane to reach a node again. */
  private readonly held = new Map<number, (() => void)[]>();

  /** Told before who reaches whom changes. */
  private readonly changes: () => void;

  constructor(count: number, changes: () => void) {
    this.faults = new Int32Array(count);
    this.changes = changes;
  }

  /** Whether the node does nothing and answers nobody. Whoever is outside never goes down. */
  isDown(node: number): boolean {
    return node >= 0 && this.faults[node] > 0;
  }

  /** Whether packets pass between two nodes, either way; -1 for one of them stands for all that is outside the cluster. */
  canReach(from: number, to: number): boolean {
    if (!this.hasCuts) return true;
    if (this.isDown(from) || this.isDown(to)) return false;
    if (from === to) return true;
    return !this.cuts.some(
      ([a, b]) => (isIn(a, from) && isIn(b, to)) || (isIn(a, to) && isIn(b, from)),
    );
  }

  /** Whether the API server hears of a node, and the node of the API server. */
  controlPlaneReaches(node: number): boolean {
    if (!this.hasCuts) return true;
    if (this.isDown(node)) return false;
    return !this.cuts.some(
      ([a, b]) => (a.controlPlane && isIn(b, node)) || (b.controlPlane && isIn(a, node)),
    );
  }

  /** Does `act` when the control plane next reaches a node that it does not reach now, after those who came before. */
  whenReached(node: number, act: () => void): void {
    const waiting = this.held.get(node);
    if (waiting === undefined) this.held.set(node, [act]);
    else waiting.push(act);
  }

  /** A fault takes the node down. Returns whether it was up. */
  takeDown(node: number): boolean {
    this.changes();
    if (this.faults[node]++ > 0) return false;
    this.downCount++;
    this.noteCuts();
    return true;
  }

  /** The fault is over. Returns whether the node is up again. */
  bringUp(node: number): boolean {
    this.changes();
    if (--this.faults[node] > 0) return false;
    this.downCount--;
    this.noteCuts();
    return true;
  }

  /** Cuts the ways between two sides. Returns what heals it. */
  cut(between: readonly [PartitionSide, PartitionSide]): () => void {
    this.changes();
    const cut: Cut = [this.sideOf(between[0]), this.sideOf(between[1])];
    this.cuts = [...this.cuts, cut];
    this.noteCuts();
    return () => {
      this.changes();
      this.cuts = this.cuts.filter((other) => other !== cut);
      this.noteCuts();
    };
  }

  /** Lets those go on who waited for the control plane to reach nodes that it reaches now. */
  letGoOn(): void {
    for (const [node, acts] of this.held) {
      if (!this.controlPlaneReaches(node)) continue;
      this.held.delete(node);
      for (const act of acts) act();
    }
  }

  private noteCuts(): void {
    this.hasCuts = this.downCount > 0 || this.cuts.length > 0;
  }

  private sideOf({ nodes, external, controlPlane }: PartitionSide): Side {
    const has = new Uint8Array(this.faults.length);
    for (const node of nodes) has[node] = 1;
    return { has, outside: external, controlPlane };
  }
}

const isIn = (side: Side, node: number): boolean =>
  node < 0 ? side.outside : side.has[node] === 1;
