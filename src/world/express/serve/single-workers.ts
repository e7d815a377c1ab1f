/**
 * Pods with one worker each. A request begins when it arrives, or else when the one before it has been served:
 *
 *   begun = max(arrived, served of the one before)
 *   served = begun + demand
 *
 * which is the recursion of D. V. Lindley ("The theory of queues with a single server", Mathematical Proceedings of the
 * Cambridge Philosophical Society 48, 1952), with the instants themselves instead of waits.
 *
 * When the last request of a pod is served stands in the pod's row, with the sums. Whoever comes while it is there pushes it
 * into a ring of those before it; so a request that finds its pod idle, as most do behind least connections, touches one
 * line of the cache. The worker is busy from the first request on but for the time in IDLE.
 *
 * How many are at the pod must be known only where there may be more than ever. That is not so for the first one at an idle
 * pod, nor for the next few: how many more may come is counted down, and those at the pod are counted only when none is left.
 *
 * Whether one that leaves in the very instant of an arrival has gone by then makes a difference to that maximum
 * only. The event queue takes first what it was given first, which was when the one began and when the other set out;
 * where that is the same instant and would make a new maximum, the result is in doubt.
 */
import type { Measurement } from '../../measure/measurement.ts';
import type { PodLoads } from '../../measure/pod-loads.ts';
import type { Journeys } from '../journeys.ts';
import {
  ARRIVED,
  BEGUN,
  DEMAND,
  ENDED,
  FACTS,
  HOP,
  INSERTED,
  POD,
  ROWS,
  SERVED,
  TIMES,
} from '../layout.ts';
import type { PodQueues } from './pod-queues.ts';
import { COLUMNS, IDLE, LAST, LEFT, LEVEL, MASK, PLACE, SINCE, STAY } from './single-layout.ts';

/** Requests that a ring has room for at first: a power of two. */
const ROOM = 4;
/** Before all instants. */
const NEVER = -1;

export class SingleWorkers implements PodQueues {
  isInDoubt: boolean = false;
  private readonly journeys: Journeys;
  private readonly loads: PodLoads;
  private readonly measurement: Measurement;
  private readonly count: number;
  /**
   * A row a pod, with the columns of single-layout.ts; then all rings: of each request when it is served, and when it has begun, in
   * turn. A ring begins at a multiple of its length, so that the low bits of a place are those in the ring.
   */
  private pods: Float64Array;
  /** Where the last ring ends. */
  private end: number;

  constructor(pods: number, journeys: Journeys, loads: PodLoads, measurement: Measurement) {
    this.journeys = journeys;
    this.loads = loads;
    this.measurement = measurement;
    this.count = pods;
    this.end = pods * (COLUMNS + 2 * ROOM);
    this.pods = new Float64Array(this.end).fill(NEVER);
    for (let pod = 0; pod < pods; pod++) {
      const row = pod * COLUMNS;
      this.pods[row + STAY] = 0;
      this.pods[row + IDLE] = NEVER;
      this.pods[row + LEVEL] = 0;
      this.pods[row + PLACE] = pods * COLUMNS + pod * 2 * ROOM;
      this.pods[row + MASK] = 2 * ROOM - 1;
    }
  }

  serve(rows: Int32Array, from: number, to: number): void {
    const { times, facts } = this.journeys;
    let { pods } = this;
    for (let i = from; i < to; i++) {
      const journey = rows[i] & ROWS;
      const row = journey * TIMES;
      const pod = (facts[journey * FACTS + POD] & ROWS) * COLUMNS;
      const at = times[row + ARRIVED];
      const last = pods[pod + LAST];
      let begun: number;
      let left: number;
      if (last < at) {
        begun = at;
        pods[pod + IDLE] += at - last;
        left = pods[pod + LEVEL] - 1;
      } else {
        begun = last;
        const before = pods[pod + PLACE] | 0;
        const place = before ^ ((before ^ (before + 2)) & pods[pod + MASK]);
        pods[pod + PLACE] = place;
        pods[place] = last;
        pods[place + 1] = pods[pod + SINCE];
        left = pods[pod + LEFT] - 1;
      }
      const served = begun + times[row + DEMAND];
      pods[pod + LAST] = served;
      pods[pod + SINCE] = begun;
      pods[pod + STAY] += served - at;
      pods[pod + LEFT] = left;
      times[row + BEGUN] = begun;
      times[row + SERVED] = served;
      times[row + ENDED] = served + times[row + HOP];
      if (left < 0) {
        this.noteLevel(facts[journey * FACTS + POD], row);
        ({ pods } = this);
      }
      if (begun === last) times[row + INSERTED] = NaN;
    }
  }

