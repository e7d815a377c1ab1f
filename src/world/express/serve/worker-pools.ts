/**
 * Pods with any number of workers. A request begins when it arrives, or else when so many of those before it have been served
 * that a worker is left for it: the recursion of J. Kiefer and J. Wolfowitz ("On the theory of queues with many servers",
 * Transactions of the American Mathematical Society 78, 1955), with the instants themselves instead of waits: a ring of
 * those at the pod, in the order of being served.
 *
 * Whether one that leaves in the very instant of an arrival has gone by then makes a difference to the largest
 * number at the pod only. The event queue takes first what it was given first, which was when the one began and when the other
 * set out; where that is the same instant and would make a new maximum, the result is in doubt.
 */
import type { Measurement } from '../../measure/measurement.ts';
import type { PodLoads } from '../../measure/pod-loads.ts';
import type { Pod } from '../../cluster/pod.ts';
import type { Journeys } from '../journeys.ts';
import type { PodQueues } from './pod-queues.ts';
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
import { BASE, HEAD, MASK, RING, SIZE, STAY, SUMS, WORK, WORKERS } from './pool-layout.ts';

/** Requests at a pod that there is room for at first: a power of two. */
const ROOM = 4;

export class WorkerPools implements PodQueues {
  isInDoubt: boolean = false;
  private readonly journeys: Journeys;
  private readonly loads: PodLoads;
  private readonly measurement: Measurement;
  /** By pod, with the columns of pool-layout.ts. */
  private readonly rings: Int32Array;
  private readonly sums: Float64Array;
  /** All rings one after the other: when each request at a pod is served, and when it has begun, in turn. */
  private slots: Float64Array;
  /** Where the next ring would begin. */
  private end: number;

  constructor(pods: readonly Pod[], journeys: Journeys, loads: PodLoads, measurement: Measurement) {
    this.journeys = journeys;
    this.loads = loads;
    this.measurement = measurement;
    this.rings = new Int32Array(pods.length * RING);
    this.sums = new Float64Array(pods.length * SUMS);
    this.slots = new Float64Array(pods.length * 2 * ROOM);
    this.end = this.slots.length;
    pods.forEach(({ plan }, pod) => {
      this.rings[pod * RING + BASE] = pod * 2 * ROOM;
      this.rings[pod * RING + MASK] = ROOM - 1;
      this.sums[pod * SUMS + WORKERS] = plan.concurrency;
    });
  }

  /** Requests arrive: those of `rows` from `from` to `to`, in their order, while the same windows are open. */
  serve(rows: Int32Array, from: number, to: number): void {
    const { times, facts } = this.journeys;
    const { rings, sums, loads } = this;
    const { current } = this.measurement;
    let { slots } = this;
    for (let i = from; i < to; i++) {
      const journey = rows[i] & ROWS;
      const row = journey * TIMES;
      const pod = facts[journey * FACTS + POD] & ROWS;
      const ring = pod * RING;
      const at = times[row + ARRIVED];
      let size = rings[ring + SIZE];
      let head = rings[ring + HEAD];
      if (size > rings[ring + MASK]) {
        slots = this.grow(ring);
        head = 0;
      }
      const base = rings[ring + BASE];
      const mask = rings[ring + MASK];
      while (size > 0 && slots[base + 2 * head] < at) {
        head = (head + 1) & mask;
        size--;
      }
      if (size > 0 && slots[base + 2 * head] === at) {
        rings[ring + HEAD] = head;
        rings[ring + SIZE] = size;
        this.settleTie(pod, row);
        head = rings[ring + HEAD];
        size = rings[ring + SIZE];
      }
      let start = at;
      if (size > 0) {
        const workers = sums[pod * SUMS + WORKERS];
        if (size >= workers) {
          start = slots[base + 2 * ((head + size - workers) & mask)];
          times[row + INSERTED] = NaN;
        }
      }
      const needs = times[row + DEMAND];
      const end = start + needs;
      let place = head + size;
      while (place > head && slots[base + 2 * ((place - 1) & mask)] > end) {
        const before = base + 2 * ((place - 1) & mask);
        slots[base + 2 * (place & mask)] = slots[before];
        slots[base + 2 * (place & mask) + 1] = slots[before + 1];
        place--;
      }
      slots[base + 2 * (place & mask)] = end;
      slots[base + 2 * (place & mask) + 1] = start;
      rings[ring + HEAD] = head;
      rings[ring + SIZE] = size + 1;
      times[row + BEGUN] = start;
      times[row + SERVED] = end;
      times[row + ENDED] = end + times[row + HOP];
      sums[pod * SUMS + STAY] += end - at;
      sums[pod * SUMS + WORK] += needs;
      loads.reached(pod, size + 1, current);
    }
  }

  /** Tells the loads of all pods as they are just before `now` (ns). */
  tellLoads(now: number): void {
    const { rings, sums, slots } = this;
    for (let pod = 0; pod * RING < rings.length; pod++) {
      const ring = pod * RING;
      const mask = rings[ring + MASK];
      const dueAt = (i: number): number =>
        rings[ring + BASE] + 2 * ((rings[ring + HEAD] + i) & mask);
      while (rings[ring + SIZE] > 0 && slots[dueAt(0)] < now) {
        rings[ring + HEAD] = (rings[ring + HEAD] + 1) & mask;
        rings[ring + SIZE]--;
      }
      const inFlight = rings[ring + SIZE];
      let inFlightArea = sums[pod * SUMS + STAY];
      let busyArea = sums[pod * SUMS + WORK];
      for (let i = 0; i < inFlight; i++) {
        const at = dueAt(i);
        inFlightArea -= slots[at] - now;
        busyArea -= slots[at] - Math.max(slots[at + 1], now);
      }
      const busy = Math.min(inFlight, sums[pod * SUMS + WORKERS]);
      this.loads.set(pod, { inFlight, busy, inFlightArea, busyArea }, now);
    }
  }

  /** Some leave in the instant in which the request of a row of times arrives: who has gone before it. */
  private settleTie(pod: number, row: number): void {
    const { rings, slots } = this;
    const { times } = this.journeys;
    const ring = pod * RING;
    const at = times[row + ARRIVED];
    const inserted = times[row + INSERTED];
    let first = rings[ring + BASE] + 2 * rings[ring + HEAD];
    while (rings[ring + SIZE] > 0 && slots[first] === at && slots[first + 1] < inserted) {
      rings[ring + HEAD] = (rings[ring + HEAD] + 1) & rings[ring + MASK];
      rings[ring + SIZE]--;
      first = rings[ring + BASE] + 2 * rings[ring + HEAD];
    }
    const size = rings[ring + SIZE];
    if (size === 0 || slots[first] > at || slots[first + 1] > inserted) return;
    if (this.loads.wouldRaise(pod, size + 1, this.measurement.current)) this.isInDoubt = true;
  }

  /** A ring of twice the length, at the end of all. Returns the slots. */
  private grow(ring: number): Float64Array {
    const { rings, end } = this;
    const length = rings[ring + MASK] + 1;
    if (end + 4 * length > this.slots.length) {
      const slots = new Float64Array(2 * (end + 4 * length));
      slots.set(this.slots);
      this.slots = slots;
    }
    const base = rings[ring + BASE];
    const head = base + 2 * rings[ring + HEAD];
    this.slots.copyWithin(end, head, base + 2 * length);
    this.slots.copyWithin(end + base + 2 * length - head, base, head);
    rings[ring + BASE] = end;
    rings[ring + MASK] = 2 * length - 1;
    rings[ring + HEAD] = 0;
    this.end = end + 4 * length;
    return this.slots;
  }
}
