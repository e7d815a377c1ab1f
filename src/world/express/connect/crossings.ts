/**
 * Journeys that are on their way to pods, in the order in which they arrive. That is nearly the one in which they left, so
 * each finds its place from the end of a ring.
 *
 * Of two that arrive in the same instant, the event queue would take first what it was given first. Where that cannot be
 * told and they go to the same pod, the order is in doubt.
 */
import type { Journeys } from '../journeys.ts';
import { ARRIVED, COST, DEMAND, FACTS, HOP, INSERTED, POD, TIMES } from '../layout.ts';
import type { RowList } from '../row-list.ts';

export class Crossings {
  size: number = 0;
  isInDoubt: boolean = false;
  private readonly journeys: Journeys;
  private ring: Int32Array = new Int32Array(64);
  private head = 0;

  constructor(journeys: Journeys) {
    this.journeys = journeys;
  }

  add(row: number): void {
    if (this.size === this.ring.length) this.grow();
    const { ring, head } = this;
    const mask = ring.length - 1;
    const { times } = this.journeys;
    const at = times[row * TIMES + ARRIVED];
    let place = head + this.size++;
    while (place > head) {
      const before = ring[(place - 1) & mask];
      const ahead = times[before * TIMES + ARRIVED];
      if (ahead < at) break;
      if (ahead === at && !this.overtakes(row, before)) {
        this.lookAhead(row, place - 1);
        break;
      }
      ring[place & mask] = before;
      place--;
    }
    ring[place & mask] = row;
  }

  /** Takes out those that arrive before `until` (ns), in their order. */
  take(until: Float64Array, into: RowList): void {
    const { ring } = this;
    const { times } = this.journeys;
    const mask = ring.length - 1;
    const bound = until[0];
    into.reserve(this.size);
    while (this.size > 0 && times[ring[this.head] * TIMES + ARRIVED] < bound) {
      into.push(ring[this.head]);
      this.head = (this.head + 1) & mask;
      this.size--;
    }
  }

  /** Of those that are left when all that arrive before `instant` (ns) have been taken: whether one can arrive and end in it. */
  canEndAt(instant: Float64Array): boolean {
    const { ring, head, size } = this;
    const { times } = this.journeys;
    for (let i = 0; i < size; i++) {
      const row = ring[(head + i) & (ring.length - 1)] * TIMES;
      if (times[row + ARRIVED] > instant[0]) return false;
      if (times[row + HOP] + times[row + DEMAND] === 0) return true;
    }
    return false;
  }

  /** Visits all that have not arrived. */
  forEach(visit: (row: number) => void): void {
    for (let i = 0; i < this.size; i++) visit(this.ring[(this.head + i) & (this.ring.length - 1)]);
  }

  /** Whether `row`, which left later, is known to come before one that arrives in the same instant. */
  private overtakes(row: number, other: number): boolean {
    const { times } = this.journeys;
    return (
      !this.areAlike(row, other) && times[row * TIMES + INSERTED] < times[other * TIMES + INSERTED]
    );
  }

  /** Those alike in their steps arrive in the order in which they left. */
  private areAlike(row: number, other: number): boolean {
    const { times } = this.journeys;
    const a = row * TIMES;
    const b = other * TIMES;
    return times[a + HOP] === times[b + HOP] && times[a + COST] > 0 === times[b + COST] > 0;
  }

  /** `row` has its place behind that one, which arrives in the same instant: whether it is behind all with which it shares its pod. */
  private lookAhead(row: number, last: number): void {
    const { ring, head } = this;
    const { times, facts } = this.journeys;
    const at = times[row * TIMES + ARRIVED];
    const pod = facts[row * FACTS + POD];
    for (let place = last; place >= head; place--) {
      const other = ring[place & (ring.length - 1)];
      if (times[other * TIMES + ARRIVED] !== at) return;
      const isBehind =
        this.areAlike(row, other) ||
        times[row * TIMES + INSERTED] > times[other * TIMES + INSERTED];
      if (!isBehind && facts[other * FACTS + POD] === pod) this.isInDoubt = true;
    }
  }

  private grow(): void {
    const { ring, head } = this;
    this.ring = new Int32Array(2 * ring.length);
    for (let i = 0; i < ring.length; i++) this.ring[i] = ring[(head + i) & (ring.length - 1)];
    this.head = 0;
  }
}
