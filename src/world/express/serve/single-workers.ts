/**
 * Pods with one worker each. A request begins when it arrives, or else when the one before it has been served:
 *
 *   begun = max(arrived, served of the one before)
 *   served = begun + demand
 *
 * which is the recursion of D. V. Lindley ("The theory of queues with a single server", Mathematical Proceedings of the
 * Cambridge Philosophical Society 48, 1952), with the instants themselves instead of waits.
 *
 * When the last requests of a pod are served stands in a ring. There are more than n at the pod when the one that came n
 * before has not been served, so that a new maximum shows by one look.
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
  BASE,
  BEGUN,
  COUNT,
  DEMAND,
  ENDED,
  FACTS,
  HOP,
  INSERTED,
  LEVEL,
  MASK,
  POD,
  RING,
  SERVED,
  STAY,
  SUMS,
  TIMES,
  WORK,
} from '../layout.ts';
import type { PodQueues } from './pod-queues.ts';

/** Requests that a ring has room for at first: a power of two. */
const ROOM = 8;
/** Before all instants. */
const NEVER = -1;
/** More than there can be at a pod. */
const BEYOND = 2 ** 30;

export class SingleWorkers implements PodQueues {
  isInDoubt: boolean = false;
  private readonly journeys: Journeys;
  private readonly loads: PodLoads;
  private readonly measurement: Measurement;
  /** By pod, with the columns of layout.ts. */
  private readonly rings: Int32Array;
  private readonly sums: Float64Array;
  /** All rings one after the other: when each request is served, and when it has begun, in turn. */
  private slots: Float64Array;
  /** Where the next ring would begin. */
  private end: number;

  constructor(pods: number, journeys: Journeys, loads: PodLoads, measurement: Measurement) {
    this.journeys = journeys;
    this.loads = loads;
    this.measurement = measurement;
    this.rings = new Int32Array(pods * RING);
    this.sums = new Float64Array(pods * SUMS);
    this.slots = new Float64Array(pods * 2 * ROOM).fill(NEVER);
    this.end = this.slots.length;
    for (let pod = 0; pod < pods; pod++) {
      this.rings[pod * RING + BASE] = pod * 2 * ROOM;
      this.rings[pod * RING + MASK] = ROOM - 1;
    }
  }

  serve(rows: Int32Array, from: number, to: number): void {
    const { rings, sums } = this;
    const { times, facts } = this.journeys;
    let { slots } = this;
    for (let i = from; i < to; i++) {
      const row = rows[i] * TIMES;
      const pod = facts[rows[i] * FACTS + POD];
      const ring = pod * RING;
      const at = times[row + ARRIVED];
      const count = rings[ring + COUNT];
      // Whoever stands where this one comes to stand must have gone.
      if (slots[rings[ring + BASE] + 2 * (count & rings[ring + MASK])] >= at) {
        slots = this.grow(ring);
      }
      const base = rings[ring + BASE];
      const mask = rings[ring + MASK];
      const before = slots[base + 2 * ((count - 1) & mask)];
      const needs = times[row + DEMAND];
      const begun = before > at ? before : at;
      const served = begun + needs;
      const place = base + 2 * (count & mask);
      slots[place] = served;
      slots[place + 1] = begun;
      rings[ring + COUNT] = count + 1;
      times[row + BEGUN] = begun;
      times[row + SERVED] = served;
      times[row + ENDED] = served + times[row + HOP];
      sums[pod * SUMS + STAY] += served - at;
      sums[pod * SUMS + WORK] += needs;
      // More than fit into the ring cannot be there.
      const level = rings[ring + LEVEL];
      if (level <= mask && slots[base + 2 * ((count - level) & mask)] >= at) {
        this.noteLevel(pod, row);
      }
    }
  }

  tellLoads(now: number): void {
    const { rings, sums, slots } = this;
    for (let pod = 0; pod * RING < rings.length; pod++) {
      const ring = pod * RING;
      let inFlight = 0;
      let inFlightArea = sums[pod * SUMS + STAY];
      let busyArea = sums[pod * SUMS + WORK];
      for (;;) {
        const place = this.placeBefore(ring, inFlight);
        if (inFlight > rings[ring + MASK] || slots[place] < now) break;
        inFlight++;
        inFlightArea -= slots[place] - now;
        busyArea -= slots[place] - Math.max(slots[place + 1], now);
      }
      this.loads.set(pod, { inFlight, busy: Math.min(inFlight, 1), inFlightArea, busyArea }, now);
      // Other windows have other maxima.
      rings[ring + LEVEL] = 0;
    }
  }

  /** Where the one stands that came so many before the last. */
  private placeBefore(ring: number, before: number): number {
    const { rings } = this;
    const number = (rings[ring + COUNT] - 1 - before) & rings[ring + MASK];
    return rings[ring + BASE] + 2 * number;
  }

  /** There may never have been so many at the pod: the request of a row of times has just come. */
  private noteLevel(pod: number, row: number): void {
    const { loads, rings, slots } = this;
    const { current } = this.measurement;
    const { times } = this.journeys;
    const ring = pod * RING;
    const at = times[row + ARRIVED];
    const inserted = times[row + INSERTED];
    let there = 1;
    let isOpen = false;
    for (; there <= rings[ring + MASK]; there++) {
      const place = this.placeBefore(ring, there);
      if (slots[place] < at || (slots[place] === at && slots[place + 1] < inserted)) break;
      if (slots[place] === at && !(slots[place + 1] > inserted)) isOpen = true;
    }
    if (isOpen && loads.wouldRaise(pod, there, current)) this.isInDoubt = true;
    loads.reached(pod, there, current);
    rings[ring + LEVEL] = loads.leastMaximum(pod, current, BEYOND);
  }

  /** A ring of twice the length, at the end of all. Returns the slots. */
  private grow(ring: number): Float64Array {
    const { rings, end } = this;
    const base = rings[ring + BASE];
    const length = rings[ring + MASK] + 1;
    if (end + 4 * length > this.slots.length) {
      const slots = new Float64Array(2 * (end + 4 * length)).fill(NEVER, end);
      slots.set(this.slots.subarray(0, end));
      this.slots = slots;
    }
    const { slots } = this;
    for (let before = 1; before <= length; before++) {
      const number = rings[ring + COUNT] - before;
      const from = base + 2 * (number & (length - 1));
      const to = end + 2 * (number & (2 * length - 1));
      slots[to] = slots[from];
      slots[to + 1] = slots[from + 1];
    }
    rings[ring + BASE] = end;
    rings[ring + MASK] = 2 * length - 1;
    this.end = end + 4 * length;
    return slots;
  }
}
