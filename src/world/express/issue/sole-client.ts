/**
 * The client of a run that has only one, which looks up no names and draws one demand a request: nothing comes
 * between its requests, which are issued many at a time, a column after the other.
 */
import type { World } from '../../world.ts';
import type { Journeys } from '../journeys.ts';
import type { LaneClient } from '../lane-client.ts';
import {
  CLIENT,
  DEMAND,
  DUE,
  FACTS,
  INSERTED,
  REPLICA,
  REQUEST,
  RESOLVED,
  ROWS,
  TIMES,
  WINDOWS,
} from '../layout.ts';
import type { NextArrivals } from './next-arrivals.ts';
import type { RowList } from '../row-list.ts';

/** Instants that are drawn ahead: no other draw is another for it. */
const AHEAD = 512;

export class SoleClient {
  private readonly world: World;
  private readonly journeys: Journeys;
  private readonly arrivals: NextArrivals;
  private readonly client: LaneClient;
  /** When its next requests are due, ns: from `next` to `drawn`. */
  private readonly due: Float64Array = new Float64Array(AHEAD);
  private next = 0;
  private drawn = 1;
  /** Of those that are being issued. */
  private readonly demands: Float64Array = new Float64Array(AHEAD);
  private readonly replicas: Int32Array = new Int32Array(AHEAD);

  constructor(world: World, journeys: Journeys, arrivals: NextArrivals, client: LaneClient) {
    this.world = world;
    this.journeys = journeys;
    this.arrivals = arrivals;
    this.client = client;
    this.due[0] = arrivals.at[0];
  }

  /** Issues those of its next `limit` requests, far fewer than are drawn ahead, that are due before `bound` (ns). */
  issue(limit: number, bound: Float64Array, into: RowList): number {
    const { world, arrivals, client, due } = this;
    const { measurement, queue, horizon } = world;
    if (this.drawn - this.next <= limit) this.drawAhead();
    const count = this.countBefore(Math.min(bound[0], horizon), limit);
    if (count === 0) return 0;
    client.demands[0].fill(this.demands, count);
    client.client.dealing.fill(this.replicas, count);
    this.writeRows(count, into);
    this.next += count;
    client.lastIssue = due[this.next - 1];
    measurement.due(client.tally, count);
    world.issued += count;
    queue.now = client.lastIssue as typeof queue.now;
    queue.sequence += count;
    arrivals.sequence[0] = queue.sequence - 1;
    arrivals.at[0] = due[this.next] < horizon ? due[this.next] : Infinity;
    return count;
  }

  private drawAhead(): void {
    const { due } = this;
    const { times } = this.client;
    due.copyWithin(0, this.next, this.drawn);
    this.drawn -= this.next;
    this.next = 0;
    const rest = due.subarray(this.drawn);
    if (times.fill === undefined) rest.forEach((_, i) => (rest[i] = times.next()));
    else times.fill(rest);
    this.drawn = due.length;
  }

  /** How many of the next `limit` are due before `until` (ns). */
  private countBefore(until: number, limit: number): number {
    const { due, next } = this;
    if (due[next + limit - 1] < until) return limit;
    let count = 0;
    while (due[next + count] < until) count++;
    return count;
  }

  private writeRows(count: number, into: RowList): void {
    const { world, journeys, client, due, next, demands, replicas } = this;
    const { times, facts } = journeys;
    const windows = journeys.numberOf(world.measurement.current);
    const request = world.issued;
    const from = into.size;
    journeys.takeMany(into, count);
    const { rows } = into;
    let before = client.lastIssue;
    for (let i = 0; i < count; i++) {
      const number = rows[from + i] & ROWS;
      const row = number * TIMES;
      const fact = number * FACTS;
      const now = due[next + i];
      times[row + DUE] = now;
      times[row + RESOLVED] = now;
      times[row + INSERTED] = before;
      times[row + DEMAND] = demands[i];
      facts[fact + WINDOWS] = windows;
      facts[fact + REQUEST] = request + i;
      facts[fact + CLIENT] = 0;
      facts[fact + REPLICA] = replicas[i];
      before = now;
    }
  }
}
