/**
 * How the pods of one workload are spread over zones and nodes, and where that lets the next one go.
 *
 * Source: k8s pkg/scheduler/framework/plugins/podtopologyspread. As there, pods that terminate are not counted, and
 * nodes that take no pods at present still count as domains (nodeTaintsPolicy: Ignore): a zone that is lost and
 * empty keeps a constraint that must hold from being met elsewhere.
 *
 * Left out: minDomains, matchLabelKeys, skew among what only should be spread (the emptiest zone, then the emptiest
 * node is taken).
 */
import type { PlannedSpread } from '../../contract/plan.ts';

export class Spread {
  private readonly zones: Int32Array;
  private readonly inZone: Int32Array;
  private readonly onNode: Int32Array;
  /** How far a domain may be above the emptiest; Infinity: any. */
  private readonly zoneSkew: number;
  private readonly nodeSkew: number;
  private leastInZone = 0;
  private leastOnNode = 0;

  /** @param zones by node: the number of its zone, or -1 where it has none. */
  constructor(constraints: readonly PlannedSpread[], zones: Int32Array, zoneCount: number) {
    this.zones = zones;
    this.inZone = new Int32Array(zoneCount);
    this.onNode = new Int32Array(zones.length);
    this.zoneSkew = hardSkew(constraints, 'zone');
    this.nodeSkew = hardSkew(constraints, 'hostname');
  }

  /** A pod has come to a node (1) or does not count there any longer (-1). */
  add(node: number, step: 1 | -1): void {
    this.onNode[node] += step;
    const zone = this.zones[node];
    if (zone !== -1) this.inZone[zone] += step;
  }

  /** To be called before nodes are asked for, after pods have come or gone. */
  prepare(): void {
    if (this.zoneSkew < Infinity) this.leastInZone = least(this.inZone);
    if (this.nodeSkew < Infinity) this.leastOnNode = least(this.onNode);
  }

  /** Whether what must hold still holds with one more pod on the node. */
  permits(node: number): boolean {
    if (this.onNode[node] + 1 - this.leastOnNode > this.nodeSkew) return false;
    if (this.zoneSkew === Infinity) return true;
    const zone = this.zones[node];
    return zone !== -1 && this.inZone[zone] + 1 - this.leastInZone <= this.zoneSkew;
  }

  /** Below 0: the next pod had better go to `node` than to `other`. */
  compare(node: number, other: number): number {
    return (
      this.countInZone(node) - this.countInZone(other) || this.onNode[node] - this.onNode[other]
    );
  }

  private countInZone(node: number): number {
    const zone = this.zones[node];
    return zone === -1 ? 0 : this.inZone[zone];
  }
}

function hardSkew(constraints: readonly PlannedSpread[], topology: string): number {
  const hard = constraints.filter(
    (one) => one.topology === topology && one.whenUnsatisfiable === 'DoNotSchedule',
  );
  return Math.min(Infinity, ...hard.map(({ maxSkew }) => maxSkew));
}

const least = (counts: Int32Array): number =>
  counts.reduce((minimum, count) => Math.min(minimum, count), Infinity);
