/** All that the express lane waits for, by time and then number of insertion, as the event queue orders it. */
import type { Hop } from '../traffic/network.ts';
import { Crossings } from './crossings.ts';
import { ARRIVAL, NOTHING, PENDING } from './layout.ts';
import type { NextArrivals } from './next-arrivals.ts';
import { Pending } from './pending.ts';

export class Timetable {
  readonly arrivals: NextArrivals;
  readonly pending: Pending = new Pending();
  readonly crossings: Crossings[] = [];
  /** When the first comes, ns, once `next` has found it; and before when it must, to be found. */
  readonly at: Float64Array = new Float64Array(1);
  readonly bound: Float64Array = new Float64Array(1);

  constructor(arrivals: NextArrivals) {
    this.arrivals = arrivals;
  }

  /** Finds what comes first, before `bound`: as layout.ts has it. */
  next(): number {
    const { pending, crossings, arrivals } = this;
    let at = arrivals.at[arrivals.first];
    let sequence = arrivals.sequence[arrivals.first];
    let source = ARRIVAL;
    const due = pending.at[0];
    if (due < at || (due === at && pending.sequence[0] < sequence)) {
      at = due;
      sequence = pending.sequence[0];
      source = PENDING;
    }
    for (let i = 0; i < crossings.length; i++) {
      const { head, size, at: arrivesAt, sequence: sequences } = crossings[i];
      if (size === 0) continue;
      const arrives = arrivesAt[head];
      if (arrives > at || (arrives === at && sequences[head] > sequence)) continue;
      at = arrives;
      sequence = sequences[head];
      source = i;
    }
    this.at[0] = at;
    return at < this.bound[0] ? source : NOTHING;
  }

  /** The number of the first that comes at an instant before which nothing does; Infinity: nothing comes there. */
  sequenceAt(instant: number): number {
    const { pending, crossings, arrivals } = this;
    let first = Infinity;
    if (arrivals.at[arrivals.first] === instant) first = arrivals.sequence[arrivals.first];
    if (pending.at[0] === instant) first = Math.min(first, pending.sequence[0]);
    for (const { size, head, at, sequence } of crossings) {
      if (size > 0 && at[head] === instant) first = Math.min(first, sequence[head]);
    }
    return first;
  }

  /** The line of all that crosses distances of this delay; null: it varies, or nothing ever waits there. */
  lineOf({ constant }: Hop): Crossings | null {
    if (constant === null || constant === 0) return null;
    let line = this.crossings.find(({ delay }) => delay === constant);
    if (line === undefined) {
      line = new Crossings(constant);
      this.crossings.push(line);
    }
    return line;
  }
}