  tellLoads(now: number): void {
    const { pods, count } = this;
    for (let pod = 0; pod < count; pod++) {
      const row = pod * COLUMNS;
      const last = pods[row + LAST];
      const busyArea = Math.min(last, now) - pods[row + IDLE];
      let inFlight = 0;
      let inFlightArea = pods[row + STAY];
      if (last >= now) {
        const before = this.countBefore(row, now);
        let place = pods[row + PLACE];
        inFlight = 1 + before;
        inFlightArea -= last - now;
        for (let i = 0; i < before; i++) {
          inFlightArea -= pods[place] - now;
          place = placeBefore(place, pods[row + MASK]);
        }
      }
      this.loads.set(pod, { inFlight, busy: Math.min(inFlight, 1), inFlightArea, busyArea }, now);
      // Other windows have other maxima.
      pods[row + LEVEL] = 0;
      pods[row + LEFT] = 0;
    }
  }

  /** How many of those in a pod's ring have not been served before an instant (ns). */
  private countBefore(row: number, instant: number): number {
    const { pods } = this;
    const mask = pods[row + MASK];
    let place = pods[row + PLACE];
    let before = 0;
    for (; 2 * before <= mask && pods[place] >= instant; before++) place = placeBefore(place, mask);
    return before;
  }

  /** There may never have been so many at the pod: the request of a row of times has just come. */
  private noteLevel(pod: number, row: number): void {
    const { loads, pods } = this;
    const { current } = this.measurement;
    const { times } = this.journeys;
    const own = pod * COLUMNS;
    const at = times[row + ARRIVED];
    const inserted = times[row + INSERTED];
    const before = this.countBefore(own, at);
    let there = 1;
    let isOpen = false;
    for (let place = pods[own + PLACE]; there <= before; there++) {
      if (pods[place] === at) {
        if (pods[place + 1] < inserted) break;
        if (!(pods[place + 1] > inserted)) isOpen = true;
      }
      place = placeBefore(place, pods[own + MASK]);
    }
    if (isOpen && loads.wouldRaise(pod, there, current)) this.isInDoubt = true;
    loads.reached(pod, there, current);
    if (2 * before > pods[own + MASK]) this.grow(own);
    const room = (this.pods[own + MASK] + 1) / 2;
    const level = loads.leastMaximum(pod, current, room);
    this.pods[own + LEVEL] = Math.min(level, room);
    this.pods[own + LEFT] = Math.min(level, room) - 1 - before;
  }

  /** A ring of twice the length, at the end of all: the one of a pod's row is full. */
  private grow(row: number): void {
    const length = this.pods[row + MASK] + 1;
    const base = Math.ceil(this.end / (2 * length)) * 2 * length;
    this.end = base + 2 * length;
    if (this.end > this.pods.length) {
      const pods = new Float64Array(2 * this.end).fill(NEVER, this.pods.length);
      pods.set(this.pods);
      this.pods = pods;
    }
    const { pods } = this;
    let from = pods[row + PLACE];
    for (let to = base + length - 2; to >= base; to -= 2) {
      pods[to] = pods[from];
      pods[to + 1] = pods[from + 1];
      from = placeBefore(from, length - 1);
    }
    pods[row + PLACE] = base + length - 2;
    pods[row + MASK] = 2 * length - 1;
  }
}

/** Where the one stands that came before the one at a place of a ring. */
function placeBefore(place: number, mask: number): number {
  return place ^ ((place ^ (place - 2)) & mask);
}
